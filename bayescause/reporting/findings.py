"""Findings are everything that a report says, as data: the answers with all that was done to them."""

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from bayescause.analysis.calibration import Calibration
from bayescause.analysis.concordance import Concordance
from bayescause.analysis.counting import UnitCounts, check_count
from bayescause.analysis.deciding import Decision
from bayescause.analysis.doubting import Sensitivity
from bayescause.analysis.graph_checks import Falsification
from bayescause.analysis.overlap import Overlap, overlap
from bayescause.analysis.predictive import check_predictive
from bayescause.analysis.predictive_checks import PredictiveChecks
from bayescause.analysis.prior_share import PriorShare
from bayescause.analysis.slices import Slices
from bayescause.compilation.particulars import particulars
from bayescause.compilation.table import Table
from bayescause.query.counterfactual import Counterfactual
from bayescause.query.effect import Effect
from bayescause.query.splitting import split
from bayescause.scm.structural_model import StructuralModel, improper_priors

if TYPE_CHECKING:
    import pandas as pd

    from bayescause.inference.posterior import Posterior

__all__ = ["Answer", "Findings", "gather"]

PACKAGES = ("bayescause", "pymc", "arviz-base", "arviz-stats", "nutpie", "numpy", "xarray")
"""Packages whose versions are written into a report."""

_WORST = ("ok", "weak", "refused")


