"""A graph in layers: causes before effects, few crossings; pure geometry, nothing is drawn here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Box", "Layout", "lay_out"]

SWEEPS = 8
"""Passes of the barycentre heuristic (Sugiyama and others 1981), forwards and backwards."""

START = 20.0
"""Pixels before the first layer and after the last."""

ROOMIEST = 150.0
"""Pixels between layers that are enough for anybody."""

PAST = 6.0
"""Pixels that a long arrow runs straight before and after a layer that it skips."""

BEND = 26.0
"""Pixels that a long arrow needs between two boxes that it passes."""


@dataclass(frozen=True)
class Box:
    """Where a box stands: its centre and size, in CSS pixels from the top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """Boxes, the bends of long arrows, and how much room all that takes.

    Parameters
    ----------
    boxes : mapping of str to Box
    bends : mapping of (str, str) to tuple of (x, y)
        Where an arrow that skips layers enters and leaves each of them.
    width, height : float
        CSS pixels.
    layers : mapping of str to int
    """

    boxes: Mapping[str, Box]
    bends: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    width: float
    height: float
    layers: Mapping[str, int]


TIGHTEST = 5.0
"""Pixels between long arrows that run side by side where there is no room."""

type Bend = tuple[str, str, int]
type Item = str | Bend


def lay_out(
    sizes: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str]],
    *,
    width: float,
    is_upright: bool,
    gap: float = 18.0,
    room: float = 46.0,
) -> Layout:
    """Place boxes in layers, left to right, or top to bottom if ``is_upright``.

    Parameters
    ----------
    sizes : mapping of str to (width, height)
        Of each box, CSS pixels, in the order of the graph's nodes.
    arrows : sequence of (cause, effect)
        Without cycles.
    width : float
        Room across the page; boxes are spread over it.
    gap, room : float
        Least distance between boxes of one layer, and between layers.

    Examples
    --------
    >>> layout = lay_out({"x": (40, 20), "y": (40, 20)}, [("x", "y")], width=200, is_upright=False)
    >>> layout.boxes["x"].x < layout.boxes["y"].x
    True
    """
    layers = _layers(tuple(sizes), arrows)
    if is_upright:
        layers = _wrapped(layers, {name: size[0] + gap for name, size in sizes.items()}, width)
        return _stacked(sizes, layers, arrows, width=width, gap=gap, room=room)
    turned = {name: size[::-1] for name, size in sizes.items()}
    free = width - 2 * START - sum(_depths(turned, layers))
    between = min(ROOMIEST, max(room, free / max(1, max(layers.values(), default=0))))
    return _turned(_stacked(turned, layers, arrows, width=0.0, gap=gap, room=between), width)


def _stacked(
    sizes: Mapping[str, tuple[float, float]],
    layers: Mapping[str, int],
    arrows: Sequence[tuple[str, str]],
    *,
    width: float,
    gap: float,
    room: float,
) -> Layout:
    """Layers from top to bottom, each centred."""
    rows = _ordered(layers, arrows)
    depths = _depths(sizes, layers)
    lengths = [_lengths(row, sizes, width, gap) for row in rows]
    across = max([width, *(sum(line) - gap for line in lengths)])
    spots: dict[Item, tuple[float, float]] = {}
    down = START
    for row, line, depth in zip(rows, lengths, depths, strict=True):
        at = (across - sum(line)) / 2
        for item, length in zip(row, line, strict=True):
            spots[item] = (at + length / 2, down + depth / 2)
            at += length
        down += depth + room
    boxes = {name: Box(*spots[name], *size) for name, size in sizes.items()}
    bends = {
        (cause, effect): tuple(
            (spots[cause, effect, layer][0], spots[cause, effect, layer][1] + side * (depths[layer] / 2 + PAST))
            for layer in range(layers[cause] + 1, layers[effect])
            for side in (-1, 1)
        )
        for cause, effect in arrows
    }
    return Layout(boxes, bends, across, down - room + START, layers)


