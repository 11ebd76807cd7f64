"""Every deliberate error and warning: what is wrong, with what, and what to do."""

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

__all__ = [
    "ArtifactError",
    "BayescauseError",
    "BayescauseWarning",
    "ConvergenceError",
    "ConvergenceWarning",
    "DataError",
    "DataQualityWarning",
    "EvidenceError",
    "GraphError",
    "GraphWarning",
    "IdentificationError",
    "KeywordError",
    "OverlapWarning",
    "RefusedEffectError",
    "SamplerCrashError",
    "ScaleWarning",
    "SliceError",
    "SpecError",
    "UnknownPluginError",
    "warn",
]

OURS = (str(Path(__file__).parent) + os.sep, "<string")
"""How files of this package begin; what dataclasses write lies in ``<string>``, and a whole name is no beginning."""


class BayescauseError(Exception):
    """The root of all errors that bayescause raises on purpose.

    Parameters
    ----------
    *faults : str
        One sentence or more for each fault. All faults of one input come together.

    Attributes
    ----------
    code : str
        A stable name of the kind of error, for programs.
    exit_code : int
        What the command line ends with.
    faults : tuple of str
        The faults, in the order in which they stand in the input.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults: tuple[str, ...] = faults

    @classmethod
    def raise_if(cls, faults: Sequence[str]) -> None:
        """Raise one error that lists ``faults``, if there are any."""
        if faults:
            raise cls(*faults)


class GraphError(BayescauseError, ValueError):
    """A graph, or its text, that cannot be read or has no causal meaning."""

    code = "graph"
    exit_code = 3


class SpecError(BayescauseError, ValueError):
    """A model, question or model file that says something impossible or unclear."""

    code = "spec"
    exit_code = 3


class KeywordError(SpecError, TypeError):
    """A question or a function that was given a key or an argument that it does not have, or not one that it needs."""

    code = "keyword"


class UnknownPluginError(SpecError, LookupError):
    """A family, estimand or analysis that is not installed."""

    code = "unknown-plugin"


class MissingPackageError(SpecError, ImportError):
    """Something that needs a package which is not installed."""

    code = "missing-package"


class SliceError(SpecError):
    """Groups that cannot be compared, such as those made by a descendant of the treatment."""

    code = "slice"


class DataError(BayescauseError, ValueError):
    """A table that does not fit its model."""

    code = "data"
    exit_code = 3


class EvidenceError(DataError):
    """What is said to have been observed of a unit cannot have been: it has probability zero."""

    code = "impossible-evidence"


class IdentificationError(BayescauseError, ValueError):
    """A number was insisted on although the data cannot give it."""

    code = "not-identified"
    exit_code = 4


class RefusedEffectError(IdentificationError):
    """A number was asked of an effect that was refused."""

    code = "refused"


class ConvergenceError(BayescauseError, RuntimeError):
    """Draws that may not be trusted."""

    code = "not-converged"
    exit_code = 5


class SamplerCrashError(ConvergenceError):
    """A sampler that died instead of reporting an error."""

    code = "sampler-crash"


class ArtifactError(BayescauseError, OSError):
    """A saved result that is damaged, or that cannot be written."""

    code = "artifact"
    exit_code = 6


class BayescauseWarning(UserWarning):
    """The root of all warnings that bayescause gives on purpose."""


class GraphWarning(BayescauseWarning):
    """A graph that is legal but probably not what was meant."""


class OverlapWarning(BayescauseWarning):
    """Units that have no comparable unit under the other treatment."""


class ConvergenceWarning(BayescauseWarning):
    """Draws that are not good enough for the digits asked of them."""


class DataQualityWarning(BayescauseWarning):
    """A table that fits the model but looks wrong."""


class ScaleWarning(BayescauseWarning):
    """Priors or columns on a scale that the data do not share."""


def warn(words: str, category: type[Warning]) -> None:
    """Warn at the line of the user's own code, however deep in this package it was found.

    Code of ``python -c`` lies in ``<string>`` too, and has no line that a warning could show: there it names none.
    """
    warnings.warn(words, category, skip_file_prefixes=OURS)
