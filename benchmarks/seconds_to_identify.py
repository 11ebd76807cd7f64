"""Seconds to a verdict, one minimal adjustment set and the optimal set, on random graphs of many sizes."""

import random
from collections.abc import Iterator
from statistics import median
from time import perf_counter

import bayescause as bc
from bayescause.graph.relations import ancestors, descendants
from bayescause.identification.adjustment import minimal_adjustment_sets
from bayescause.identification.optimal import minimum_cost_adjustment_set, optimal_adjustment_set
from bayescause.identification.verdict import CausalQuery, Verdict

QUESTIONS = 5
"""Questions that are asked of each size, each of a new graph."""

BARS = {100: None, 1_000: 0.3, 10_000: 5.0}
"""Variables, and the seconds within which the verdict with its sets has to be there."""

HIDDEN = 0.1
"""Hidden common causes for each variable, in the graphs that have them."""


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


def timed(size: int, hidden: int) -> Iterator[tuple[dict[str, float], Verdict]]:
    """Seconds of each part, question by question."""
    for seed in range(QUESTIONS):
        rng = random.Random(seed)
        graph = random_graph(size, rng, hidden)
        query = confounded_question(graph, rng)
        ends = (query.of, query.on)
        begun = perf_counter()
        verdict = bc.identify(graph, query)
        told = perf_counter()
        optimal_adjustment_set(graph, *ends)
        best = perf_counter()
        minimal_adjustment_sets(graph, *ends)
        listed = perf_counter()
        minimum_cost_adjustment_set(graph, *ends)
        cut = perf_counter()
        parts = {
            "verdict": told - begun,
            "optimal": best - told,
            "all minimal": listed - best,
            "cheapest": cut - listed,
        }
        yield parts, verdict


for size, bar in BARS.items():
    for hidden in (0, round(HIDDEN * size)):
        answers = list(timed(size, hidden))
        seconds = [parts["verdict"] for parts, _ in answers]
        verdicts = [verdict for _, verdict in answers]
        strategies = sorted({verdict.strategy if verdict.is_identified else "not identified" for verdict in verdicts})
        most = max(len(verdict.adjustment_sets) if verdict.is_identified else 0 for verdict in verdicts)
        wanted = f"(bar {bar:g} s)" if bar and not hidden else ""
        print(
            f"{size:6,} variables, {2 * size:6,} arrows, {hidden:5,} hidden causes: verdict with all its sets, ", end=""
        )
        print(f"median {median(seconds):.3f} s, longest {max(seconds):.3f} s {wanted}")
        others = ", ".join(
            f"{part} {median(parts[part] for parts, _ in answers):.3f} s"
            for part in ("optimal", "all minimal", "cheapest")
        )
        print(f"       alone: {others}; {', '.join(strategies)}; up to {most:,} minimal sets")
