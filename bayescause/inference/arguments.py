"""What a mechanism's functions take under each draw of its parameters: drives, dispersion and inputs."""

from collections.abc import Mapping

import numpy as np

from bayescause.inference.posterior import Parameters
from bayescause.scm.abilities import is_of_exponential
from bayescause.scm.design import Design, MechanismDesign, drive_parts, drives_of
from bayescause.scm.exponentials import exponential
from bayescause.scm.mechanism import FloatArray

__all__ = ["Arguments", "arguments_of", "mean_under"]

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
    return drives_of(task, given.coefficients, columns, design, np), *_besides_drives(task, given, columns)


def mean_under(
    task: MechanismDesign, given: Parameters, columns: Mapping[str, FloatArray], design: Design
) -> FloatArray:
    """Expected response under each draw, dims ([node,] sample, row): ``Mechanism.mean`` of ``arguments_of``.

    An exponential that several nodes share is taken once.

    Parameters
    ----------
    task : MechanismDesign
    given : Parameters
        Draws of the task, in data units.
    columns : mapping of str to array, dims (row,) or ([node,] sample, row)
        Values of the causes and inputs: seen, set or drawn.
    design : Design

    Returns
    -------
    array, dims ([node,] sample, row), in the unit of the response

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.inference.posterior import parameters
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> x = np.arange(9.0)
    >>> found = fit(StructuralModel.parse("y ~ x"), {"x": x, "y": 2 * x + np.sin(x)})
    >>> given, task = parameters(found, "y"), found.design.mechanisms["y"]
    >>> mean_under(task, given, {"x": np.array([0.0, 4.0])}, found.design).shape
    (4000, 2)
    """
    mechanism = task.mechanism
    if not is_of_exponential(mechanism):
        return mechanism.mean(*arguments_of(task, given, columns, design))
    parts = drive_parts(task, given.coefficients, columns, design, np)
    return mechanism.mean_of_exponential(exponential(parts), *_besides_drives(task, given, columns))


def _besides_drives(
    task: MechanismDesign, given: Parameters, columns: Mapping[str, FloatArray]
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Dispersion and inputs."""
    dispersion = {name: draws[:, None] for name, draws in given.dispersion.items()}
    return dispersion, {name: columns[name] for name in task.mechanism.inputs}
