"""The joint law on which a functional is evaluated, draw by draw: of discrete or of jointly normal variables."""

from collections.abc import Iterator, Mapping
from math import prod

import numpy as np

from bayescause.compilation.contingency import level_names, level_values
from bayescause.compilation.plan import Route
from bayescause.compilation.table import Table
from bayescause.identification.evaluation import DiscreteLaw
from bayescause.identification.gaussian_evaluation import GaussianLaw
from bayescause.inference.arguments import arguments_of
from bayescause.inference.posterior import Parameters, Posterior, parameters
from bayescause.query.drawn_laws import Laws
from bayescause.scm.kinds import LEVELLED
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import safe_names

__all__ = ["discrete_law", "gaussian_law", "is_discrete", "law_of_tables", "parts_of", "tables_of"]

CELLS = 4_000_000
"""Probabilities of all draws that are held at once."""

type Tables = Mapping[str, FloatArray]


def is_discrete(posterior: Posterior, route: Route) -> bool:
    """Whether the law of ``route`` is one of discrete variables."""
    return all(posterior.table.kinds[name] in LEVELLED for name in route.order)


def parts_of(posterior: Posterior, route: Route) -> Iterator[slice]:
    """Slices of the draws, chains one after another, that keep a joint law below ``CELLS`` numbers."""
    samples = posterior.draws.sizes["chain"] * posterior.draws.sizes["draw"]
    size = max(1, CELLS // prod(len(level_names(posterior.table, name)) for name in route.order))
    return (slice(start, min(start + size, samples)) for start in range(0, samples, size))


def discrete_law(posterior: Posterior, route: Route, samples: slice) -> DiscreteLaw:
    """The joint law of all variables of ``route``, for the draws ``samples``."""
    return law_of_tables(posterior.table, tables_of(posterior, route, samples))


def tables_of(posterior: Posterior, route: Route, samples: slice) -> Tables:
    """Conditional probabilities of each variable, dims (sample, level of each earlier one, level).

    What a variable is not given has an axis of length 1.
    """
    block = posterior.blocks[route.block] if route.block is not None else None
    safe = safe_names(block.block.variables) if block is not None else {}
    found = {}
    for place, name in enumerate(route.order):
        if block is not None and name in block.block.variables:
            drawn = block.draws[f"{safe[name]}_probability"].to_numpy()
            given, table = block.block.given[name], drawn.reshape(-1, *drawn.shape[2:])[samples]
        else:
            given, table = _declared(posterior, route, name, samples)
        sizes = [len(level_names(posterior.table, each)) if each in given else 1 for each in route.order[:place]]
        found[name] = table.reshape(len(table), *sizes, -1)
    return found


def law_of_tables(table: Table, tables: Tables) -> DiscreteLaw:
    """The product of conditional probabilities, as ``tables_of`` gives them: variables in their order."""
    joint = np.ones(())
    for conditional in tables.values():
        joint = joint[..., np.newaxis] * conditional
    worth = {name: level_values(level_names(table, name)) for name in tables}
    return DiscreteLaw(tuple(tables), joint, {name: values for name, values in worth.items() if values is not None})


def _declared(posterior: Posterior, route: Route, name: str, samples: slice) -> tuple[tuple[str, ...], FloatArray]:
    """Probabilities by a mechanism that the user declared, dims (sample, row, level), and what they are given."""
    task = posterior.design.mechanisms[route.keys[name]]
    drawn = parameters(posterior, task.key)
    given = tuple(each for each in route.order if any(each in term.variables for term in task.terms))
    sizes = [len(level_names(posterior.table, each)) for each in given]
    codes = np.indices(sizes).reshape(len(given), -1).astype(float) if given else np.zeros((0, 1))
    columns = dict(zip(given, codes, strict=True)) or {name: np.zeros(1)}
    chosen = Parameters(drawn.coefficients[samples], {key: values[samples] for key, values in drawn.dispersion.items()})
    arguments = arguments_of(task, chosen, columns, posterior.design)
    rows = prod(sizes)
    levels = range(len(level_names(posterior.table, name)))
    logs = [task.mechanism.log_density(np.full(rows, float(level)), *arguments) for level in levels]
    return given, np.exp(np.stack(np.broadcast_arrays(*logs), axis=-1))


def gaussian_law(laws: Laws, route: Route) -> GaussianLaw:
    """Mean and covariance of all variables of ``route`` that their straight lines imply, for each draw."""
    width = len(route.order)
    mean, covariance = np.zeros((laws.samples, width)), np.zeros((laws.samples, width, width))
    for place, name in enumerate(route.order):
        key = route.keys[name]
        task, given = laws.design.mechanisms[key], laws.parameters[key]
        causes = [route.order.index(column) for column in task.columns]
        slopes = given.coefficients[:, 1:]
        mean[:, place] = given.coefficients[:, 0] + (slopes * (mean[:, causes] - task.centres)).sum(axis=1)
        shared = np.einsum("sij,sj->si", covariance[:, :, causes], slopes)
        covariance[:, place, :] = covariance[:, :, place] = shared
        covariance[:, place, place] = (slopes * shared[:, causes]).sum(axis=1) + given.dispersion["sd"] ** 2
    return GaussianLaw(tuple(route.order), mean, covariance)
