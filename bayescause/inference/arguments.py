"""What a mechanism's functions take under each draw of its parameters: drives, dispersion and inputs."""

from collections.abc import Mapping

import numpy as np

from bayescause.inference.posterior import Parameters
from bayescause.scm.design import Design, MechanismDesign, drives_of
from bayescause.scm.mechanism import FloatArray

__all__ = ["Arguments", "arguments_of"]

type Arguments = tuple[dict[str, FloatArray], dict[str, FloatArray], dict[str, FloatArray]]
"""Drives, dispersion and inputs, each by name, as ``Mechanism.mean`` and its neighbours take them."""


def arguments_of(
    task: MechanismDesign, given: Parameters, columns: Mapping[str, FloatArray], design: Design
) -> Arguments:
    """Drives, dims (sample, row), dispersion, dims (sample, 1), and inputs, dims of their columns.

    Parameters
    ----------
    task : MechanismDesign
    given : Parameters
        Draws of the task.
    columns : mapping of str to array, dims (..., row)
        In the unit of the data.
    design : Design

    Examples
    --------
    >>> from bayescause.scm.mechanisms.gaussian import Gaussian
    >>> task = MechanismDesign("y", "y", Gaussian(), (), (), np.zeros(0), np.zeros(0), {})
    >>> given = Parameters(np.array([[5.0], [6.0]]), {"sd": np.array([1.0, 2.0])})
    >>> drives, dispersion, _ = arguments_of(task, given, {"y": np.zeros(3)}, Design({}, {}, {}))
    >>> drives["mean"].shape, dispersion["sd"].shape
    ((2, 3), (2, 1))
    """
    drives = drives_of(task, given.coefficients, columns, design, np)
    dispersion = {name: draws[:, None] for name, draws in given.dispersion.items()}
    inputs = {name: columns[name] for name in task.mechanism.inputs}
    return drives, dispersion, inputs
