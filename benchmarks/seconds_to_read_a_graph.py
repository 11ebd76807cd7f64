"""Seconds to read a chain of variables in each notation, and how they grow when the chain doubles."""

from itertools import pairwise
from time import perf_counter

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.notation import read_as, write_as

SIZES = (1_000, 2_000, 4_000)


def chain(size: int, notation: str) -> str:
    """Text of ``v0 -> v1 -> ...`` with ``size`` arrows."""
    if notation == "lavaan":
        return "\n".join(f"v{index + 1} ~ v{index}" for index in range(size))
    names = tuple(f"v{index}" for index in range(size + 1))
    return write_as(CausalGraph(names, tuple(pairwise(names))), notation)


def seconds(text: str, notation: str) -> float:
    """The fastest of three."""
    times = []
    for _ in range(3):
        begun = perf_counter()
        read_as(text, notation)
        times.append(perf_counter() - begun)
    return min(times)


for notation in ("text", "dagitty", "dot", "gml", "graphml", "node_link", "lavaan"):
    read_as(chain(10, notation), notation)
    taken = [seconds(chain(size, notation), notation) for size in SIZES]
    told = ", ".join(f"{size:,}: {time:.3f} s" for size, time in zip(SIZES, taken, strict=True))
    print(f"{notation:10} {told}; four times the arrows take {taken[-1] / taken[0]:.1f} times as long")
