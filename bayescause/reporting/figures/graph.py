"""The graph as a picture: causes before effects, the causal paths heavy, hidden causes dashed; it works in grey."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from bayescause.reporting.figures.canvas import FONT, INKS, NARROW, WIDE, Picture, Sheet, draw, fold
from bayescause.reporting.figures.groups import Sketch, sketch
from bayescause.reporting.figures.layers import Box, Layout, lay_out

if TYPE_CHECKING:
    from bayescause.graph.causal_graph import CausalGraph

__all__ = ["Roles", "picture_graph"]

MARGIN = 34.0
"""Pixels around the boxes, for the bows of hidden causes."""

LINE = FONT * 1.3

type Edge = tuple[str, str]
type Point = tuple[float, float]


@dataclass(frozen=True)
class Text:
    """What stands in a box: its name, and smaller what is inside."""

    title: tuple[str, ...]
    small: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roles:
    """What each variable is to the question.

    Parameters
    ----------
    of, on : str
    adjusted : frozenset of str
        Variables that are held alike.
    latent : frozenset of str
    in_the_way : frozenset of (str, str)
        Hidden causes that stand in the way, to be marked.
    """

    of: str
    on: str
    adjusted: frozenset[str] = frozenset()
    latent: frozenset[str] = frozenset()
    in_the_way: frozenset[Edge] = frozenset()


def picture_graph(
    graph: "CausalGraph", roles: Roles, label: Callable[[str], str], caption: str, *, name: str = "graph"
) -> Picture:
    """Draw ``graph`` with the user's labels.

    Parameters
    ----------
    graph : CausalGraph
    roles : Roles
    label : callable
        The user's label of a variable or group.
    caption : str
        What the picture shows here.
    name : str
        Part of every id inside.
    """
    seen = sketch(graph, roles.of, roles.on)
    wide = _fitting(seen, label, WIDE)
    narrow = _placed(seen, label, NARROW, 12, is_upright=True)

    def paint(sheet: Sheet) -> None:
        layout, texts = narrow if sheet.is_narrow else wide
        _paint(sheet, seen, roles, layout, texts)

    heights = [_height(layout, seen.hidden) for layout, _ in (wide, narrow)]
    return draw(name, caption, paint, height=heights[0], narrow_height=heights[1])


def _height(layout: Layout, hidden: Sequence[Edge]) -> int:
    return math.ceil(layout.height + MARGIN + _headroom(layout, hidden))


def _headroom(layout: Layout, hidden: Sequence[Edge]) -> float:
    """Pixels above the boxes, so that the highest bow and what is written on it are inside the picture."""
    crests = (_crest(_bow_through(layout, edge))[1] for edge in hidden)
    return max(MARGIN, LINE - min(crests, default=0.0))


def _fitting(seen: Sketch, label: Callable[[str], str], width: int) -> tuple[Layout, Mapping[str, Text]]:
    for signs in (22, 16, 12, 9):
        placed = _placed(seen, label, width, signs, is_upright=False)
        if placed[0].width <= width:
            return placed
    return _placed(seen, label, width, 16, is_upright=True)


def _placed(
    seen: Sketch, label: Callable[[str], str], width: int, signs: int, *, is_upright: bool
) -> tuple[Layout, Mapping[str, Text]]:
    texts = {box: _text(box, seen, label, signs) for box in seen.boxes}
    sizes = {box: _size(text) for box, text in texts.items()}
    return lay_out(sizes, seen.arrows, width=width - (60 if is_upright else 0), is_upright=is_upright), texts


def _text(box: str, seen: Sketch, label: Callable[[str], str], signs: int) -> Text:
    """Lines of a box: its name, then in smaller print its members and whether they hang together."""
    members = seen.boxes[box]
    if members == (box,):
        return Text(tuple(fold(label(box), signs).split("\n")))
    inside = fold(", ".join(label(member) for member in members), max(signs, 24), lines=6).split("\n")
    open_ends = fold("(left open how these hang together)", max(signs, 24)).split("\n") if box in seen.tangled else []
    return Text(tuple(fold(label(box), signs).split("\n")), (*inside, *open_ends))


def _size(text: Text) -> tuple[float, float]:
    wide = max([*map(len, text.title), *(0.9 * len(line) for line in text.small)])
    return wide * FONT * 0.65 + 22, (len(text.title) + len(text.small)) * LINE + 14


def _paint(sheet: Sheet, seen: Sketch, roles: Roles, layout: Layout, texts: Mapping[str, Text]) -> None:
    sheet.figure.set_layout_engine("none")
    axes = sheet.axes
    axes.set_axis_off()
    axes.set_position((0.0, 0.0, 1.0, 1.0))
    extra = max(0.0, layout.width + 2 * MARGIN - sheet.width) / 2
    axes.set_xlim(-(sheet.width - layout.width) / 2 - extra, (sheet.width + layout.width) / 2 + extra)
    axes.set_ylim(layout.height + MARGIN, -_headroom(layout, seen.hidden))
    for edge in seen.hidden:
        _bow(sheet, layout, edge, is_marked=edge in roles.in_the_way or edge[::-1] in roles.in_the_way)
    for edge in sorted(seen.arrows, key=lambda edge: edge in seen.heavy):
        _arrow(sheet, layout, edge, is_heavy=edge in seen.heavy)
    for box, text in texts.items():
        _box(sheet, layout.boxes[box], text, _look(box, seen, roles))


def _look(box: str, seen: Sketch, roles: Roles) -> str:
    if box in (roles.of, roles.on):
        return "end"
    if box in seen.passed:
        return "path"
    if roles.latent & set(seen.boxes[box]):
        return "latent"
    return "adjusted" if roles.adjusted & set(seen.boxes[box]) else "other"


_LOOKS = {
    "end": ("accent", 2.4, "-", "soft"),
    "path": ("accent", 1.4, "-", "paper"),
    "adjusted": ("ink", 1.3, "-", "paper"),
    "other": ("rule", 1.0, "-", "paper"),
    "latent": ("orange", 1.4, (0, (4, 3)), "paper"),
}


def _box(sheet: Sheet, box: Box, text: Text, look: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    edge, width, style, face = _LOOKS[look]
    corner = (box.x - box.width / 2, box.y - box.height / 2)
    shape = "round,pad=0,rounding_size=6"
    patch = FancyBboxPatch(corner, box.width, box.height, boxstyle=shape, zorder=3)
    patch.set(facecolor=INKS[face], edgecolor=INKS[edge], linewidth=width, linestyle=style)
    sheet.axes.add_patch(patch)
    y = box.y - (len(text.title) + len(text.small) - 1) * LINE / 2
    weight = "bold" if look == "end" else "normal"
    for line in text.title:
        sheet.axes.text(box.x, y, line, ha="center", va="center", weight=weight, zorder=4)
        y += LINE
    for line in text.small:
        sheet.axes.text(box.x, y, line, ha="center", va="center", fontsize=FONT - 1.5, color=INKS["muted"], zorder=4)
        y += LINE


def _arrow(sheet: Sheet, layout: Layout, edge: Edge, *, is_heavy: bool) -> None:
    color, width = (INKS["accent"], 2.8) if is_heavy else (INKS["muted"], 1.1)
    points = _border_to_border(layout, edge)
    _curve(sheet, points, color, width, "-", heads=(False, True))


def _bow(sheet: Sheet, layout: Layout, edge: Edge, *, is_marked: bool) -> None:
    """A dashed bow with two heads, on the outer side of boxes in one layer."""
    color, width = (INKS["alarm"], 2.6) if is_marked else (INKS["orange"], 1.5)
    through = _bow_through(layout, edge)
    _curve(sheet, through, color, width, (0, (5, 3)), heads=(True, True))
    if is_marked:
        behind = {"facecolor": INKS["paper"], "edgecolor": "none", "pad": 1}
        said = sheet.axes.text(
            *_crest(through), " not on record ", ha="center", va="center", color=color, zorder=5, bbox=behind
        )
        said.set_fontweight("bold")


def _bow_through(layout: Layout, edge: Edge) -> list[Point]:
    """Where a bow starts, the point that pulls it outwards, and where it ends."""
    first, second = (layout.boxes[name] for name in edge)
    middle = ((first.x + second.x) / 2, (first.y + second.y) / 2)
    across, down = second.x - first.x, second.y - first.y
    if layout.layers[edge[0]] == layout.layers[edge[1]]:
        side = (-1.0, 0.0) if abs(down) > abs(across) else (0.0, -1.0)
    else:
        length = math.hypot(across, down) or 1.0
        side = (down / length, -across / length)
        side = side if side[1] < 0 or (side[1] == 0 and side[0] < 0) else (-side[0], -side[1])
    edge_of_boxes = max(abs(side[0]) * box.width / 2 + abs(side[1]) * box.height / 2 for box in (first, second))
    bulge = edge_of_boxes + min(44.0, 20 + 0.12 * math.hypot(across, down))
    top = (middle[0] + side[0] * bulge * 1.5, middle[1] + side[1] * bulge * 1.5)
    start, end = _side(first, side, top), _side(second, side, top)
    return [start, top, end]


def _crest(through: Sequence[Point]) -> Point:
    """The middle of a bow."""
    start, top, end = through
    return ((start[0] + end[0] + 2 * top[0]) / 4, (start[1] + end[1] + 2 * top[1]) / 4)


def _side(box: Box, side: Point, top: Point) -> Point:
    """Where a bow leaves its box: the middle of the side it is drawn on, or towards its top."""
    if side[0] == -1.0:
        return (box.x - box.width / 2 - 3, box.y)
    return (box.x, box.y - box.height / 2 - 3) if side[1] == -1.0 else _toward(box, top)


def _border_to_border(layout: Layout, edge: Edge) -> list[Point]:
    first, second = (layout.boxes[name] for name in edge)
    bends = list(layout.bends.get(edge, ()))
    start = _toward(first, bends[0] if bends else (second.x, second.y))
    end = _toward(second, bends[-1] if bends else (first.x, first.y))
    return [start, *bends, end]


def _toward(box: Box, point: Point, space: float = 3.0) -> Point:
    """Where the line from the middle of ``box`` to ``point`` leaves the box."""
    across, down = point[0] - box.x, point[1] - box.y
    if across == 0 and down == 0:
        return (box.x, box.y)
    half_width, half_height = box.width / 2 + space, box.height / 2 + space
    scale = min(half_width / abs(across) if across else math.inf, half_height / abs(down) if down else math.inf)
    return (box.x + across * scale, box.y + down * scale)


def _curve(
    sheet: Sheet,
    points: Sequence[Point],
    color: str,
    width: float,
    style: Literal["-"] | tuple[float, tuple[int, int]],
    heads: tuple[bool, bool],
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    vertices, codes = [points[0]], [Path.MOVETO]
    for before, bend in pairwise(points[1:]):
        last = bend == points[-1]
        stop = bend if last else ((before[0] + bend[0]) / 2, (before[1] + bend[1]) / 2)
        vertices += [before, stop]
        codes += [Path.CURVE3, Path.CURVE3]
    if len(points) == 2:
        vertices.append(points[1])
        codes.append(Path.LINETO)
    patch = PathPatch(Path(vertices, codes), facecolor="none", edgecolor=color, linewidth=width, zorder=2)
    patch.set_linestyle(style)
    sheet.axes.add_patch(patch)
    if heads[1]:
        _head(sheet, points[-2], points[-1], color, width)
    if heads[0]:
        _head(sheet, points[1], points[0], color, width)


def _head(sheet: Sheet, back: Point, tip: Point, color: str, width: float) -> None:
    from matplotlib.patches import Polygon

    angle = math.atan2(tip[1] - back[1], tip[0] - back[0])
    size = 7 + width * 1.6
    sides = ((tip[0] - size * math.cos(angle + turn), tip[1] - size * math.sin(angle + turn)) for turn in (0.38, -0.38))
    sheet.axes.add_patch(Polygon([tip, *sides], closed=True, facecolor=color, edgecolor="none", zorder=2.5))
