"""Seconds of the processor to list what random graphs say about a table, and to test it."""

import random
from time import process_time

import numpy as np

import bayescause as bc

SIZES = ((10, 2_000), (10, 100_000), (40, 2_000), (200, 2_000))
"""Variables and rows."""


def random_graph(size: int, rng: random.Random) -> bc.CausalGraph:
    """A graph with one and a half arrows for each variable."""
    arrows: set[tuple[int, int]] = set()
    while len(arrows) < 1.5 * size:
        first, second = sorted(rng.sample(range(size), 2))
        arrows.add((first, second))
    return bc.CausalGraph(tuple(f"v{i}" for i in range(size)), tuple((f"v{a}", f"v{b}") for a, b in sorted(arrows)))


def simulated(graph: bc.CausalGraph, rows: int) -> dict[str, np.ndarray]:
    """Straight lines; every third variable is cut into two levels."""
    rng = np.random.default_rng(0)
    columns: dict[str, np.ndarray] = {}
    for place, name in enumerate(graph.nodes):
        drive = sum((0.6 * columns[cause] for cause in graph.parents(name)), rng.normal(size=rows))
        columns[name] = np.asarray((drive > 0) if place % 3 == 2 else drive, dtype=float)
    return columns


bc.falsify(bc.CausalGraph.parse("a; b"), {"a": [1.5, 2.5, 3.5], "b": [2.5, 1.5, 3.0]})
for size, rows in SIZES:
    graph = random_graph(size, random.Random(size))
    table = bc.tabulate(bc.StructuralModel(graph), simulated(graph, rows))
    begun = process_time()
    told = bc.implications(graph)
    listed = process_time() - begun
    begun = process_time()
    found = bc.falsify(graph, table)
    print(
        f"{size} variables, {rows:,} rows: {len(told)} statements listed in {listed:.2f} s"
        f"{'' if told.is_whole else ' (not all)'}, {len(found)} tested in {process_time() - begun:.2f} s"
    )
