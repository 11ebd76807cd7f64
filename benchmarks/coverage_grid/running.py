"""Running the grid: every data set once for all cells of a study, each cell's ranks kept as they come."""

import json
from collections.abc import Callable, Mapping, Sequence
from math import isclose
from pathlib import Path

from bayescause.analysis.refitting import Refit, procedure
from bayescause.analysis.simulating import Simulation
from bayescause.errors import SpecError
from coverage_grid.cells import Cell, Ranks, inapplicable, ranked

__all__ = ["DATA_SETS", "kept", "run_study"]

DATA_SETS = 1_000
"""Data sets whose truth is ranked, in each cell."""

MOST = 3 * DATA_SETS
"""Data sets that are tried: a probability of causation has a value in some only."""


LOOKED_AT = (0, 99, 333, 666)
"""Data sets that are ranked again to see whether the code has changed."""


def kept(folder: Path, cell: Cell) -> dict[int, Ranks]:
    """What was found before, by the number of the data set; a line that was cut off is left out."""
    path = folder / f"{cell.key}.jsonl"
    if not path.exists():
        return {}
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[entry["number"]] = entry["ranks"]
    return found


def run_study(
    folder: Path, cells: Sequence[Cell], *, tell: Callable[[str], object] = print, data_sets: int = DATA_SETS
) -> dict[str, dict[int, Ranks]]:
    """Ranks of all cells of one study, those that are kept in ``folder`` and those that are still to be drawn.

    Parameters
    ----------
    folder : Path
        One file of JSON lines a cell; a run that is stopped goes on where it was. What was kept is thrown away where
        some of its data sets give other ranks today: then the code has changed.
    cells : sequence of Cell
        Of one family in one graph.
    tell : function
        Is told what has no number, and why.
    data_sets : int
        With a number, in each cell.
    """
    folder.mkdir(parents=True, exist_ok=True)
    able = [cell for cell in cells if _has_number(cell, tell)]
    if not able:
        return {}
    refit = _by_fast_engines(able[0].study.simulation)
    found = {cell.key: kept(folder, cell) for cell in able}
    for cell in _outdated(able, found, refit):
        tell(f"{cell.name}: other ranks than before, so it starts anew")
        (folder / f"{cell.key}.jsonl").unlink()
        found[cell.key] = {}
    for number in range(MOST):
        asked = [cell for cell in able if number not in found[cell.key] and _is_short(found[cell.key], data_sets)]
        for cell, ranks in zip(asked, ranked(asked, refit, number) if asked else (), strict=True):
            found[cell.key][number] = ranks
            with (folder / f"{cell.key}.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps({"number": number, "ranks": ranks}) + "\n")
    return found


def _outdated(cells: Sequence[Cell], found: Mapping[str, Mapping[int, Ranks]], refit: Refit) -> list[Cell]:
    changed: dict[str, Cell] = {}
    for number in LOOKED_AT:
        begun = [cell for cell in cells if number in found[cell.key] and cell.key not in changed]
        today = ranked(begun, refit, number) if begun else []
        for cell, ranks in zip(begun, today, strict=True):
            if not _alike(ranks, found[cell.key][number]):
                changed[cell.key] = cell
    return list(changed.values())


def _alike(one: Ranks, other: Ranks) -> bool:
    missing = -1.0
    return one.keys() == other.keys() and all(
        isclose(missing if one[part] is None else one[part], missing if other[part] is None else other[part])
        for part in one
    )


def _by_fast_engines(simulation: Simulation) -> Refit:
    """Draws by ``exact`` where it can, else by ``laplace``: a cell is no place for the fallback to NUTS."""
    try:
        return procedure(simulation, "exact")[0]
    except SpecError:
        return procedure(simulation, "laplace")[0]


def _is_short(ranks: dict[int, Ranks], data_sets: int) -> bool:
    return sum(None not in one.values() for one in ranks.values()) < data_sets


def _has_number(cell: Cell, tell: Callable[[str], object]) -> bool:
    why = inapplicable(cell)
    if why is not None:
        tell(f"{cell.name}: {why}")
    return why is None
