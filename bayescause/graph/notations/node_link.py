"""Graphs as node-link JSON, read and written through networkx."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import nearest
from bayescause.graph.networks import graph_in_file, network_for_file
from bayescause.graph.text import Declarations

__all__ = ["NodeLink"]


@dataclass(frozen=True)
class NodeLink:
    """``{"directed": true, "nodes": [{"id": "x"}, ...], "edges": [{"source": "x", "target": "y"}, ...]}``.

    A node with ``"latent": true`` was not measured; an edge with ``"kind": "<->"`` is a hidden common cause, any other
    an arrow. ``links`` may stand for ``edges``, as older networkx wrote. Other keys are passed over.
    """

    short: ClassVar[str] = "node_link"
    endings: ClassVar[tuple[str, ...]] = ("json",)

    def read(self, text: str) -> Declarations:
        """What ``text`` describes."""
        import networkx as nx

        content = _loaded(text)
        joints = "edges" if "edges" in content or "links" not in content else "links"
        nodes = _parts(content, "nodes", ("id",))
        edges = _parts(content, joints, ("source", "target"))
        _refuse_strangers(nodes, edges, joints)
        plain = {
            "directed": content.get("directed", True) is True,
            "multigraph": True,
            "nodes": [_kept(node, ("id", "latent", "observed")) for node in nodes],
            "edges": [_kept({"kind": edge.get("key"), **edge}, ("source", "target", "kind")) for edge in edges],
        }
        return Declarations(graph_in_file(nx.node_link_graph(plain, edges="edges")))

    def write(self, graph: CausalGraph) -> str:
        """JSON in which every node says whether it is latent, and every edge its kind."""
        import networkx as nx

        return json.dumps(nx.node_link_data(network_for_file(graph), edges="edges"), indent=1)


def _loaded(text: str) -> Mapping[str, Any]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise GraphError(f"line {error.lineno}: this is not JSON: {error.msg} at sign {error.colno}.") from None
    except (ValueError, RecursionError):
        raise GraphError("This JSON holds numbers too long or brackets too deep for a graph.") from None
    if not isinstance(content, dict):
        raise GraphError('This JSON is no graph. It has the form {"directed": true, "nodes": [...], "edges": [...]}.')
    return content


def _parts(content: Mapping[str, Any], what: str, keys: Sequence[str]) -> list[dict[str, Any]]:
    parts = content.get(what)
    if not isinstance(parts, list):
        raise GraphError(
            f'There is no list `{what}`. Write "{what}": [{{{", ".join(f'"{key}": "..."' for key in keys)}}}].'
        )
    GraphError.raise_if(
        [
            f"`{what}`, entry {place}: `{key}` must be a name in double quotes."
            for place, part in enumerate(parts, start=1)
            for key in keys
            if not (isinstance(part, dict) and isinstance(part.get(key), str))
        ][:12]
    )
    return parts


def _kept(part: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """Only what has a meaning here: other keys may be named like networkx' own arguments."""
    return {key: part[key] for key in keys if part.get(key) is not None}


def _refuse_strangers(nodes: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]], joints: str) -> None:
    names = [node["id"] for node in nodes]
    known: dict[str, int] = {}
    faults: list[str] = []
    for place, name in enumerate(names, start=1):
        if name in known:
            faults.append(f"`nodes`, entry {place}: `{name}` is already entry {known[name]}.")
        known.setdefault(name, place)
    faults += [
        f"`{joints}`, entry {place}: `{edge[end]}` is not among the nodes.{nearest(edge[end], known)}"
        for place, edge in enumerate(edges, start=1)
        for end in ("source", "target")
        if edge[end] not in known
    ]
    GraphError.raise_if(faults[:12])
