"""Seconds to a verdict with its sets on random graphs and on well-known networks, beside DoWhy and pgmpy.

Everything is measured in seconds of the processor, so that what else runs on the machine does not count.

    python benchmarks/seconds_to_identify.py --networks FOLDER --peers /path/to/python

FOLDER holds ``networks.json``, a list of {"name", "graph": {"nodes", "directed"}}; the other Python has DoWhy and
pgmpy. What is not there is left out, and said so.
"""

import argparse
import json
import os
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import bayescause as bc
from bayescause.graph.relations import ancestors, descendants
from bayescause.identification.adjustment import each_minimal_adjustment_set
from bayescause.identification.general import functional_of
from bayescause.identification.optimal import minimum_cost_adjustment_set, optimal_adjustment_set
from bayescause.identification.verdict import CausalQuery

QUESTIONS = 5
"""Questions that are asked of each size, each of a new graph."""

PAIRS = 30
"""Effects that are asked for in each network."""

BARS = {100: None, 1_000: 0.3, 10_000: 5.0}
"""Variables, and the seconds within which the verdict, a minimal set and the optimal set have to be there."""

NETWORK_BAR = 1.0
"""Seconds within which the general algorithm has to answer on a network."""

HIDDEN = 0.1
"""Hidden common causes for each variable, in the graphs that have them."""

PEER_SIZES = (50, 100, 200, 1_000)
"""Variables of the graphs that other tools are asked about."""

PATIENCE = 60
"""Seconds that other tools are waited for, a graph."""


def random_graph(size: int, rng: random.Random, hidden: int) -> bc.CausalGraph:
    """A graph with twice as many arrows as variables, drawn evenly, and some hidden common causes."""
    arrows: set[tuple[int, int]] = set()
    while len(arrows) < 2 * size:
        first, second = sorted(rng.sample(range(size), 2))
        arrows.add((first, second))
    pairs = {tuple(sorted(rng.sample(range(size), 2))) for _ in range(hidden)}
    named = [[(f"v{a}", f"v{b}") for a, b in sorted(kind)] for kind in (arrows, pairs)]
    return bc.CausalGraph(tuple(f"v{index}" for index in range(size)), *map(tuple, named))


def confounded_question(graph: bc.CausalGraph, rng: random.Random) -> CausalQuery:
    """A treatment with causes, and an outcome that it affects and that shares some of these causes."""
    while True:
        of = rng.choice(graph.nodes)
        after = sorted(descendants(graph, [of]) - {of})
        if not after:
            continue
        on = rng.choice(after)
        outside = frozenset(graph.nodes) - {of}
        if ancestors(graph, [of]) - {of} and ancestors(graph, graph.parents(of)) & ancestors(
            graph, [on], within=outside
        ):
            return CausalQuery((of,), (on,))


def seconds(answer: Callable[..., Any], *arguments: Any) -> float:
    begun = process_time()
    answer(*arguments)
    return process_time() - begun


def one_minimal_set(graph: bc.CausalGraph, query: CausalQuery) -> tuple[str, ...] | None:
    return next(each_minimal_adjustment_set(graph, query.of, query.on), None)


def timed(size: int, hidden: int) -> Iterator[dict[str, float]]:
    """Seconds of each part, and the number of sets that the verdict lists, question by question."""
    for seed in range(QUESTIONS):
        rng = random.Random(seed)
        graph = random_graph(size, rng, hidden)
        query = confounded_question(graph, rng)
        begun = process_time()
        verdict = bc.identify(graph, query)
        yield {
            "verdict": process_time() - begun,
            "optimal set": seconds(optimal_adjustment_set, graph, query.of, query.on),
            "one minimal set": seconds(one_minimal_set, graph, query),
            "cheapest set": seconds(minimum_cost_adjustment_set, graph, query.of, query.on),
            "sets": len(verdict.adjustment_sets) if verdict.is_identified else 0,
        }


