"""Simulation-based calibration: truths drawn from the prior rank uniformly among the posterior draws of their data."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from bayescause.analysis.bands import GRID, band, difference, distances
from bayescause.analysis.ranks import coverage, rank
from bayescause.arguments import FUNCTION, SEED, Seed, optional, require, seed_of, whole
from bayescause.calling import names_its_arguments
from bayescause.notebooks import by_its_words
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    import pandas as pd

    from bayescause.analysis.quantities import Quantities
    from bayescause.analysis.refitting import Refit
    from bayescause.analysis.simulating import Simulation
    from bayescause.compilation.plan import Route
    from bayescause.query.estimand import Estimand
    from bayescause.scm.structural_model import StructuralModel

__all__ = ["Calibration", "RankedQuantity", "calibrate"]

MOST_UNITS = 1_000_000
"""Units up to which those that one row stands for are written out, each to be simulated by itself."""


@dataclass(frozen=True, eq=False)
class RankedQuantity:
    """One quantity whose truth was ranked among its posterior draws, once a replication.

    Parameters
    ----------
    name : str
        ``"ate of promo on sales"``, ``"sales: promo"``, ``"log-likelihood of sales"``, ``"joint log-likelihood"``.
    kind : str
        ``"effect"``, ``"parameter"`` or ``"log_likelihood"``.
    ranks : array, dims (replication,)
        (rank + U) / (draws + 1), between 0 and 1.
    difference : array, dims (point,)
        Empirical distribution of ``ranks`` minus the uniform one, at the points of ``Calibration.grid``.
    distance : float
        Largest of three distances from uniform (of the difference, of the mean rank, of the ranks' spread), each over
        its limit: the quantity passes up to 1.
    passes : bool
    coverage : float
        Share of replications in which the truth lay in the central 95 % interval.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0] * 5, "y": [0.3, 1.1, 2.4, 2.9] * 5}
    >>> found = bc.calibrate(bc.StructuralModel.parse("y ~ x"), rows, replications=50, draws=100)
    >>> sd = found.of_kind("parameter")[-1]
    >>> sd.name, sd.ranks.shape, sd.difference.shape == found.grid.shape
    ('y: sd', (50,), True)
    """

    name: str
    kind: str
    ranks: FloatArray
    difference: FloatArray
    distance: float
    passes: bool
    coverage: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Whether the procedure that gave the answer is right about its own uncertainty.

    Parameters
    ----------
    status : str
        ``"ok"`` (it ran) or ``"refused"`` (with ``reason``; then there are no quantities).
    reason : str
        Why refused, in words; empty if not.
    quantities : tuple of RankedQuantity
        Effects, then parameters, then log-likelihoods.
    replications : int
        Data sets simulated and fitted.
    draws : int
        Posterior draws of each.
    grid : array, dims (point,)
        Between 0 and 1.
    low, high : array, dims (point,)
        Band of the difference, corrected for the number of quantities: with the limits of mean and spread, a right
        procedure keeps within it with all its quantities in 95 of 100 calibrations.
    engines : mapping of str to str
        Engine of each task.
    seed : int
    skipped : tuple of str
        What could not be ranked, with the reason.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0] * 5, "y": [0.3, 1.1, 2.4, 2.9] * 5}
    >>> question = bc.AverageEffect(of="x", on="y")
    >>> found = bc.calibrate(bc.StructuralModel.parse("y ~ x"), rows, [question], replications=50, draws=100)
    >>> [one.name for one in found.of_kind("effect")], found.passes
    (['ate of x on y'], True)
    """

    status: str
    reason: str
    quantities: tuple[RankedQuantity, ...]
    replications: int
    draws: int
    grid: FloatArray
    low: FloatArray
    high: FloatArray
    engines: Mapping[str, str]
    seed: int = 0
    skipped: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[RankedQuantity]:
        return iter(self.quantities)

    def __len__(self) -> int:
        return len(self.quantities)

    @property
    def passes(self) -> bool:
        """Whether it ran and every quantity stays within the band."""
        return self.status == "ok" and not self.failing

    @property
    def failing(self) -> tuple[RankedQuantity, ...]:
        """The quantities that leave the band."""
        return tuple(quantity for quantity in self.quantities if not quantity.passes)

    def of_kind(self, kind: str) -> tuple[RankedQuantity, ...]:
        """The quantities of one ``kind``: ``"effect"``, ``"parameter"`` or ``"log_likelihood"``."""
        return tuple(quantity for quantity in self.quantities if quantity.kind == kind)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a quantity: name, kind, passes, distance, coverage."""
        import pandas as pd

        names = ("name", "kind", "passes", "distance", "coverage")
        return pd.DataFrame([{name: getattr(one, name) for name in names} for one in self.quantities], columns=names)

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        if self.status == "refused":
            return f"Not calibrated: {self.reason}"
        verdict = "passed" if self.passes else f"FAILED for {', '.join(one.name for one in self.failing)}"
        ranked = f"{len(self.quantities)} quantities ranked in {self.replications:,} simulated data sets"
        return "\n".join((f"Calibration {verdict}: {ranked}.", *(f"  not ranked: {one}" for one in self.skipped)))


@names_its_arguments
def calibrate(
    model: "StructuralModel",
    data: Any,
    questions: "Sequence[Estimand]" = (),
    *,
    replications: int = 500,
    draws: int = 1_000,
    seed: Seed = 0,
    engine: str = "auto",
    fit: "Refit | None" = None,
    executor: Executor | None = None,
) -> Calibration:
    """Rank what is asked, the parameters and the log-likelihoods over data simulated from the priors.

    Constants and priors are derived once, from ``data``, and reused. Columns whose mechanism is not fitted keep their
    observed values; every fitted mechanism is simulated in order. Effects are those of the rows at hand
    (population ``"sample"``), whatever the question says: their truth is known.

    Parameters
    ----------
    model : StructuralModel
    data : Table, data frame, mapping of columns, or path
    questions : sequence of Estimand
        Without any, every mechanism that may be fitted is calibrated.
    replications : int
        Data sets to simulate and fit.
    draws : int
        Posterior draws of each fit; NUTS ranks one of five.
    seed : int or NumPy Generator
        Each replication has its own random numbers, so that results do not depend on the number of workers.
    engine : str
        ``"auto"``, ``"exact"``, ``"laplace"`` or ``"nuts"`` (compiled once).
    fit : function, optional
        A fitting procedure of your own in place of the engine: takes a ``Simulated``, gives ``Parameters`` by task.
    executor : concurrent.futures.Executor, optional
        Runs the replications; one that starts processes needs a ``fit`` that can be pickled.

    Returns
    -------
    Calibration
        Refused, with the reason, where a prior is flat or two laws of one variable are asked for.

    Raises
    ------
    SpecError
        If an option is impossible or the engine cannot draw a task.
    DataError
        If the data do not fit the model.

    Notes
    -----
    Talts and others (2018); test quantities that depend on the data, such as the joint log-likelihood, see what
    parameters cannot (Modrák and others 2023). The verdict is that of ``bands.band``.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": np.arange(20.0), "y": np.sin(np.arange(20.0))}
    >>> question = bc.AverageEffect(of="x", on="y")
    >>> found = calibrate(bc.StructuralModel.parse("y ~ x"), rows, [question], replications=50, draws=100)
    >>> [one.name for one in found.of_kind("parameter")]
    ['y: intercept', 'y: x', 'y: sd']
    """
    from bayescause.compilation.asked import check_asked, check_model
    from bayescause.inference.spreading import EXECUTOR

    require(
        replications=(replications, whole(20)),
        draws=(draws, whole(20)),
        seed=(seed, SEED),
        fit=(fit, optional(FUNCTION)),
        executor=(executor, optional(EXECUTOR)),
    )
    check_model(model)
    questions = check_asked(questions)
    simulation, routes = _prepared(model, data, questions, draws, seed_of(seed))
    reason = _obstacle(simulation)
    if reason is not None:
        return _refused(simulation, reason)
    return _practised(simulation, routes, replications, engine, fit, executor)


def _prepared(
    model: "StructuralModel", data: Any, questions: "Sequence[Estimand]", draws: int, seed: int
) -> "tuple[Simulation, list[tuple[Estimand, Route]]]":
    from bayescause.analysis.simulating import Simulation
    from bayescause.compilation.checking import tabulate
    from bayescause.compilation.deriving import derive
    from bayescause.compilation.planning import plan_for

    table = tabulate(model, data, questions=tuple(questions))
    planned = plan_for(model, table, tuple(questions) or None)
    design = derive(model, table, planned.tasks)
    routes = list(zip(questions, planned.routes, strict=False))
    return Simulation(model, table, planned, design, draws, seed), routes


def _obstacle(simulation: "Simulation") -> str | None:
    from bayescause.scm.priors import is_proper

    tasks, table = simulation.design.mechanisms, simulation.table
    if table.frequency is not None and table.units > MOST_UNITS:
        return (
            f"Practice runs simulate each of {table.units:,} units, and at most {MOST_UNITS:,}. Give a sample of them."
        )
    if simulation.plan.blocks:
        laws = " and ".join(block.key for block in simulation.plan.blocks)
        return f"Practice runs of several variables that are drawn as one are not available yet ({laws})."
    if not tasks:
        return "No mechanism has to be fitted for these questions, so there is nothing to calibrate."
    flat = [
        f"{key}: {name}" for key, task in tasks.items() for name, prior in task.priors.items() if not is_proper(prior)
    ]
    if flat:
        return f"No truth can be drawn from a flat prior ({', '.join(flat)}). Give it a proper one."
    variables = [task.variable for task in tasks.values()]
    twice = sorted({name for name in variables if variables.count(name) > 1})
    if twice:
        return f"The questions need two different laws of {', '.join(twice)}. Calibrate them one question at a time."
    return None


def _practised(
    simulation: "Simulation",
    routes: "Sequence[tuple[Estimand, Route]]",
    replications: int,
    engine: str,
    fit: "Refit | None",
    executor: Executor | None,
) -> Calibration:
    """The calibration of what can be ranked."""
    from bayescause.analysis.quantities import quantities, why_not_ranked
    from bayescause.analysis.refitting import procedure
    from bayescause.compilation.experiment import every_unit

    # Units that one row stands for do not share what is simulated.
    simulation = replace(simulation, table=every_unit(simulation.table))
    doubts = [(question, route, why_not_ranked(question, route)) for question, route in routes]
    ranked = quantities(simulation, [(question, route) for question, route, why in doubts if why is None])
    refit, engines = (fit, dict.fromkeys(simulation.design.mechanisms, "own")) if fit else procedure(simulation, engine)
    run = partial(_replication, simulation, ranked, refit)
    numbers = range(replications)
    ranks = np.stack(list(executor.map(run, numbers) if executor else map(run, numbers)), axis=-1)
    skipped = tuple(f"{question.short} of {question.of} on {question.on}: {why}" for question, _, why in doubts if why)
    return _judged(simulation, ranked, ranks, engines, skipped)


def _replication(simulation: "Simulation", ranked: "Quantities", refit: "Refit", number: int) -> FloatArray:
    from bayescause.analysis.simulating import simulate

    simulated = simulate(simulation, number)
    drawn = refit(simulated)
    truth, values = ranked.measure(simulated.truth, simulated)[0], ranked.measure(drawn, simulated)
    return rank(truth, values, simulated.generator("ranks").uniform(size=len(truth)))


def _judged(
    simulation: "Simulation",
    ranked: "Quantities",
    ranks: FloatArray,
    engines: dict[str, str],
    skipped: tuple[str, ...],
) -> Calibration:
    replications = ranks.shape[-1]
    limits = band(replications, len(ranks))
    found = []
    for (name, kind), places in zip(ranked.named, ranks, strict=True):
        distance = float((distances(places) / limits.limits).max())
        found.append(
            RankedQuantity(name, kind, places, difference(places), distance, distance <= 1.0, coverage(places))
        )
    return Calibration(
        "ok",
        "",
        tuple(found),
        replications,
        simulation.draws,
        GRID,
        limits.low,
        limits.high,
        engines,
        simulation.seed,
        skipped,
    )


def _refused(simulation: "Simulation", reason: str) -> Calibration:
    nothing = np.zeros(0)
    return Calibration("refused", reason, (), 0, simulation.draws, nothing, nothing, nothing, {}, simulation.seed)
