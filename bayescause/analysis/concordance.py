"""Concordance asks whether two routes from the same draws give one answer: expectations, and simulated units."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bayescause.analysis.second_route import SECOND_ROUTES, Budget, Pairs, SecondRoute
from bayescause.arguments import SEED, Seed, require, seed_of, whole
from bayescause.calling import names_its_arguments
from bayescause.notebooks import by_its_words
from bayescause.plugins import find, names
from bayescause.query.check import Check
from bayescause.query.effect import EFFECT, Effect

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MOST", "Agreement", "Concordance", "compared", "concordance", "with_concordance"]

MOST = 4.0
"""Monte Carlo standard errors of its own from which a mean paired difference is no accident."""


@dataclass(frozen=True)
class Agreement:
    """One number by both routes.

    Parameters
    ----------
    label : str
        Its group or dose; empty where there is one number.
    first, second : float
        Posterior means of those draws and units, in the unit of the effect.
    gap : float
        Mean of the difference draw by draw, second less first.
    mcse : float
        Monte Carlo standard error of ``gap``, which counts both routes.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0, 1, 0, 1, 1, 0], "y": [1.0, 3.0, 1.5, 2.5, 3.5, 0.5]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x"), rows, bc.AverageEffect(of="x", on="y"))
    >>> [agreement] = bc.concordance(effect).agreements
    >>> agreement.label, agreement.is_good
    ('', True)
    """

    label: str
    first: float
    second: float
    gap: float
    mcse: float

    @property
    def ratio(self) -> float:
        """The gap in standard errors of its own."""
        return abs(self.gap) / self.mcse

    @property
    def is_good(self) -> bool:
        """Whether the gap is less than ``MOST`` of its errors."""
        return self.ratio < MOST


@dataclass(frozen=True, eq=False)
class Concordance:
    """Whether two routes from the same draws give one answer.

    Parameters
    ----------
    effect : Effect
    status : str
        ``"agree"``, ``"differ"`` or ``"refused"`` (with ``reason``).
    agreements : tuple of Agreement
        One a group or dose; empty if refused.
    routes : tuple of str
        Both in words.
    draws, rows : int
        Posterior draws and units that were compared.
    reason : str
        Why there is no second route, in words.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0, 1, 0, 1, 1, 0], "y": [1.0, 3.0, 1.5, 2.5, 3.5, 0.5]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x"), rows, bc.AverageEffect(of="x", on="y"))
    >>> bc.concordance(effect).words
    'two routes agree (0.0 MCSE apart)'
    """

    effect: Effect
    status: str
    agreements: tuple[Agreement, ...] = ()
    routes: tuple[str, ...] = ()
    draws: int = 0
    rows: int = 0
    reason: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether there is no second route."""
        return self.status == "refused"

    @property
    def worst(self) -> Agreement | None:
        """The number whose gap is the largest in its own errors; None if refused."""
        return max(self.agreements, key=lambda one: one.ratio, default=None)

    @property
    def words(self) -> str:
        """A few words for a list of checks: ``"two routes agree (0.4 MCSE apart)"``."""
        if self.worst is None:
            return "not cross-checked"
        return f"two routes {self.status} ({self.worst.ratio:.1f} MCSE apart)"

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a number: label, first, second, gap, mcse, ratio, agrees."""
        import pandas as pd

        names_ = ("label", "first", "second", "gap", "mcse", "ratio")
        rows = [{name: getattr(one, name) for name in names_} | {"agrees": one.is_good} for one in self.agreements]
        return pd.DataFrame(rows, columns=[*names_, "agrees"])

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        if self.worst is None:
            return f"No second route: {self.reason}"
        compared = f"{self.draws:,} draws and {self.rows:,} units"
        lines = [f"Two routes {self.status}, over the same {compared} (below {MOST:g} MCSE is agreement)."]
        lines += [f"  first   {self.routes[0]}", f"  second  {self.routes[1]}"]
        return "\n".join((*lines, *(_told(one) for one in self.agreements)))


def _told(one: Agreement) -> str:
    head = f"{one.label}: " if one.label else ""
    return f"  {head}{one.first:.6g} and {one.second:.6g}: {one.gap:.2g} apart, {one.ratio:.1f} MCSE of {one.mcse:.2g}"


@names_its_arguments
def concordance(effect: Effect, *, draws: int = 400, rows: int = 1_000, seed: Seed = 0) -> Concordance:
    """Compute ``effect`` once more by another route, from the same posterior draws, and compare draw by draw.

    An answer by mechanisms along causal paths, or by an adjusted regression, is compared with ``pm.do`` on the compiled
    PyMC model and simulated responses, in two steps for the nested worlds of mediated effects; a functional of a joint
    law with the functional that the complete algorithm writes. Nothing is sampled again. It takes seconds, PyMC's
    import included.

    Parameters
    ----------
    effect : Effect
        From ``ask`` or ``estimate``.
    draws, rows : int
        Posterior draws and units that are compared, at most.
    seed : int or NumPy Generator
        Of the units that are chosen, and of the responses that are simulated.

    Returns
    -------
    Concordance
        Refused, in words, where there is no second route.

    Raises
    ------
    SpecError
        If ``draws`` or ``rows`` is too small to tell anything.

    Notes
    -----
    The gap is the mean of the paired differences of the two routes. Given the draws, the second route is the first plus
    noise of its simulation, independent from draw to draw, so that the sd of the differences over the square root of
    the draws is the standard error; where the first route integrates over random points, its own error (by evaluating
    it at other points) is added. Worlds share their random numbers. A right pair is flagged with probability 6e-5.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0, 1, 0, 1, 1, 0], "y": [1.0, 3.0, 1.5, 2.5, 3.5, 0.5]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x"), rows, bc.AverageEffect(of="x", on="y"))
    >>> bc.concordance(effect).status
    'agree'
    """
    require(effect=(effect, EFFECT), draws=(draws, whole(20)), rows=(rows, whole(20)), seed=(seed, SEED))
    if effect.draws is None:
        return Concordance(effect, "refused", reason="The effect was refused, so there is no answer to compare.")
    if effect.posterior is None or effect.route is None:
        return Concordance(effect, "refused", reason="The graph alone gives the answer: nothing was computed.")
    way = effect.route.way
    if way not in names(SECOND_ROUTES):
        return Concordance(effect, "refused", reason=f"There is no second route to an answer by {effect.route.name}.")
    route: SecondRoute = find(SECOND_ROUTES, way)()
    found = route.pairs(effect, Budget(draws, rows, seed_of(seed)))
    return Concordance(effect, "refused", reason=found) if isinstance(found, str) else compared(effect, found)


def compared(effect: Effect, pairs: Pairs) -> Concordance:
    """What ``pairs`` of ``effect`` say: the mean of their differences, and its standard error, number by number."""
    differences = pairs.second - pairs.first
    noise = differences.std(axis=0, ddof=1) / np.sqrt(len(differences))
    errors = np.maximum(np.hypot(noise, pairs.error), pairs.resolution)
    columns = (pairs.first.mean(axis=0), pairs.second.mean(axis=0), differences.mean(axis=0), errors)
    agreements = tuple(
        Agreement(label, *map(float, numbers)) for label, *numbers in zip(pairs.labels, *columns, strict=True)
    )
    status = "agree" if all(one.is_good for one in agreements) else "differ"
    return Concordance(effect, status, agreements, pairs.routes, pairs.draws, pairs.rows)


def with_concordance(effect: Effect, found: Concordance) -> Effect:
    """``effect`` with the check that two routes agree; weak if they do not."""
    if found.is_refused:
        return effect
    checked = replace(effect, checks=(*effect.checks, Check("concordance", found.words, found.status == "agree")))
    worst = found.worst
    if found.status == "agree" or worst is None:
        return checked
    reason = (
        f"Two routes to this answer differ: {found.routes[0]} gives {worst.first:.6g}, {found.routes[1]} "
        f"{worst.second:.6g}, {worst.ratio:.0f} Monte Carlo errors apart. One of them is wrong: "
        "please report it with the model file."
    )
    return replace(checked, status="weak", reasons=(*checked.reasons, reason))