def on_random_graphs() -> None:
    print("The whole verdict: every set that it lists and the optimal one are in it.")
    for size, bar in BARS.items():
        for hidden in (0, round(HIDDEN * size)):
            answers = list(timed(size, hidden))
            whole = [parts["verdict"] for parts in answers]
            wanted = f" (bar {bar:g} s)" if bar and not hidden else ""
            alone = ", ".join(
                f"{part} {median(parts[part] for parts in answers):.3f} s"
                for part in ("optimal set", "one minimal set", "cheapest set")
            )
            print(
                f"{size:6,} variables, {2 * size:6,} arrows, {hidden:5,} hidden causes: "
                f"median {median(whole):.3f} s, longest {max(whole):.3f} s{wanted}"
            )
            print(f"       alone: {alone}; up to {max(parts['sets'] for parts in answers):,} minimal sets in a verdict")


def on_networks(folder: Path) -> None:
    file = folder / "networks.json"
    if not file.is_file():
        print(f"networks: left out, there is no {file}")
        return
    for network in json.loads(file.read_text(encoding="utf-8")):
        nodes, arrows = tuple(network["graph"]["nodes"]), tuple(map(tuple, network["graph"]["directed"]))
        for hidden in (0, len(nodes) // 5):
            rng = random.Random(0)
            graph = bc.CausalGraph(nodes, arrows, latent=frozenset(rng.sample(nodes, hidden)))
            pairs = [(of, on) for of in graph.observed for on in sorted(descendants(graph, [of]) - {of} - graph.latent)]
            asked = [CausalQuery((of,), (on,)) for of, on in rng.sample(pairs, min(PAIRS, len(pairs)))]
            spent = [seconds(functional_of, graph, query.of, query.on) for query in asked]
            verdicts = [seconds(bc.identify, graph, query) for query in asked]
            print(
                f"{network['name']:>12}, {len(nodes):3} variables, {hidden:2} of them hidden, {len(asked):2} effects: "
                f"general algorithm, longest {max(spent):.4f} s (bar {NETWORK_BAR:g} s); "
                f"whole verdict, longest {max(verdicts):.3f} s"
            )


def beside_peers(python: str | None) -> None:
    if python is None:
        print("DoWhy and pgmpy: left out, no other Python was named (--peers, or BAYESCAUSE_PEERS)")
        return
    for size in PEER_SIZES:
        spent: dict[str, list[float]] = {}
        for seed in range(QUESTIONS):
            rng = random.Random(seed)
            graph = random_graph(size, rng, 0)
            query = confounded_question(graph, rng)
            spent.setdefault("bayescause, verdict with all sets", []).append(seconds(bc.identify, graph, query))
            nearest = seconds(one_minimal_set, graph, query)
            spent.setdefault("bayescause, one minimal set", []).append(nearest)
            for name, taken in peers(python, graph, query):
                spent.setdefault(name, []).append(taken)
        print(f"{size:6,} variables, {QUESTIONS} graphs, median and longest:")
        for name, taken in spent.items():
            late = f"; no answer within {PATIENCE} s to {QUESTIONS - len(taken)}" if len(taken) < QUESTIONS else ""
            print(f"       {name:34} {median(taken):8.3f} s {max(taken):8.3f} s{late}")


def peers(python: str, graph: bc.CausalGraph, query: CausalQuery) -> Iterator[tuple[str, float]]:
    """What the other tools took for the same question, as far as they came."""
    script = Path(__file__).with_name("peers_identify.py")
    given = {"nodes": graph.nodes, "directed": graph.directed, "questions": [[query.of[0], query.on[0]]]}
    try:
        done = subprocess.run(
            [python, str(script)], input=json.dumps(given).encode(), capture_output=True, check=True, timeout=PATIENCE
        )
        lines = done.stdout
    except subprocess.TimeoutExpired as late:
        lines = late.stdout or b""
    for line in lines.splitlines():
        told = json.loads(line)
        yield told["name"], told["seconds"][0]


def main() -> None:
    reference = os.environ.get("BAYESCAUSE_REFERENCE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--networks", type=Path, default=Path(reference) / "bayes_networks")
    options.add_argument("--peers", default=os.environ.get("BAYESCAUSE_PEERS"), help="a Python with DoWhy and pgmpy")
    given = options.parse_args()
    on_random_graphs()
    on_networks(given.networks)
    beside_peers(given.peers)


main()
