"""A verdict says whether the graph lets the data answer a causal question, on what it rests, or what is in the way."""

from dataclasses import dataclass

from bayescause.identification.functional import Expression
from bayescause.identification.wording import told_identified, told_not_identified
from bayescause.notebooks import by_its_words

__all__ = [
    "MEDIATED",
    "PATHS",
    "Assumption",
    "BoundsMethod",
    "CausalQuery",
    "Hedge",
    "Identified",
    "Instrument",
    "NotIdentified",
    "Parametric",
    "Recanting",
    "Verdict",
]


@dataclass(frozen=True)
class CausalQuery:
    """The law of ``on`` under do(``of``), within groups of ``given``.

    Parameters
    ----------
    of : tuple of str
        Treatments.
    on : tuple of str
        Outcomes.
    given : tuple of str
        Effect modifiers; none of them a descendant of a treatment.
    kind : str
        ``"total"``; ``"direct"``: through the arrow from treatment to outcome alone; or one of ``MEDIATED``.
    through : tuple of str
        Mediators, of mediated effects: as a set; for those in ``PATHS``, in their order on the paths.
    along : tuple of tuple of str
        Chains of arrows, for those in ``PATHS``: the paths that hold one of them carry the effect.

    Examples
    --------
    >>> from bayescause.identification.verdict import CausalQuery
    >>> str(CausalQuery(of=("promo",), on=("sales",), given=("season",)))
    'effect of promo on sales within groups of season'
    """

    of: tuple[str, ...]
    on: tuple[str, ...]
    given: tuple[str, ...] = ()
    kind: str = "total"
    through: tuple[str, ...] = ()
    along: tuple[tuple[str, ...], ...] = ()

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        kind = "" if self.kind == "total" else f"{self.kind.replace('path', 'path-specific').replace('_', ' ')} "
        effect = f"{kind}effect of {' and '.join(self.of)} on {' and '.join(self.on)}"
        if self.along:
            effect += f" along {' and '.join(map(' -> '.join, self.along))}"
        if self.through:
            effect += f" {'past' if self.kind.endswith('_direct') else 'through'} {self._mediators}"
        return f"{effect} within groups of {' and '.join(self.given)}" if self.given else effect

    @property
    def is_mediated(self) -> bool:
        """Whether it is about some of the ways from treatment to outcome, by their mediators or arrows."""
        return self.kind in MEDIATED

    @property
    def is_along_paths(self) -> bool:
        """Whether it is about paths, by their arrows or by mediators in their order."""
        return self.kind in PATHS

    @property
    def _mediators(self) -> str:
        return (" and then " if self.is_along_paths else " and ").join(self.through)


MEDIATED = (
    "natural_direct",
    "natural_indirect",
    "path",
    "interventional_direct",
    "interventional_indirect",
    "interventional_path",
)
"""Kinds of effects of some of the ways that lead from treatment to outcome."""

PATHS = ("path", "interventional_path")
"""Those of them that name paths, and not mediators."""


@dataclass(frozen=True)
class Assumption:
    """One thing that the answer rests on.

    Parameters
    ----------
    text : str
        In words.
    tested_by : str, optional
        How data could speak against it; None: they cannot.

    Examples
    --------
    >>> import bayescause as bc
    >>> verdict = bc.identify(bc.CausalGraph.parse("z -> {x y}; x -> y"), bc.AverageEffect(of="x", on="y"))
    >>> [(one.text, one.tested_by) for one in verdict.assumptions]
    [('nothing unmeasured drives both x and y', None), ('both levels of x occur for every ...', 'overlap, at fit')]
    """

    text: str
    tested_by: str | None = None


@dataclass(frozen=True)
class Hedge:
    """Two nested sets of variables that prove non-identifiability (Shpitser and Pearl 2006, theorem 4).

    Parameters
    ----------
    nodes : tuple of str
        The larger set, which holds the treatment.
    inner : tuple of str
        The smaller one within it, without the treatment.

    Examples
    --------
    >>> import bayescause as bc
    >>> bc.identify(bc.CausalGraph.parse("x -> y; x <-> y"), bc.AverageEffect(of="x", on="y")).hedge
    Hedge(nodes=('x', 'y'), inner=('y',))
    """

    nodes: tuple[str, ...]
    inner: tuple[str, ...]


@dataclass(frozen=True)
class Recanting:
    """What would have to answer the treatment's new value and its old one at the same time.

    Parameters
    ----------
    nodes : tuple of str
        One variable, the recanting witness (Avin, Shpitser and Pearl 2005, definition 5); or several that hidden
        causes bind together, the recanting district (Shpitser 2013, definition 3).
    carrying, other : tuple of str
        A path that carries the effect asked for, and one that does not.

    Examples
    --------
    >>> import bayescause as bc
    >>> graph = bc.CausalGraph.parse("x -> l -> {m y}; x -> m -> y")
    >>> bc.identify(graph, bc.PathSpecificEffect(of="x", on="y", through=("m",))).recanting
    Recanting(nodes=('l',), carrying=('x', 'l', 'm', 'y'), other=('x', 'l', 'y'))
    """

    nodes: tuple[str, ...]
    carrying: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True)