def _lengths(row: list[Item], sizes: Mapping[str, tuple[float, float]], width: float, gap: float) -> list[float]:
    """Room for each item of a layer; bends give way where there is too little."""
    boxes = sum(sizes[item][0] + gap for item in row if isinstance(item, str))
    bends = sum(1 for item in row if not isinstance(item, str))
    each = BEND + gap
    if width and bends and boxes + bends * each > width:
        each = max(TIGHTEST, (width - boxes) / bends)
    return [sizes[item][0] + gap if isinstance(item, str) else each for item in row]


def _turned(layout: Layout, width: float) -> Layout:
    """The same from left to right, in the middle of ``width``."""
    shift = max(0.0, (width - layout.height) / 2)
    boxes = {name: Box(box.y + shift, box.x, box.height, box.width) for name, box in layout.boxes.items()}
    bends = {edge: tuple((y + shift, x) for x, y in points) for edge, points in layout.bends.items()}
    return Layout(boxes, bends, max(layout.height, width), layout.width, layout.layers)


def _depths(sizes: Mapping[str, tuple[float, float]], layers: Mapping[str, int]) -> list[float]:
    count = max(layers.values(), default=-1) + 1
    return [max(sizes[name][1] for name, at in layers.items() if at == layer) for layer in range(count)]


def _layers(nodes: tuple[str, ...], arrows: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Longest way from a root; then each root moves next to its nearest effect."""
    layer = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for cause, effect in arrows:
            layer[effect] = max(layer[effect], layer[cause] + 1)
    for node in nodes:
        effects = [layer[effect] for cause, effect in arrows if cause == node]
        if effects and not any(effect == node for _, effect in arrows):
            layer[node] = min(effects) - 1
    return layer


def _wrapped(layers: Mapping[str, int], lengths: Mapping[str, float], width: float) -> dict[str, int]:
    """Break layers that are wider than the page into several."""
    wrapped: dict[str, int] = {}
    depth = -1
    for layer in range(max(layers.values(), default=-1) + 1):
        used = float("inf")
        for node in (name for name, at in layers.items() if at == layer):
            if used + lengths[node] > width:
                depth, used = depth + 1, 0.0
            wrapped[node] = depth
            used += lengths[node]
    return {node: wrapped[node] for node in layers}


def _ordered(layer: Mapping[str, int], arrows: Sequence[tuple[str, str]]) -> list[list[Item]]:
    rows: list[list[Item]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for node, depth in layer.items():
        rows[depth].append(node)
    beside: dict[Item, list[Item]] = {}
    for cause, effect in arrows:
        chain: list[Item] = [cause]
        for depth in range(layer[cause] + 1, layer[effect]):
            bend: Bend = (cause, effect, depth)
            rows[depth].append(bend)
            chain.append(bend)
        chain.append(effect)
        for first, second in pairwise(chain):
            beside.setdefault(first, []).append(second)
            beside.setdefault(second, []).append(first)
    best = [list(row) for row in rows]
    for sweep in range(SWEEPS):
        sequence = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        for depth in sequence:
            _sort_by_neighbours(rows, depth, depth - 1 if sweep % 2 == 0 else depth + 1, beside)
        if _crossings(rows, beside) < _crossings(best, beside):
            best = [list(row) for row in rows]
    return best


def _sort_by_neighbours(rows: list[list[Item]], depth: int, other: int, beside: Mapping[Item, list[Item]]) -> None:
    place = {item: (index + 0.5) / len(rows[other]) for index, item in enumerate(rows[other])}
    here = {item: (index + 0.5) / len(rows[depth]) for index, item in enumerate(rows[depth])}

    def barycentre(item: Item) -> float:
        seen = [place[mate] for mate in beside.get(item, ()) if mate in place]
        return sum(seen) / len(seen) if seen else here[item]

    rows[depth].sort(key=barycentre)


def _crossings(rows: list[list[Item]], beside: Mapping[Item, list[Item]]) -> int:
    crossings = 0
    for upper, lower in pairwise(rows):
        place = {item: index for index, item in enumerate(lower)}
        ends = [place[mate] for item in upper for mate in sorted(beside.get(item, ()), key=str) if mate in place]
        starts = [index for index, item in enumerate(upper) for mate in beside.get(item, ()) if mate in place]
        pairs = list(zip(starts, ends, strict=True))
        crossings += sum(1 for i, (a, b) in enumerate(pairs) for c, d in pairs[i + 1 :] if (a - c) * (b - d) < 0)
    return crossings
