"""A causal graph: arrows from causes to effects, and double arrows for causes that nobody measured."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

from bayescause.arguments import NAMES, TEXT, Kind, instance, require, several
from bayescause.calling import names_its_arguments
from bayescause.errors import GraphError, GraphWarning, warn
from bayescause.graph.names import nearest, normalised
from bayescause.graph.validity import graph_faults
from bayescause.notebooks import by_its_words

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["GRAPH", "CausalGraph"]

type Arrow = tuple[str, str]
type Key = tuple[str, str, str]

ARROWS = several(
    'pairs of names, such as (("promo", "sales"),)',
    lambda arrow: isinstance(arrow, tuple | list) and len(arrow) == 2 and all(isinstance(end, str) for end in arrow),
)
GROUPS = several(
    'names with their members, such as (("season", ("spring", "fall")),)',
    lambda group: isinstance(group, tuple | list) and len(group) == 2 and NAMES.is_one(group[1]),
)
NOTES = Kind(
    "a mapping by kind and both ends of an arrow",
    lambda given: isinstance(given, Mapping) and all(isinstance(key, tuple) and len(key) == 3 for key in given),
)


@dataclass(frozen=True)
class CausalGraph:
    """Which variable is a direct cause of which, and which share causes that nobody measured.

    Parameters
    ----------
    nodes : tuple of str
        Variables; their order is the order of every list that is derived from the graph.
    directed : tuple of (str, str)
        Arrows from cause to effect.
    bidirected : tuple of (str, str)
        Pairs with a hidden common cause.
    latent : frozenset of str
        Nodes that exist but were not measured.
    groups : tuple of (str, tuple of str)
        Names for sets of nodes. They change nothing but how the graph is told.
    lines : mapping of (kind, str, str) to int
        Line of the user's text on which an arrow stands; ``kind`` is ``"->"`` or ``"<->"``.
    statements : mapping of (kind, str, str) to str
        The user's own statement that gave an arrow.

    Raises
    ------
    GraphError
        If arrows form a loop, or a name is empty, unknown, doubled or looks like another. All faults at once.

    Warns
    -----
    GraphWarning
        If an arrow is given twice; one is kept.

    Examples
    --------
    >>> graph = CausalGraph.parse("season -> {promo sales}; promo -> sales; latent season")
    >>> graph.parents("sales")
    ('season', 'promo')
    >>> graph.observed
    ('promo', 'sales')
    """

    nodes: tuple[str, ...]
    directed: tuple[Arrow, ...] = ()
    bidirected: tuple[Arrow, ...] = ()
    latent: frozenset[str] = frozenset()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lines: Mapping[Key, int] = field(default_factory=dict, compare=False, repr=False)
    statements: Mapping[Key, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        require(
            GraphError,
            nodes=(self.nodes, NAMES),
            directed=(self.directed, ARROWS),
            bidirected=(self.bidirected, ARROWS),
            latent=(self.latent, NAMES),
            groups=(self.groups, GROUPS),
            lines=(self.lines, NOTES),
            statements=(self.statements, NOTES),
        )
        nodes = tuple(normalised(name) for name in self.nodes)
        directed, bidirected = _renamed(self.directed, nodes), _renamed(self.bidirected, nodes)
        latent = frozenset(normalised(name) for name in self.latent)
        groups = tuple((normalised(name), tuple(map(normalised, members))) for name, members in self.groups)
        GraphError.raise_if(graph_faults(nodes, directed, bidirected, latent, groups, self.lines))
        place = {name: index for index, name in enumerate(nodes)}
        turned = [(a, b) if place[a] < place[b] else (b, a) for a, b in bidirected]
        tidy = {
            "nodes": nodes,
            "directed": _in_order(directed, place, "->"),
            "bidirected": _in_order(turned, place, "<->"),
            "latent": latent,
            "groups": groups,
            "lines": _rekeyed(self.lines, place),
            "statements": _rekeyed(self.statements, place),
        }
        for name, value in tidy.items():
            object.__setattr__(self, name, value)

    @classmethod
    @names_its_arguments
    def parse(cls, text: str, notation: str = "text") -> Self:
        """Graph that ``text`` describes.

        Parameters
        ----------
        text : str
        notation : str
            ``"text"``: our own grammar, DAGitty's ``dag { }`` or DOT's ``digraph { }``, told apart by how they begin.
            Or ``"gml"``, ``"graphml"``, ``"node_link"``, ``"lavaan"``.

        Returns
        -------
        CausalGraph
            With the line of each statement, so that later errors can name it.

        Raises
        ------
        GraphError
            With the line of each statement that cannot be read.
        UnknownPluginError
            If there is no such notation.

        Examples
        --------
        >>> CausalGraph.parse("a -> b -> c; a <-> c").siblings("c")
        ('a',)
        >>> CausalGraph.parse("mood =~ sleep + appetite", notation="lavaan").latent
        frozenset({'mood'})
        """
        from bayescause.graph.notation import read_as

        graph = read_as(text, notation).graph
        return cls(
            graph.nodes,
            graph.directed,
            graph.bidirected,
            latent=graph.latent,
            groups=graph.groups,
            lines=graph.lines,
            statements=graph.statements,
        )

    def to_text(self, notation: str = "text") -> str:
        """The graph in one ``notation``: those that ``parse`` reads apart from lavaan's, and ``"mermaid"``.

        Parameters
        ----------
        notation : str
            ``"text"``, ``"dagitty"``, ``"dot"``, ``"gml"``, ``"graphml"``, ``"node_link"`` or ``"mermaid"``.

        Returns
        -------
        str
            Read by ``parse`` in the same notation, it gives the same graph; nothing reads ``"mermaid"`` back.

        Raises
        ------
        GraphError
            If the notation cannot hold a name of the graph.
        UnknownPluginError
            If there is no such notation.

        Examples
        --------
        >>> print(CausalGraph.parse("latent u; u -> {x y}; x -> y").to_text("dagitty"))
        dag {
          u [latent]
          x
          y
          u -> x
          u -> y
          x -> y
        }
        """
        from bayescause.graph.notation import write_as

        return write_as(self, notation)

    @classmethod
    def from_networkx(cls, graph: "nx.DiGraph[Any]") -> Self:
        """Graph with the nodes and edges of ``graph``, a networkx ``DiGraph`` or ``MultiDiGraph``.

        An edge with the key ``"<->"``, or with the attribute ``kind="<->"``, is a hidden common cause. A node with
        ``latent=True``, or with ``observed="no"`` as DoWhy writes it, was not measured.

        Parameters
        ----------
        graph : networkx.DiGraph or networkx.MultiDiGraph
            Its nodes are named by texts.

        Returns
        -------
        CausalGraph

        Raises
        ------
        GraphError
            If the edges have no direction, or a node's name is not text.

        Examples
        --------
        >>> import networkx as nx
        >>> CausalGraph.from_networkx(nx.DiGraph([("rain", "wet")])).children("rain")
        ('wet',)
        """
        from bayescause.graph.networks import parts_of_network

        nodes, directed, bidirected, latent = parts_of_network(graph)
        return cls(nodes, directed, bidirected, latent=latent)

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """A networkx ``MultiDiGraph`` whose edge keys are ``"->"`` and ``"<->"``, with a node attribute ``latent``.

        Returns
        -------
        networkx.MultiDiGraph

        Examples
        --------
        >>> sorted(CausalGraph.parse("a -> b; a <-> b").to_networkx().edges(keys=True))
        [('a', 'b', '->'), ('a', 'b', '<->')]
        """
        from bayescause.graph.networks import network_of

        return network_of(self)

    @property
    def observed(self) -> tuple[str, ...]:
        """The variables that were measured, in order."""
        return tuple(name for name in self.nodes if name not in self.latent)

    def parents(self, variable: str) -> tuple[str, ...]:
        """Direct causes of ``variable``, in order.

        Parameters
        ----------
        variable : str

        Returns
        -------
        tuple of str
            Empty if nothing causes it.

        Raises
        ------
        GraphError
            If the graph has no such variable.

        Examples
        --------
        >>> CausalGraph.parse("{season promo} -> sales").parents("sales")
        ('season', 'promo')
        """
        return self._look_up(self._parents, variable)

    def children(self, variable: str) -> tuple[str, ...]:
        """Direct effects of ``variable``, in order.

        Parameters
        ----------
        variable : str

        Returns
        -------
        tuple of str
            Empty if it causes nothing.

        Raises
        ------
        GraphError
            If the graph has no such variable.

        Examples
        --------
        >>> CausalGraph.parse("season -> {promo sales}").children("season")
        ('promo', 'sales')
        """
        return self._look_up(self._children, variable)

    def siblings(self, variable: str) -> tuple[str, ...]:
        """Variables that share a hidden common cause with ``variable``, in order.

        Parameters
        ----------
        variable : str

        Returns
        -------
        tuple of str
            Empty if none does.

        Raises
        ------
        GraphError
            If the graph has no such variable.

        Examples
        --------
        >>> CausalGraph.parse("promo -> sales; promo <-> sales").siblings("sales")
        ('promo',)
        """
        return self._look_up(self._siblings, variable)

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        from bayescause.graph.writing import write_text

        return write_text(self, {})

    def _look_up(self, table: Mapping[str, tuple[str, ...]], variable: str) -> tuple[str, ...]:
        require(GraphError, variable=(variable, TEXT))
        if variable not in table:
            raise GraphError(f"`{variable}` is not a variable of the graph.{nearest(variable, self.nodes)}")
        return table[variable]

    @cached_property
    def _parents(self) -> Mapping[str, tuple[str, ...]]:
        return _gathered(self.nodes, ((b, a) for a, b in self.directed))

    @cached_property
    def _children(self) -> Mapping[str, tuple[str, ...]]:
        return _gathered(self.nodes, self.directed)

    @cached_property
    def _siblings(self) -> Mapping[str, tuple[str, ...]]:
        both = [*self.bidirected, *((b, a) for a, b in self.bidirected)]
        place = {name: index for index, name in enumerate(self.nodes)}
        return _gathered(self.nodes, sorted(both, key=lambda pair: place[pair[1]]))


GRAPH = instance(CausalGraph, 'as CausalGraph.parse("promo -> sales") gives it')


def _gathered(nodes: Iterable[str], pairs: Iterable[Arrow]) -> dict[str, tuple[str, ...]]:
    lists: dict[str, list[str]] = {name: [] for name in nodes}
    for key, value in pairs:
        lists[key].append(value)
    return {name: tuple(values) for name, values in lists.items()}


def _rekeyed[Value](table: Mapping[Key, Value], place: Mapping[str, int]) -> dict[Key, Value]:
    return {
        (kind, b, a) if kind == "<->" and place[a] > place[b] else (kind, a, b): value
        for (kind, first, second), value in table.items()
        for a, b in [(first, second) if first in place and second in place else (normalised(first), normalised(second))]
        if a in place and b in place
    }


def _renamed(arrows: Sequence[Arrow], nodes: Iterable[str]) -> Sequence[Arrow]:
    known = frozenset(nodes)
    if all(a in known and b in known for a, b in arrows):
        return arrows
    return [(normalised(a), normalised(b)) for a, b in arrows]


def _in_order(arrows: Iterable[Arrow], place: Mapping[str, int], kind: str) -> tuple[Arrow, ...]:
    ordered = sorted(arrows, key=lambda arrow: (place[arrow[0]], place[arrow[1]]))
    unique = tuple(dict.fromkeys(ordered))
    if len(unique) < len(ordered):
        twice = next(a for a, b in pairwise(ordered) if a == b)
        warn(f"`{twice[0]}` {kind} `{twice[1]}` is given twice; one is kept.", GraphWarning)
    return unique
