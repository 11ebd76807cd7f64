"""A decision weighs the worth of an effect against the cost of acting, and says what knowing more would be worth."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bayescause.arguments import NUMBER, TEXT, require
from bayescause.calling import names_its_arguments
from bayescause.compilation.particulars import particulars
from bayescause.errors import SpecError
from bayescause.notebooks import by_its_words
from bayescause.query.bounded import SETTLED
from bayescause.query.digits import format_probability
from bayescause.query.number_needed import better_of
from bayescause.query.rulings import faults_of_ruling, gain_against
from bayescause.scm.mechanism import FloatArray
from bayescause.surface import called

if TYPE_CHECKING:
    import pandas as pd

    from bayescause.query.bounds import Bounds
    from bayescause.query.effect import Effect

__all__ = ["Decision", "decide"]


@dataclass(frozen=True, eq=False)
class Decision:
    """Whether to act on an effect. Money is ``money`` per row (per unit of the population).

    Parameters
    ----------
    effect : Effect
    act, instead : str
        The two choices, in the user's words.
    gain : float
        Worth of one unit of the outcome, in money; negative where less of it is better.
    cost : float
        Of acting, per row.
    money : str
        ``"EUR"``; empty where gain and cost are in the outcome's unit.
    leaves_out : str
        What this decision is not about, in the user's words.
    status : str
        ``"ok"``, ``"weak"`` (the effect is) or ``"refused"`` (no effect); then all below is None, but for what
        holds at both ends of a range.
    reason : str
    threshold : float, optional
        Effect from which acting pays, ``cost / gain``, in the unit of the effect.
    probability_pays, probability_loses : float, optional
        That acting earns more, or less, than it costs.
    probability_benefit, probability_harm : float, optional
        That the effect itself is good, or bad: has the sign of ``gain``, or the other.
    net_gain : float, optional
        Expected gain of acting less its cost.
    loss_if_loses : float, optional
        Expected loss in the cases in which acting loses; 0 if there are none.
    expected_loss_acting, expected_loss_not_acting : float, optional
        Expected regret of each choice.
    value_of_perfect_information : float, optional
        The smaller of the two: what knowing the effect exactly would be worth before choosing.
    recommendation : str, optional
        ``act`` or ``instead``, whichever has the larger expected gain.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"z": [0, 1] * 30, "x": [0, 0, 1, 1, 0, 1] * 10}
    >>> rows["y"] = [2 * x + z + i % 5 for i, (x, z) in enumerate(zip(rows["x"], rows["z"]))]
    >>> effect = bc.ask(bc.StructuralModel.parse("x ~ z; y ~ x + z"), rows, bc.AverageEffect(of="x", on="y"))
    >>> decision = bc.decide(effect, act="do it", instead="leave it", gain=1.0, cost=0.5)
    >>> decision.recommendation, decision.threshold, decision.is_to_act
    ('do it', 0.5, True)
    """

    effect: "Effect"
    act: str
    instead: str
    gain: float
    cost: float
    money: str
    leaves_out: str = ""
    status: str = "ok"
    reason: str = ""
    threshold: float | None = None
    probability_pays: float | None = None
    probability_loses: float | None = None
    probability_benefit: float | None = None
    probability_harm: float | None = None
    net_gain: float | None = None
    loss_if_loses: float | None = None
    expected_loss_acting: float | None = None
    expected_loss_not_acting: float | None = None
    value_of_perfect_information: float | None = None
    recommendation: str | None = None

    @property
    def is_to_act(self) -> bool:
        """Whether acting is recommended."""
        return self.recommendation == self.act

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a choice, acting first: what it is expected to gain, and how probably it is the better one.

        ``expected_gain`` is that over not acting, per row and in ``money``; ``expected_loss`` is what the choice is
        expected to lose against the better of the two. None where nothing is known.

        Examples
        --------
        >>> import bayescause as bc
        >>> rows = {"x": [0, 1, 0, 1, 1, 0], "y": [1.0, 3.0, 1.5, 2.5, 3.5, 0.5]}
        >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x"), rows, bc.AverageEffect(of="x", on="y"))
        >>> told = bc.decide(effect, act="do it", instead="leave it", gain=1.0, cost=0.5).to_dataframe()
        >>> told[["choice", "is_recommended"]].to_numpy().tolist()
        [['do it', True], ['leave it', False]]
        """
        import pandas as pd

        told = {
            self.act: (self.net_gain, self.probability_pays, self.expected_loss_acting),
            self.instead: (
                None if self.net_gain is None else 0.0,
                self.probability_loses,
                self.expected_loss_not_acting,
            ),
        }
        rows = [
            {
                "choice": choice,
                "is_recommended": choice == self.recommendation,
                "expected_gain": gain,
                "probability_best": best,
                "expected_loss": loss,
                "money": self.money,
                "threshold": self.threshold,
                "value_of_perfect_information": self.value_of_perfect_information,
                "status": self.status,
                "reason": self.reason,
            }
            for choice, (gain, best, loss) in told.items()
        ]
        return pd.DataFrame(rows)

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        if self.recommendation is not None and self.net_gain is None:
            return f"{self.recommendation}\n  {self.reason}"
        if self.net_gain is None or self.probability_pays is None or self.value_of_perfect_information is None:
            return f"No recommendation between {self.act!r} and {self.instead!r}. {self.reason}".rstrip()
        unit = f" {self.money}" if self.money else ""
        chance = format_probability(self.probability_pays).removeprefix("= ")
        return (
            f"{self.recommendation}\n"
            f"  acting pays with probability {chance}; "
            f"expected net gain {self.net_gain:.3g}{unit} a row\n"
            f"  it pays from an effect of {self.threshold:.3g}{'' if self.gain > 0 else ' on down'}\n"
            f"  expected loss of acting {self.expected_loss_acting:.3g}{unit}, "
            f"of not acting {self.expected_loss_not_acting:.3g}{unit}\n"
            f"  knowing the effect exactly would be worth {self.value_of_perfect_information:.3g}{unit} a row"
        )


