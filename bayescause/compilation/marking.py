"""Reading the column that says which variables an experiment set in each row."""

from collections.abc import Sequence
from math import isnan
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from bayescause.compilation.frames import Frame, places
from bayescause.errors import DataError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import nearest
from bayescause.graph.tokens import tokens

__all__ = ["marks_of", "refuse_marks"]


MOST_SHOWN = 12
"""Faults of one column that are listed."""


def marks_of(frame: Frame, column: str, graph: CausalGraph) -> dict[str, npt.NDArray[np.bool_]]:
    """In which rows of ``frame`` each variable was set, dims (row,); variables that were never set are left out.

    Parameters
    ----------
    frame : Frame
    column : str
        Its cells name the variables that were set, as the graph's text writes them: ``promo``, ``promo traffic``,
        ``"body weight", promo``. An empty cell is a row that was merely observed.
    graph : CausalGraph

    Raises
    ------
    DataError
        If a cell names something else than measured variables of the graph.

    Examples
    --------
    >>> from bayescause.compilation.frames import frame_of
    >>> frame = frame_of({"set": ["", "promo", None, "promo"]})
    >>> marks_of(frame, "set", CausalGraph.parse("promo -> sales"))["promo"].tolist()
    [False, True, False, True]
    """
    if column not in frame.names:
        raise DataError(f"{column!r}, the column of interventions, is not in the table.{nearest(column, frame.names)}")
    if column in graph.nodes:
        raise DataError(
            f"{column!r} is a variable of the graph, so it cannot also say which variables were set. "
            "Give the marks in a column of their own."
        )
    cells = frame.columns[column].tolist()
    meaning = {cell: _named(cell, graph) for cell in dict.fromkeys(cells) if not _is_empty(cell)}
    faults = [
        f"{column!r} says {_written(cell)!r} in {places(frame, _rows(cells, cell))}: {fault}"
        for cell, found in meaning.items()
        if (fault := _fault(found, graph)) is not None
    ]
    DataError.raise_if(faults[:MOST_SHOWN])
    marked = dict.fromkeys(name for names in meaning.values() for name in names)
    return {name: np.array([name in meaning.get(cell, ()) for cell in cells], dtype=bool) for name in marked}


def refuse_marks(column: str | None, rows: int) -> None:
    """Refuse marks in a table that is too large to be held in memory.

    Raises
    ------
    DataError
        If there is such a column.
    """
    if column is not None:
        raise DataError(
            f"The table has {rows:,} rows and is read block by block; rows of an experiment ({column!r}) can only be "
            "told from others in a table that is held in memory. Take part of the rows, or give the observed rows only."
        )


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, float) and isnan(cell)) or (isinstance(cell, str) and not cell.strip())


def _written(cell: object) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _named(cell: object, graph: CausalGraph) -> Sequence[str]:
    text = normalize("NFC", _written(cell)).strip()
    if text in graph.nodes:
        return (text,)
    return [token.text for token in tokens(text) if (token.kind, token.text) != ("sign", ",")]


def _fault(names: Sequence[str], graph: CausalGraph) -> str | None:
    for name in names:
        if name in graph.latent:
            return f"{name!r} was not measured, so nobody knows what it was set to."
        if name not in graph.nodes:
            return (
                f"{name!r} is not a variable of the graph.{nearest(name, graph.nodes)} A cell names the variables that "
                "were set in its row, and is empty where nothing was."
            )
    return None


def _rows(cells: Sequence[object], cell: object) -> npt.NDArray[np.intp]:
    return np.flatnonzero([other == cell for other in cells])
