"""Breaking an effect down by groups of units, and saying whether the model could have held a difference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bayescause.analysis.overlap import Overlap, diagnostic_model, overlap
from bayescause.analysis.slices import TOO_FEW, Slice, Slices
from bayescause.arguments import NAMES, require
from bayescause.calling import names_its_arguments
from bayescause.compilation.conditions import Condition, groups
from bayescause.errors import RefusedEffectError, SliceError
from bayescause.graph.relations import descendants
from bayescause.graph.surgery import project
from bayescause.identification.copies import copies_of
from bayescause.query.averaging import average_contrast
from bayescause.query.contrasts import resolve_contrast, sides_of
from bayescause.query.dependence import is_affine, moving_covariates, told_alike
from bayescause.query.routing import route_of
from bayescause.query.selection import as_draws, units_of
from bayescause.query.unadjusted import plain_difference
from bayescause.scm.kinds import LEVELLED
from bayescause.surface import called, setting

if TYPE_CHECKING:
    from bayescause.analysis.treatment_model import TreatmentModel
    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.effect import Effect

__all__ = ["slice_by"]

FEWEST = 5
"""Units that must have been seen under each treatment for a slice to be estimated."""


@names_its_arguments
def slice_by(effect: "Effect", by: Sequence[str]) -> Slices:
    """Estimate ``effect`` within each group of units.

    Parameters
    ----------
    effect : Effect
        The effect to break down, in the unit of the outcome.
    by : sequence of str
        Columns, or conditions on them: ``("sex", "age > 50")``.

    Returns
    -------
    Slices
        With rows and overlap of each slice, and whether the model could have held a difference. A slice in which
        one treatment was seen in fewer than five units is refused.

    Raises
    ------
    SliceError
        If a column is the treatment or a descendant of it (its groups are different people), or not in the graph.
    RefusedEffectError
        If there is no effect to break down.
    DataError, SpecError
        If a column or condition does not fit the table.

    Examples
    --------
    >>> import numpy as np
    >>> import bayescause as bc
    >>> z, noise = np.random.default_rng(1).normal(size=(2, 200))
    >>> x = (z + noise[::-1] > 0).astype(float)
    >>> model = bc.StructuralModel.parse("x ~ z; y ~ x + z")
    >>> effect = bc.ask(model, {"x": x, "z": z, "y": 2 * x + z + noise}, bc.AverageEffect(of="x", on="y"))
    >>> [one.reason for one in slice_by(effect, ["z > 0"])]
    ['same by construction', 'same by construction']
    """
    from bayescause.query.effect import EFFECT

    require(SliceError, effect=(effect, EFFECT), by=(by, NAMES))
    posterior = effect.posterior
    if posterior is None or effect.draws is None or effect.draws.ndim > 2:
        raise RefusedEffectError(_nothing_to_slice(effect))
    if not effect.estimand.is_average:
        raise RefusedEffectError(
            f"The {effect.estimand.name} is not broken down by slices. Ask for it with `where`, group by group."
        )
    _check(effect, posterior, by)
    whole = _Whole(effect, posterior, route_of(posterior, effect.estimand), diagnostic_model(effect, posterior))
    slices = [_slice(whole, text, label, rows) for text in by for label, rows in groups(text, posterior.table)]
    return Slices(effect, tuple(by), tuple(slices), tuple(_suggestions(whole, by)))


@dataclass(frozen=True, eq=False)
class _Whole:
    """What all slices share."""

    effect: "Effect"
    posterior: "Posterior"
    route: "Route"
    treatment: "TreatmentModel"

    @property
    def moving(self) -> tuple[str, ...]:
        """Columns on which a unit's effect can depend in this model."""
        return moving_covariates(self.posterior.design, self.route, (self.effect.estimand.of,))


def _nothing_to_slice(effect: "Effect") -> str:
    if effect.draws is not None and effect.draws.ndim > 2:
        return "This effect is broken down already. Give slices to an average effect."
    return f"There is no effect to break down: {'; '.join(effect.reasons)}"


def _check(effect: "Effect", posterior: "Posterior", by: Sequence[str]) -> None:
    graph, of = posterior.model.graph, effect.estimand.of
    caused = descendants(graph, [of])
    faults = []
    for name in dict.fromkeys(name for text in by for name in _columns(text, posterior)):
        if name not in graph.nodes:
            faults.append(f"{name!r} is not in the graph, so nobody can say whether {of!r} changes it. Draw it first.")
        elif name in caused:
            faults.append(
                f"{name!r} is {'the treatment' if name == of else f'a descendant of {of!r}'}: groups made by it are "
                f"different people under each treatment. Slice by what was settled before {of!r}."
            )
    SliceError.raise_if(faults)


def _columns(text: str, posterior: "Posterior") -> tuple[str, ...]:
    plain = text.strip().strip('"')
    return (plain,) if plain in posterior.table.columns else Condition.parse(text).columns