@names_its_arguments
def decide(
    effect: "Effect",
    *,
    act: str,
    instead: str,
    gain: float,
    cost: float = 0.0,
    money: str = "",
    leaves_out: str = "",
) -> Decision:
    """Weigh ``effect`` against the cost of acting.

    Parameters
    ----------
    effect : Effect
        What acting does to the outcome of one unit, in the outcome's unit.
    act, instead : str
        What acting is and what happens otherwise, in words: a decision between nameless things is none.
    gain : float
        Worth of one unit of the outcome; negative where less is better.
    cost : float
        Of acting, per row.
    money : str
        Unit of ``gain`` and ``cost``.
    leaves_out : str
        What the decision is not about.

    Returns
    -------
    Decision

    Raises
    ------
    SpecError
        If a choice has no words, if ``gain`` is zero or not finite, if ``cost`` is negative, or if the sign of
        ``gain`` contradicts which direction of the outcome the model calls better.

    Notes
    -----
    The two losses are posterior expectations of regret, and the smaller one is the expected value of perfect
    information (Raiffa and Schlaifer 1961, section 4.5).

    Examples
    --------
    >>> import numpy as np
    >>> import bayescause as bc
    >>> z, noise = np.random.default_rng(1).normal(size=(2, 200))
    >>> x = (z + noise[::-1] > 0).astype(float)
    >>> model = bc.StructuralModel.parse("x ~ z; y ~ x + z")
    >>> effect = bc.ask(model, {"x": x, "z": z, "y": 2 * x + z + noise}, bc.AverageEffect(of="x", on="y"))
    >>> decide(effect, act="do it", instead="leave it", gain=1.0, cost=0.5).recommendation
    'do it'
    """
    from bayescause.query.effect import EFFECT

    require(
        effect=(effect, EFFECT),
        act=(act, TEXT),
        instead=(instead, TEXT),
        gain=(gain, NUMBER),
        cost=(cost, NUMBER),
        money=(money, TEXT),
        leaves_out=(leaves_out, TEXT),
    )
    asked = Decision(effect, act.strip(), instead.strip(), float(gain), float(cost), money, leaves_out)
    SpecError.raise_if([*faults_of_ruling(asked).values(), *_contradictions(asked)])
    if particulars(effect.estimand).quantity and effect.curve is None and effect.estimand.scale == "difference":
        return replace(asked, status="refused", reason=_without_mean(effect))
    if effect.estimand.scale != "difference":
        told = f"The {effect.estimand.name} is not in the unit of {effect.estimand.on!r}, in which gains are counted."
        return replace(asked, status="refused", reason=f"{told} Decide on the average effect ({called('ate')}).")
    if effect.curve is not None:
        told = f"The {effect.estimand.name} is a curve."
        advice = f"Decide on the average effect ({called('ate')}) of two of its levels."
        return replace(asked, status="refused", reason=f"{told} {advice}")
    if _is_of_groups(effect):
        told = "A conditional effect is several effects, one a group."
        return replace(asked, status="refused", reason=f"{told} Decide on the average effect ({called('ate')}) of one.")
    if effect.bounds is not None:
        return _at_both_ends(asked, effect.bounds)
    if effect.draws is None:
        return replace(asked, status="refused", reason="There is no effect to decide on: " + " ".join(effect.reasons))
    return _weigh(asked, np.asarray(effect.draws, dtype=float).ravel())


