"""A study is a model file read: the model, its data, the questions and everything that was asked about the answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bayescause.calling import names_its_arguments
from bayescause.notebooks import by_its_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayescause.scm.structural_model import StructuralModel

__all__ = ["CrossCheck", "DataSource", "Ruling", "Study"]


@dataclass(frozen=True)
class DataSource:
    """Where the table is and how it is written.

    Parameters
    ----------
    file : Path
    separator : str, optional
        Found in the file if not given.
    decimal : str
    frequency : str, optional
        Column of integer counts: how many units each row stands for.
    missing : str
        ``"error"``, or ``"drop"`` for rows without the outcome.
    interventions : str, optional
        Column that names the variables which an experiment set in each row.
    collected : str
        When the data were gathered, in words.
    """

    file: Path | None = None
    separator: str | None = None
    decimal: str = "."
    frequency: str | None = None
    missing: str = "error"
    interventions: str | None = None
    collected: str = ""


@dataclass(frozen=True)
class Ruling:
    """What is to be decided.

    Parameters
    ----------
    question : int
        Number of the question that decides, from 0.
    act, instead : str
        What acting is, and what happens otherwise.
    gain : float
        Worth of one unit of the outcome, in ``money``.
    cost : float
        Of acting, per row, in ``money``.
    money : str
    leaves_out : str
        What the answer does not weigh.
    """

    question: int
    act: str
    instead: str
    gain: float
    cost: float = 0.0
    money: str = ""
    leaves_out: str = ""

    @property
    def threshold(self) -> float | None:
        """Effect from which acting pays, in the outcome's unit; None where a gain of nothing never pays."""
        return self.cost / self.gain if self.gain else None


@dataclass(frozen=True)
class CrossCheck:
    """How much of an answer is computed once more by another route.

    Parameters
    ----------
    draws, rows : int
        Posterior draws and units, at most.
    """

    draws: int = 400
    rows: int = 1_000


@dataclass(frozen=True, eq=False)
class Study:
    """A model file, read and checked.

    Parameters
    ----------
    path : Path
    title : str
    unit : str
        What one row is.
    model : StructuralModel
    questions : tuple of Estimand
    unit_questions : tuple of UnitQuestion
        Counterfactuals of single units.
    data : DataSource
    slices : tuple of str
        Columns, or conditions on them.
    sensitivity : tuple
        Analyses of the folder ``bayescause.analysis.sensitivity``.
    decision : Ruling, optional
    replications : int, optional
        Practice runs that the file asks for.
    concordance : CrossCheck, optional
        Whether answers are computed once more by another route, and how much of them.
    warnings : tuple of str
        What looked odd while the file was read; a run repeats it in its report.
    lines : tuple of int
        Line of the file at which each of ``questions`` stands.
    unit_lines : tuple of int
        The same of ``unit_questions``.
    key_lines : mapping of key path to int
        Line of the file at which each key stands.

    Examples
    --------
    >>> import bayescause as bc
    >>> study = bc.Study.read("promotion")
    >>> [question.short for question in study.questions], study.unit
    (['ate'], 'shop week')
    """

    path: Path
    title: str
    unit: str
    model: StructuralModel
    questions: tuple[Any, ...]
    unit_questions: tuple[Any, ...] = ()
    data: DataSource = DataSource()
    slices: tuple[str, ...] = ()
    sensitivity: tuple[Any, ...] = ()
    decision: Ruling | None = None
    replications: int | None = None
    concordance: CrossCheck | None = None
    warnings: tuple[str, ...] = ()
    lines: tuple[int | None, ...] = ()
    unit_lines: tuple[int | None, ...] = ()
    key_lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)

    @classmethod
    @names_its_arguments
    def read(cls, path: str | Path) -> Study:
        """The study that a model file describes.

        Parameters
        ----------
        path : str or Path
            A TOML file; the table's path in it is relative to it. Or the name of a model that comes with bayescause,
            such as ``"promotion"``, where there is no file of that name.

        Returns
        -------
        Study

        Raises
        ------
        SpecError
            If there is no such file, or it says something unknown, impossible or unsorted: every fault, with its line.

        Examples
        --------
        >>> Study.read("promotion").title
        'Does the promotion pay?'
        """
        from bayescause.arguments import PATH, require
        from bayescause.study.reading import parts_of
        from bayescause.study.zoo import model_file

        require(path=(path, PATH))
        return cls(**parts_of(model_file(path)))

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        asked = "; ".join(
            (
                *(f"{question.short} of {question.of} on {question.on}" for question in self.questions),
                *(f"counterfactual of {one.on}" for one in self.unit_questions),
            )
        )
        return f"{self.title}  ({self.path.name}: {asked})"
