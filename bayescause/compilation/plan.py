"""A plan turns verdicts into fitting tasks: which conditionals are fitted for which question, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bayescause.graph.formula import Term
from bayescause.identification.copies import Copy
from bayescause.identification.functional import Expression
from bayescause.identification.verdict import CausalQuery, Verdict
from bayescause.notebooks import by_its_words
from bayescause.scm.mechanism import Mechanism
from bayescause.scm.priors import Prior

__all__ = ["Block", "Plan", "Route", "Task"]


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
        Whether it is the mechanism as the user declared it, or a law derived from that.
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
class Block:
    """Several variables whose joint law is fitted as one.

    Parameters
    ----------
    key : str
        Such as ``"joint law of w, z, x, y"``.
    law : str
        Short name of the law, a file of ``bayescause/inference/laws``.
    variables : tuple of str
        In one topological order.
    given : mapping of str to tuple of str
        What each variable's conditional is given: earlier variables, or columns outside the block.
    priors : mapping of str to Prior
        The user's own; what is missing comes from the law's rules.
    why : str
        In words.
    query : CausalQuery, optional
        The effect whose response types the law has to allow; None where it is free.
    """

    key: str
    law: str
    variables: tuple[str, ...]
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    priors: Mapping[str, Prior] = field(default_factory=dict)
    why: str = ""
    query: CausalQuery | None = None


@dataclass(frozen=True)
class Route:
    """How one question is answered.

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
    way : str
        Short name of the way, a file of ``bayescause/compilation/ways`` and one of ``bayescause/query/answers``. By
        ``simulation``, ``order`` is simulated forward and everything else keeps its observed joint law.
    natural : tuple of str
        Variables in ``order`` whose law sees the treatment as it was observed, not as it is set.
    functional : Expression, optional
        What is computed from the joint law.
    block : str, optional
        Key of the block whose joint law answers.
    copies : tuple of Copy
        Of mediated effects: the variables of the nested world, causes first; ``keys`` holds the task of each.
    references : tuple of str
        Names of the treatment's reference value in the nested world.
    met : tuple of str
        Variables on the way of which each level has to occur under both levels of the treatment.

    Examples
    --------
    >>> import bayescause as bc
    >>> [route] = bc.plan(bc.StructuralModel.parse("x ~ z; y ~ x + z"), [bc.AverageEffect(of="x", on="y")]).routes
    >>> route.name, route.order, route.covariates
    ('the simulation', ('y',), ('z',))
    """

    query: CausalQuery
    verdict: Verdict
    order: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    covariates: tuple[str, ...] = ()
    refusal: str | None = None
    where: str | None = None
    way: str = "simulation"
    natural: tuple[str, ...] = ()
    functional: Expression | None = None
    block: str | None = None
    copies: tuple[Copy, ...] = ()
    references: tuple[str, ...] = ()
    met: tuple[str, ...] = ()

    @property
    def is_by_unit(self) -> bool:
        """Whether each unit has a mean effect of its own given its covariates, so that groups of rows can be told."""
        return self.way == "simulation"

    @property
    def is_simulated(self) -> bool:
        """Whether the variables of ``order`` are simulated forward, each by its task."""
        return self.functional is None and self.block is None

    @property
    def name(self) -> str:
        """The way in words: ``"the front door"``."""
        by = getattr(self.verdict, "strategy", "")
        words = {
            "front_door": "front door",
            "general": "general formula",
            "edge_g_formula": "edge g-formula",
            "randomised_mediators": "formula of randomised mediators",
            "recanting_twins": "formula with twins of the witness",
        }
        return f"the {words.get(by, self.way.replace('_', ' '))}"

    @property
    def gives_number(self) -> bool:
        """Whether a number comes of it, and not a refusal or a range alone."""
        return self.refusal is None and self.way != "bounds"

    @property
    def needs_draws(self) -> bool:
        """Whether something has to be fitted for the question, and can be: not refused, and not zero by the graph."""
        return self.refusal is None and (bool(self.order) or self.block is not None)


@dataclass(frozen=True)
class Plan:
    """What has to be fitted for all questions, each task once, parents before children.

    Parameters
    ----------
    tasks : tuple of Task
        Mechanisms and regressions that are fitted.
    routes : tuple of Route
        How each question is answered from them, in the order of the questions.
    skipped : mapping of str to str
        Variables whose mechanism is not fitted, with the reason.
    blocks : tuple of Block
        Joint laws of several variables, each once.

    Examples
    --------
    >>> import bayescause as bc
    >>> plan = bc.plan(bc.StructuralModel.parse("x ~ z; y ~ x + z"), [bc.AverageEffect(of="x", on="y")])
    >>> [task.key for task in plan.tasks], list(plan.skipped)
    (['y'], ['x', 'z'])
    """

    tasks: tuple[Task, ...]
    routes: tuple[Route, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        fitted = [f"fitted      {_written(task)}    {task.why}" for task in self.tasks]
        fitted += [f"fitted      {block.key}    {block.why}" for block in self.blocks]
        refused = [f"refused     {_asked(route)}    {route.refusal}" for route in self.routes if route.refusal]
        return "\n".join((*fitted, *refused, *(f"not fitted  {name}    {why}" for name, why in self.skipped.items())))


def _written(task: Task) -> str:
    return f"{task.variable} ~ {' + '.join(map(str, task.terms)) or '1'}"


def _asked(route: Route) -> str:
    return f"{' and '.join(route.query.of)} on {' and '.join(route.query.on)}"