def _without_mean(effect: "Effect") -> str:
    """Why gains cannot be counted by ``effect``, and what can be done."""
    question = effect.estimand
    level = particulars(question).level
    if level is None:
        told = f"Gains are counted by the mean of {question.on}, and this is the {question.name}."
        return f"{told} Decide on the average effect ({called('ate')})."
    told = f"Gains are counted by the mean of {question.on}, and this is about the chance of one level of it, {level}."
    if effect.posterior is not None and effect.posterior.table.kinds.get(question.on) == "binary":
        return f"{told} Leave out `level`: the mean of what is yes or no is the chance of yes."
    return (
        f"{told} Make a 0/1 column that is 1 where {question.on} is {level}, and decide on the average effect "
        f"({called('ate')}) on it: `gain` is then what one unit more at that level is worth."
    )


def _is_of_groups(effect: "Effect") -> bool:
    found = (effect.draws, None if effect.bounds is None else effect.bounds.low)
    return any(draws is not None and draws.ndim > 2 for draws in found)


def _contradictions(asked: Decision) -> list[str]:
    if asked.effect.posterior is None:
        return []
    outcome, posterior = asked.effect.estimand.on, asked.effect.posterior
    better = better_of(asked.effect.estimand, posterior.model, posterior.table)
    fault = gain_against(asked.gain, outcome, better)
    return [] if fault is None else [fault]


def _at_both_ends(asked: Decision, bounds: "Bounds") -> Decision:
    """A recommendation only where both ends of the range, and so every effect in it, make the same one."""
    worth = [asked.gain * np.asarray(end, dtype=float) - asked.cost for end in (bounds.low, bounds.high)]
    pays, loses = (float(share.mean()) for share in (np.minimum(*worth) > 0.0, np.maximum(*worth) < 0.0))
    known = replace(asked, status="refused", threshold=asked.cost / asked.gain)
    if max(pays, loses) < SETTLED:
        return replace(
            known, reason="The range that the data leave open holds effects that pay and effects that do not."
        )
    return replace(
        known,
        probability_pays=pays,
        probability_loses=loses,
        recommendation=asked.act if pays > loses else asked.instead,
        reason=f"Acting {'pays' if pays > loses else 'loses'} at both ends of the range that the data leave open.",
    )


def _weigh(asked: Decision, draws: FloatArray) -> Decision:
    if not asked.effect.moments_exist:
        reason = "The expected gain may not exist: a few draws of the effect decide its mean."
        return replace(asked, status="refused", reason=reason)
    net = asked.gain * draws - asked.cost
    regret_acting = float(np.maximum(-net, 0.0).mean())
    regret_not_acting = float(np.maximum(net, 0.0).mean())
    loses = net < 0.0
    return replace(
        asked,
        status=asked.effect.status,
        reason=" ".join(asked.effect.reasons),
        threshold=asked.cost / asked.gain,
        probability_pays=float((net > 0.0).mean()),
        probability_loses=float(loses.mean()),
        probability_benefit=float((asked.gain * draws > 0.0).mean()),
        probability_harm=float((asked.gain * draws < 0.0).mean()),
        net_gain=float(net.mean()),
        loss_if_loses=regret_acting / float(loses.mean()) if loses.any() else 0.0,
        expected_loss_acting=regret_acting,
        expected_loss_not_acting=regret_not_acting,
        value_of_perfect_information=min(regret_acting, regret_not_acting),
        recommendation=asked.act if net.mean() > 0.0 else asked.instead,
    )
