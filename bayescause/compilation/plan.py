"""A plan turns verdicts into fitting tasks: which conditionals are fitted for which question, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bayescause.graph.formula import Term
from bayescause.identification.verdict import CausalQuery, Verdict
from bayescause.scm.mechanism import Mechanism
from bayescause.scm.priors import Prior

__all__ = ["Plan", "Route", "Task"]


@dataclass(frozen=True)
class Task:
    """One conditional law to be fitted.

    Parameters
    ----------
    key : str
        The variable's name for a declared mechanism; ``"sales given promo, loyalty"`` for an adjusted regression.
    variable : str
        The response.
    terms : tuple of Term
    mechanism : Mechanism, optional
        None: the default family of the variable's kind.
    priors : mapping of str to Prior
        The user's own; what is missing comes from the rules.
    is_declared : bool
        Whether terms and priors are the user's, or defaults of an adjusted regression.
    why : str
        In words.
    """

    key: str
    variable: str
    terms: tuple[Term, ...]
    mechanism: Mechanism | None
    priors: Mapping[str, Prior] = field(default_factory=dict)
    is_declared: bool = True
    why: str = ""


@dataclass(frozen=True)
class Route:
    """How one question is answered: simulate ``order`` forward, everything else keeps its observed joint law.

    Parameters
    ----------
    query : CausalQuery
    verdict : Verdict
    order : tuple of str
        Variables on causal paths, treatments left out, parents first, the outcome last.
    keys : mapping of str to str
        Task key of each variable in ``order``.
    covariates : tuple of str
        Columns whose observed joint law is averaged over.
    refusal : str, optional
        Why there is no number; None if there is one.
    where : str, optional
        Condition that selects the units of the question: its columns are in the adjusted regression.
    """

    query: CausalQuery
    verdict: Verdict
    order: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    covariates: tuple[str, ...] = ()
    refusal: str | None = None
    where: str | None = None

    @property
    def needs_draws(self) -> bool:
        """Whether something has to be fitted for the question, and can be: not refused, and not zero by the graph."""
        return self.refusal is None and bool(self.order)


@dataclass(frozen=True)
class Plan:
    """What has to be fitted for all questions, each task once, parents before children."""

    tasks: tuple[Task, ...]
    routes: tuple[Route, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Variables whose mechanism is not fitted, with the reason."""

    def __str__(self) -> str:
        fitted = [f"fitted      {_written(task)}    {task.why}" for task in self.tasks]
        refused = [f"refused     {_asked(route)}    {route.refusal}" for route in self.routes if route.refusal]
        return "\n".join((*fitted, *refused, *(f"not fitted  {name}    {why}" for name, why in self.skipped.items())))


def _written(task: Task) -> str:
    return f"{task.variable} ~ {' + '.join(map(str, task.terms)) or '1'}"


def _asked(route: Route) -> str:
    return f"{' and '.join(route.query.of)} on {' and '.join(route.query.on)}"
