"""The front door walked by single units: mediators by the treatment as set, the outcome by the treatment as observed.

The probabilities are those of one drawn joint law of discrete variables (Pearl 2009, section 3.3.2); what is compared
with them is the sum that the functional makes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bayescause.analysis.thinning import thinned_posterior
from bayescause.compilation.particulars import particulars
from bayescause.identification.verdict import Identified
from bayescause.inference.randomness import generator
from bayescause.query.contrasts import code_of, resolve_contrast
from bayescause.query.functional_effects import valued
from bayescause.query.joint_laws import discrete_law
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.analysis.second_route import Budget
    from bayescause.compilation.plan import Route
    from bayescause.identification.evaluation import DiscreteLaw
    from bayescause.inference.posterior import Posterior
    from bayescause.query.estimand import Estimand

__all__ = ["is_walked", "walked_front_door"]


def is_walked(route: "Route", question: "Estimand") -> bool:
    """Whether ``route`` leads through a front door that single units can be sent through."""
    verdict = route.verdict
    is_front_door = isinstance(verdict, Identified) and verdict.strategy == "front_door"
    return is_front_door and not particulars(question).given and len(route.query.of) == 1


@dataclass(frozen=True, eq=False)
class _Tables:
    """Probabilities for each draw: of the treatment, of the mediators given it, of the outcome given both."""

    treatment: FloatArray
    mediators: FloatArray
    outcome: FloatArray
    worth: FloatArray


def walked_front_door(posterior: "Posterior", route: "Route", question: "Estimand", budget: "Budget") -> FloatArray:
    """The contrast of ``question`` among units that are simulated, dims (sample, 1), in the unit of the outcome."""
    thin = thinned_posterior(posterior, budget.draws)
    contrast = resolve_contrast(posterior.table, question)
    law = valued(discrete_law(thin, route, slice(None)), question.on, contrast.level)
    tables = _tables(law, route)
    level = particulars(question).among
    among = None if level is None else int(code_of(posterior.table, question.of, level))
    random = generator(budget.seed, "front door", question.of, question.on)
    uniforms = random.uniform(size=(3, len(tables.treatment), budget.rows))
    high, low = (_outcomes(tables, int(level), among, uniforms) for level in (contrast.high, contrast.low))
    return np.asarray((high - low).mean(axis=1, keepdims=True))


def _tables(law: "DiscreteLaw", route: "Route") -> _Tables:
    (treatment,), (outcome,) = route.query.of, route.query.on
    through = route.verdict.front_door_sets[0] if isinstance(route.verdict, Identified) else ()
    kept = (treatment, *through, outcome)
    others = tuple(place + 1 for place, name in enumerate(law.names) if name not in kept)
    left = tuple(name for name in law.names if name in kept)
    joint = np.transpose(law.probability.sum(axis=others), (0, *(left.index(name) + 1 for name in kept)))
    joint = joint.reshape(len(joint), joint.shape[1], -1, joint.shape[-1])
    pairs = joint.sum(axis=3)
    alone = pairs.sum(axis=2)
    return _Tables(alone, pairs / alone[..., None], joint / pairs[..., None], np.asarray(law.values[outcome]))


def _outcomes(tables: _Tables, level: int, among: int | None, uniforms: FloatArray) -> FloatArray:
    """Outcomes of units sent through the front door, dims (sample, row); every world uses the same ``uniforms``."""
    draw = np.arange(len(tables.treatment))[:, None]
    mediators = _chosen(tables.mediators[:, None, level], uniforms[0])
    seen = _chosen(tables.treatment[:, None], uniforms[1]) if among is None else np.full_like(mediators, among)
    return np.asarray(tables.worth[_chosen(tables.outcome[draw, seen, mediators], uniforms[2])])


def _chosen(probabilities: FloatArray, uniform: FloatArray) -> np.ndarray:
    """Levels at which the cumulated probabilities pass ``uniform``, dims (sample, row)."""
    passed = np.cumsum(probabilities, axis=-1)[..., :-1] < uniform[..., None]
    return np.asarray(passed.sum(axis=-1))
