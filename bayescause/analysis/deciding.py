"""A decision weighs the worth of an effect against the cost of acting, and says what better knowledge would be worth."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
        ``"ok"``, ``"weak"`` (the effect is) or ``"refused"`` (no effect, so no decision); then all below is None.
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
    """Weigh ``effect`` against the cost of acting."""
    raise NotImplementedError
