"""Pieces of a report that know nothing of HTML or Markdown: prose, tables, lists, code and pictures in sections."""

from collections.abc import Sequence
from dataclasses import dataclass

from bayescause.reporting.figures.canvas import Picture

__all__ = ["Block", "Bullets", "Code", "Prose", "Section", "Table", "told"]


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list; numbered where the order means something."""

    items: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Code:
    """Text of a fixed width, such as a graph; ``label`` says what it is."""

    label: str
    text: str


@dataclass(frozen=True)
class Table:
    """Rows under a head; the first cell of each row is its heading. ``numeric`` columns are set flush right."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


type Block = Prose | Bullets | Code | Table | Picture


@dataclass(frozen=True)
class Section:
    """Blocks under a heading, with the name that links point to."""

    name: str
    title: str
    blocks: tuple[Block, ...]


def told(*blocks: Block | Sequence[Block] | None) -> tuple[Block, ...]:
    """The blocks that are there, in order."""
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, list | tuple):
            kept.extend(block)
        elif block is not None and not isinstance(block, Sequence):
            kept.append(block)
    return tuple(kept)