class Instrument:
    """A variable that moves the treatment and, within groups of ``given``, reaches the outcome in no other way.

    Parameters
    ----------
    instrument : str
        That variable.
    given : tuple of str
        What has to be held; empty if nothing.

    Examples
    --------
    >>> import bayescause as bc
    >>> graph = bc.CausalGraph.parse("lot -> x -> y; x <-> y")
    >>> bc.identify(graph, bc.AverageEffect(of="x", on="y")).instruments
    (Instrument(instrument='lot', given=()),)
    """

    instrument: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parametric:
    """How an effect that the graph alone does not identify would be, and by which assumptions on its shape.

    Parameters
    ----------
    strategy : str
        ``"instrument"``.
    assumptions : tuple of str
        ``"linear"`` first: every effect is a straight line and the same for all units.
    instruments, given : tuple of str
        The instruments that answer together, and the variables within whose groups they do.

    Examples
    --------
    >>> import bayescause as bc
    >>> graph = bc.CausalGraph.parse("lot -> x -> y; x <-> y")
    >>> bc.identify(graph, bc.AverageEffect(of="x", on="y")).parametric.strategy
    'instrument'
    """

    strategy: str
    assumptions: tuple[str, ...]
    instruments: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class BoundsMethod:
    """How the range of effects that the data leave open is found where all variables are discrete.

    Parameters
    ----------
    method : str
        ``"response_functions"``: a linear program over the ways in which units can respond (Balke and Pearl 1997).
    district : tuple of str
        The variables whose ways to respond are counted: those that hidden causes bind to the treatment.
    strata : tuple of str
        Variables within whose groups the program is solved.
    is_sharp : bool
        Whether every effect in the range is compatible with the data; if not, the range is valid, perhaps not the
        tightest.

    Examples
    --------
    >>> import bayescause as bc
    >>> graph = bc.CausalGraph.parse("lot -> x -> y; x <-> y")
    >>> bc.identify(graph, bc.AverageEffect(of="x", on="y")).bounds
    BoundsMethod(method='response_functions', district=('x', 'y'), strata=(), is_sharp=True)
    """

    method: str
    district: tuple[str, ...]
    strata: tuple[str, ...] = ()
    is_sharp: bool = True


@dataclass(frozen=True)
class Identified:
    """The data can answer, if the graph is right.

    Parameters
    ----------
    query : CausalQuery
    strategy : str
        The first that holds of ``no_effect``, ``truncated_factorization``, ``adjustment``, ``front_door``, ``general``.
    functional, latex : str
        What is computed from the observed law.
    unicode : str
        The same with the signs of mathematics.
    expression : Expression, optional
        The same to evaluate, on a discrete or a jointly normal law; None if it is too long to be written out.
    adjustment_sets : tuple of tuple of str
        All minimal sets, in a deterministic order; ``((),)`` if the empty set is enough, ``()`` if there is none.
        With ``given``, each set holds it.
    front_door_sets : tuple of tuple of str
        All minimal sets of mediators by the front-door criterion, in the same order; none is sought with ``given``.
    assumptions : tuple of Assumption
    would_break : tuple of str
        Arrows whose presence would end identification, in the grammar of graph texts.
    also : tuple of str
        Other strategies that hold.
    notes : tuple of str
        What else the user should hear: whether treatment and outcome look swapped, whether a list was cut.
    instruments : tuple of Instrument
        For one treatment and one outcome, without ``given``.
    optimal_set : tuple of str, optional
        The adjustment set with the smallest asymptotic variance.
    no_optimal_set : str, optional
        Why there is none, as a sentence.

    Examples
    --------
    >>> import bayescause as bc
    >>> graph = bc.CausalGraph.parse("z -> {x y}; x -> y")
    >>> verdict = bc.identify(graph, bc.AverageEffect(of="x", on="y"))
    >>> verdict.strategy, verdict.functional, verdict.adjustment_sets
    ('truncated_factorization', 'sum over z of E[y | x, z] P(z)', (('z',),))
    """

    query: CausalQuery
    strategy: str
    functional: str
    latex: str
    adjustment_sets: tuple[tuple[str, ...], ...] = ()
    front_door_sets: tuple[tuple[str, ...], ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    would_break: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    optimal_set: tuple[str, ...] | None = None
    no_optimal_set: str | None = None
    unicode: str = ""
    expression: Expression | None = None

    is_identified = True

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return told_identified(self)


@dataclass(frozen=True)
class NotIdentified:
    """No table of these columns, however long, can answer.

    Parameters
    ----------
    query : CausalQuery
    reason : str
        Why, in words: two worlds with one table.
    hedge : Hedge, optional
        The witness.
    in_the_way : tuple of str
        The user's own statements that stand in the way, with their lines.
    remedies : tuple of str
        What would settle it, cheapest first, at least one not statistical.
    is_bow : bool
        Whether no effect at all is among the compatible answers.
    deletable : tuple of str
        What the user may delete to get an answer, if that can be defended: ``"line 4"`` or ``"promo <-> sales"``.
    instruments : tuple of Instrument
        For one treatment and one outcome, without ``given``.
    parametric : Parametric, optional
        What else has to be assumed for an answer, where anything known is enough.
    bounds : BoundsMethod, optional
        How the range of effects that are compatible with the data would be found, if all variables are discrete.
    notes : tuple of str
        What else the user should hear: whether a list was cut.
    recanting : Recanting, optional
        The witness where the total effect is identified and that of some of its paths is not.

    Examples
    --------
    >>> import bayescause as bc
    >>> verdict = bc.identify(bc.CausalGraph.parse("x -> y; x <-> y"), bc.AverageEffect(of="x", on="y"))
    >>> verdict.is_identified, verdict.in_the_way, verdict.hedge
    (False, ('something unmeasured moves both x and y   (line 1: x <-> y)',), Hedge(nodes=('x', 'y'), inner=('y',)))
    """

    query: CausalQuery
    reason: str
    hedge: Hedge | None = None
    in_the_way: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    is_bow: bool = False
    deletable: tuple[str, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    parametric: Parametric | None = None
    bounds: BoundsMethod | None = None
    notes: tuple[str, ...] = ()
    recanting: Recanting | None = None

    is_identified = False

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return told_not_identified(self)


type Verdict = Identified | NotIdentified