@dataclass(frozen=True, eq=False)
class Answer:
    """One question with all that was done to it.

    Parameters
    ----------
    effect : Effect
        Perhaps weak or refused.
    overlap : Overlap, optional
    counts : UnitCounts, optional
        Units above the question's own line.
    slices : tuple of Slices
    sensitivities : tuple of Sensitivity
    decision : Decision, optional
    concordance : Concordance, optional
        Whether a second route gives the same answer; None where nobody asked.
    prior : PriorShare, optional
        How much of its width is prior.
    """

    effect: Effect
    overlap: Overlap | None = None
    counts: UnitCounts | None = None
    slices: tuple[Slices, ...] = ()
    sensitivities: tuple[Sensitivity, ...] = ()
    decision: Decision | None = None
    concordance: Concordance | None = None
    prior: PriorShare | None = None

    @property
    def has_number(self) -> bool:
        """Whether there is one number to be told: not refused, not a curve, and not nothing by the drawing itself."""
        return self.effect.draws is not None and not self.is_nothing and self.effect.curve is None

    @property
    def is_nothing(self) -> bool:
        """Whether the drawing itself says that there is no effect."""
        return getattr(self.effect.verdict, "strategy", "") == "no_effect"


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything a report says.

    Parameters
    ----------
    title : str
        The owner's question.
    unit : str
        What one row of the data is: ``"shop week"``.
    answers : tuple of Answer
        In the order of the questions; the first is the page's own.
    model : StructuralModel, optional
    table : Table, optional
        None where nothing had to be read, or everything was refused.
    checks : tuple of PredictiveChecks
        One for each posterior.
    calibration : Calibration, optional
    graph : Falsification, optional
        What the data say about the graph.
    counterfactuals : tuple of Counterfactual
        What would have been of single units.
    seed : int
    collected : str
        When the data were gathered, in words; empty if not said.
    versions : mapping of str to str
    assumed : tuple of str
        Every default that was taken, in words.
    warnings : tuple of str

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0, 1, 0, 1, 1, 0], "y": [1.0, 3.0, 1.5, 2.5, 3.5, 0.5]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x"), rows, bc.AverageEffect(of="x", on="y"))
    >>> from bayescause.reporting.findings import gather
    >>> findings = gather([effect])
    >>> findings.status, findings.to_dataframe()[["estimand", "of", "on"]].to_numpy().tolist()
    ('ok', [['ate', 'x', 'y']])
    """

    title: str
    unit: str
    answers: tuple[Answer, ...]
    model: StructuralModel | None = None
    table: Table | None = None
    checks: tuple[PredictiveChecks, ...] = ()
    calibration: Calibration | None = None
    graph: Falsification | None = None
    counterfactuals: tuple[Counterfactual, ...] = ()
    seed: int = 0
    collected: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """The worst question's: ``"ok"``, ``"weak"`` or ``"refused"``."""
        found = (*(answer.effect.status for answer in self.answers), *(one.status for one in self.counterfactuals))
        return max(found, key=_WORST.index, default="ok")

    @property
    def posteriors(self) -> "tuple[Posterior, ...]":
        """Every posterior that an answer came from, each once."""
        found = (
            *(answer.effect.posterior for answer in self.answers),
            *(one.posterior for one in self.counterfactuals),
        )
        return tuple({id(one): one for one in found if one is not None}.values())

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a question and slice: estimand, of, on, status, mean, sd, interval, P(> 0), plain difference.

        Returns
        -------
        pandas.DataFrame
            With a column ``slice``, empty for answers about all units.
        """
        import pandas as pd

        rows = [answer.effect.to_dataframe().assign(slice=None) for answer in self.answers]
        rows += [
            one.effect.to_dataframe().assign(slice=one.label, status=one.status)
            for answer in self.answers
            for slices in answer.slices
            for one in slices
            if one.effect is not None
        ]
        rows += [one.to_dataframe().assign(estimand="counterfactual", slice=None) for one in self.counterfactuals]
        return pd.concat([row.astype(object) for row in rows], ignore_index=True)

    def __str__(self) -> str:
        from bayescause.reporting.wording.headline import headline, weaknesses

        return "\n".join([headline(self), *weaknesses(self)])

    def _repr_html_(self) -> str:
        from bayescause.reporting.html import fragment

        return fragment(self)


def gather(
    effects: Iterable[Effect] = (),
    *,
    title: str = "",
    unit: str = "row",
    model: StructuralModel | None = None,
    table: Table | None = None,
    slices: Iterable[Slices] = (),
    sensitivities: Iterable[Sensitivity] = (),
    decisions: Iterable[Decision] = (),
    calibration: Calibration | None = None,
    graph: Falsification | None = None,
    counterfactuals: Iterable[Counterfactual] = (),
    concordances: Iterable[Concordance] = (),
    priors: Iterable[PriorShare] = (),
    checks: PredictiveChecks | Sequence[PredictiveChecks] | None = None,
    overlaps: Mapping[int, Overlap] | None = None,
    counts: Iterable[UnitCounts] | None = None,
    seed: int | None = None,
    collected: str = "",
    assumed: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> Findings:
    """Everything that was found, in one noun.

    Parameters
    ----------
    effects : iterable of Effect
        In the order of the questions. Effects that only an analysis carries are added.
    title : str, optional
        The owner's question; by default made from the first effect's labels.
    unit : str
        What one row is.
    model, table : StructuralModel, Table, optional
        By default those of the first effect that has a posterior.
    slices, sensitivities, decisions : iterables
        Each belongs to the effect that it carries.
    calibration : Calibration, optional
    graph : Falsification, optional
        What the data say about the graph; effects are taken as they are, with or without a check of it.
    counterfactuals : iterable of Counterfactual
        What would have been of single units: after the effects.
    concordances, priors : iterables
        Each belongs to the effect that it carries.
    checks : PredictiveChecks or sequence, optional
        By default every posterior is checked here.
    overlaps : mapping of int to Overlap, optional
        By place of the effect; by default looked at here.
    counts : iterable of UnitCounts, optional
        By default counted here, for questions with ``count_above``.
    seed : int, optional
    collected : str
        When the data were gathered, in words.
    assumed, warnings : sequence of str
        Beside what the effects and their tables say themselves.

    Returns
    -------
    Findings
    """
    analysed = _Analysed(tuple(slices), tuple(sensitivities), tuple(decisions), tuple(concordances), tuple(priors))
    wholes = _with_carried(list(effects), analysed.carried)
    parts = [part for whole in wholes for part in split(whole)]
    counted = None if counts is None else tuple(counts)
    answers = tuple(
        replace(
            analysed.of(effect),
            overlap=overlaps.get(place) if overlaps is not None else _overlap(effect),
            counts=_counts(effect, counted),
        )
        for place, effect in enumerate(parts)
    )
    imagined = tuple(counterfactuals)
    found: tuple[Effect | Counterfactual, ...] = (*parts, *imagined)
    posteriors = list({id(one.posterior): one.posterior for one in found if one.posterior is not None}.values())
    first = posteriors[0] if posteriors else None
    checked = tuple(check_predictive(one) for one in posteriors) if checks is None else checks
    known = [first.model] if first else [one.model for one in found if one.model is not None]
    seen = model or next(iter(known), None)
    return Findings(
        title=title or _title(parts, imagined, seen),
        unit=unit,
        answers=answers,
        model=seen,
        table=table or (first.table if first else None),
        checks=(checked,) if isinstance(checked, PredictiveChecks) else tuple(checked),
        calibration=calibration,
        graph=graph,
        counterfactuals=imagined,
        seed=seed if seed is not None else (first.seed if first else 0),
        collected=collected,
        versions=_versions(),
        assumed=tuple(dict.fromkeys([*(told for one in found for told in one.assumed), *assumed])),
        warnings=tuple(dict.fromkeys((*warnings, *_odd(seen, posteriors, answers)))),
    )


@dataclass(frozen=True, eq=False)
class _Analysed:
    """What analyses found, each of the effect that it carries."""

    slices: tuple[Slices, ...]
    sensitivities: tuple[Sensitivity, ...]
    decisions: tuple[Decision, ...]
    concordances: tuple[Concordance, ...]
    priors: tuple[PriorShare, ...]

    @property
    def carried(self) -> list[Effect]:
        """Effects that the analyses are about."""
        every = (self.slices, self.sensitivities, self.decisions, self.concordances, self.priors)
        return [one.effect for some in every for one in some]

    def of(self, effect: Effect) -> Answer:
        """``effect`` with what belongs to it."""
        return Answer(
            effect,
            slices=tuple(one for one in self.slices if _belongs(one.effect, effect)),
            sensitivities=tuple(one for one in self.sensitivities if _belongs(one.effect, effect)),
            decision=next((one for one in self.decisions if _belongs(one.effect, effect)), None),
            concordance=next((one for one in self.concordances if _belongs(one.effect, effect)), None),
            prior=next((one for one in self.priors if _belongs(one.effect, effect)), None),
        )


def _odd(model: StructuralModel | None, posteriors: Sequence["Posterior"], answers: Sequence[Answer]) -> Iterator[str]:
    """What was warned of when the model was made, the table read and the effects estimated."""
    if model is not None:
        yield from improper_priors(model)
    for posterior in posteriors:
        yield from posterior.table.concerns
    for answer in answers:
        if answer.overlap is not None and answer.overlap.verdict in ("limited", "none"):
            yield answer.overlap.words


def _with_carried(effects: Sequence[Effect], carried: Sequence[Effect]) -> list[Effect]:
    """Effects as they were given, then those that only analyses carry."""
    kept = list({id(effect): effect for effect in effects}.values())
    for effect in carried:
        # An analysis may be of one group of an effect that was given whole.
        if not any(_belongs(effect, one) or _belongs(one, effect) for one in kept):
            kept.append(effect)
    return kept


def _belongs(carried: Effect, effect: Effect) -> bool:
    """Whether an analysis of ``carried`` is one of ``effect``: the same question of the same group."""
    return carried is effect or (carried.estimand == effect.estimand and carried.group in (None, effect.group))


def _overlap(effect: Effect) -> Overlap | None:
    return None if effect.draws is None or effect.posterior is None else overlap(effect)


def _counts(effect: Effect, counted: tuple[UnitCounts, ...] | None) -> UnitCounts | None:
    if counted is not None:
        return next((one for one in counted if _belongs(one.effect, effect)), None)
    line = particulars(effect.estimand).count_above
    return None if line is None or effect.draws is None or effect.posterior is None else check_count(effect, line)


def _title(effects: Sequence[Effect], imagined: Sequence[Counterfactual], model: StructuralModel | None) -> str:
    if not effects and imagined:
        return f"What would {_label(model, imagined[0].on)} have been?"
    if not effects:
        return "Nothing was asked"
    question = effects[0].estimand
    of, on = (_label(model, name) for name in (question.of, question.on))
    level = particulars(question).level
    return f"Does {of} change {on if level is None else f'the chance that {on} is {level}'}?"


def _label(model: StructuralModel | None, name: str) -> str:
    return (model.variables[name].label if model is not None and name in model.variables else None) or name


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