def _slice(whole: _Whole, by: str, label: str, rows: npt.NDArray[np.bool_]) -> Slice:
    estimand, posterior = whole.effect.estimand, whole.posterior
    selected = units_of(estimand, posterior.table) & rows
    compared = overlap(whole.effect, rows, whole.treatment)
    refusal = _refusal(whole, by, compared, selected)
    if refusal is not None:
        return Slice(label, by, compared.units, compared.treated, "refused", "refused", refusal, compared)
    inside = _effect_within(whole, label, selected)
    reason, words = _could_differ(whole, by)
    status = "weak" if compared.verdict in ("limited", "none") else inside.status
    return Slice(label, by, compared.units, compared.treated, status, reason, words, compared, inside)


def _refusal(whole: _Whole, by: str, compared: Overlap, selected: npt.NDArray[np.bool_]) -> str | None:
    of, (low, high) = whole.effect.estimand.of, sides_of(whole.effect.estimand)
    if not selected.any():
        return "No unit of the question is in this group."
    if whole.route.way == "instrument":
        return "An answer by an instrument takes the effect to be the same for all: groups cannot differ in it."
    if not whole.route.is_by_unit:
        return (
            f"Slices are not available for effects answered by {whole.route.name}: it tells of all units together. "
            f"Ask for the conditional effect ({called('cate')}) by columns in the graph."
        )
    smaller = min(compared.treated, compared.untreated)
    if smaller < FEWEST:
        level = high if compared.treated == smaller else low
        nearer = "near" if whole.posterior.table.kinds[of] not in LEVELLED else "="
        return f"Only {smaller} of {compared.units} units have {of} {nearer} {level}: {TOO_FEW}"
    return _unfitted(whole, by)


def _unfitted(whole: _Whole, by: str) -> str | None:
    # An adjusted regression is right on average over its covariates; given another column it need not be. Where the
    # declared mechanisms of the causal paths are fitted, any column settled before the treatment may select units.
    of = whole.effect.estimand.of
    columns = _columns(by, whole.posterior)
    if not _is_world_of(whole, columns):
        return (
            f"By {' and '.join(columns)} the nested world is another one: something unmeasured binds it, or what it "
            f"tells of, to what is on the way. Fit again with {setting('where', by)} in the question."
        )
    missing = [name for name in columns if name not in (*whole.route.covariates, of)]
    if not missing or getattr(whole.route.verdict, "strategy", None) != "adjustment":
        return None
    return (
        f"{', '.join(missing)} is not in the regression that was fitted. "
        f"Fit again with {setting('where', by)} in the question."
    )


def _is_world_of(whole: _Whole, columns: Sequence[str]) -> bool:
    """Whether a nested world is the same one among units with like values of ``columns``; every other one is."""
    route, graph = whole.route, project(whole.posterior.model.graph)
    if not route.copies:
        return True
    given = tuple(dict.fromkeys((*route.query.given, *columns)))
    return copies_of(graph, replace(route.query, given=given)) == route.copies


def _effect_within(whole: _Whole, label: str, selected: npt.NDArray[np.bool_]) -> "Effect":
    effect, posterior = whole.effect, whole.posterior
    contrast = resolve_contrast(posterior.table, effect.estimand)
    samples = average_contrast(
        posterior, whole.route, contrast, population=effect.estimand.population, selected=selected
    )
    return replace(
        effect,
        draws=as_draws(posterior, samples).rename("effect"),
        group=label,
        unadjusted=plain_difference(posterior.table, effect.estimand.on, contrast, selected),
        checks=(),
    )


def _could_differ(whole: _Whole, by: str) -> tuple[str, str]:
    of, moving = whole.effect.estimand.of, whole.moving
    met = [name for name in _columns(by, whole.posterior) if name in moving]
    told = ", ".join(met)
    if met and not is_affine(whole.posterior.design, whole.route):
        return "estimated", f"estimated: on a curved scale the effect depends on {told}"
    if met and set(met) <= _in_products(whole):
        return "estimated", f"estimated: the model has a product of {of} and {told}"
    if met:
        return "estimated", f"estimated: what {of} meets in a product depends on {told}"
    return "same by construction", told_alike(of, by, moving)


def _in_products(whole: _Whole) -> set[str]:
    """Columns that stand in one term with the treatment or with what it moves."""
    moved = {whole.effect.estimand.of, *whole.route.order}
    tasks = (whole.posterior.design.mechanisms[key] for key in whole.route.keys.values())
    return {name for task in tasks for term in task.terms if moved & set(term.variables) for name in term.variables}


def _suggestions(whole: _Whole, by: Sequence[str]) -> Iterator[str]:
    if not whole.route.is_by_unit:
        return
    estimand = whole.effect.estimand
    known = (columns for text in by if _is_world_of(whole, columns := _columns(text, whole.posterior)))
    lacking = [name for columns in known for name in columns if name not in whole.moving]
    for name in dict.fromkeys(lacking):
        product = f"{estimand.of}*{name}"
        yield f"To let the effect differ by {name}, add {product} to the formula of {estimand.on} and fit again."
