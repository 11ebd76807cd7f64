"""Processor seconds that DoWhy and pgmpy need for what ``seconds_to_identify.py`` asks; run by it, in their Python.

It reads one JSON object, {"nodes": [a, ...], "directed": [[a, b], ...], "questions": [[of, on], ...]}, and writes one
line of JSON for each part that the Python at hand can do, as soon as it is measured.
"""

import json
import sys
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from importlib.metadata import version
from time import process_time
from typing import Any

import networkx as nx


def tell(name: str, asked: list[tuple[str, str]], answer: Callable[[str, str], Any]) -> None:
    seconds = []
    for of, on in asked:
        begun = process_time()
        with redirect_stdout(sys.stderr), suppress(RecursionError):
            answer(of, on)
        seconds.append(process_time() - begun)
    print(json.dumps({"name": name, "seconds": seconds}), flush=True)


def with_dowhy(graph: "nx.DiGraph[str]", asked: list[tuple[str, str]]) -> None:
    from dowhy.causal_identifier.auto_identifier import EstimandType, identify_effect_auto  # noqa: PLC0415
    from dowhy.causal_identifier.id_identifier import identify_effect_id  # noqa: PLC0415

    name = f"DoWhy {version('dowhy')}"
    kind = EstimandType.NONPARAMETRIC_ATE
    tell(f"{name}, ID", asked, lambda of, on: identify_effect_id(graph, [of], [on]))
    tell(f"{name}, verdict", asked, lambda of, on: identify_effect_auto(graph, [of], [on], list(graph), kind))


def with_pgmpy(graph: "nx.DiGraph[str]", asked: list[tuple[str, str]]) -> None:
    from pgmpy.inference import CausalInference  # noqa: PLC0415
    from pgmpy.models import DiscreteBayesianNetwork  # noqa: PLC0415

    model = DiscreteBayesianNetwork(list(graph.edges))
    model.add_nodes_from(graph.nodes)
    name = f"pgmpy {version('pgmpy')}, one minimal set"
    tell(name, asked, lambda of, on: CausalInference(model).get_minimal_adjustment_set(of, on))


def main() -> None:
    warnings.simplefilter("ignore")
    given = json.load(sys.stdin)
    graph: nx.DiGraph[str] = nx.DiGraph([tuple(arrow) for arrow in given["directed"]])
    graph.add_nodes_from(given["nodes"])
    for peer in (with_pgmpy, with_dowhy):
        with suppress(ImportError):
            peer(graph, [tuple(ends) for ends in given["questions"]])


main()
