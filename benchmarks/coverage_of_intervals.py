"""Run what is missing of the coverage grid, and write its table to the documentation.

``python benchmarks/coverage_of_intervals.py`` takes an hour or two of one processor when nothing was run before; it may
be stopped at any time and goes on where it was. ``--write`` writes the table of what is there, and runs nothing.
"""

import sys
import warnings
from pathlib import Path

from coverage_grid.cells import Cell, cells_of, studies
from coverage_grid.judging import Held, held_in
from coverage_grid.running import kept, run_study
from coverage_grid.writing import page

ROOT = Path(__file__).resolve().parent.parent
RANKS = ROOT / ".coverage_grid"
PAGE = ROOT / "docs" / "reference" / "coverage.md"

PASSES = {
    "rows at hand": lambda cell: cell.question.population == "sample" and cell.is_first and not cell.is_of_units,
    "units": lambda cell: cell.question.population == "sample" and cell.is_of_units,
    "other graphs": lambda cell: cell.question.population == "sample" and not cell.is_first,
    "population": lambda cell: cell.question.population != "sample",
}
"""What is run first, for all families, where there is no time for all."""


def everything() -> list[Cell]:
    """All cells; a study that cannot be made is told, and left out."""
    cells: list[Cell] = []
    for family, graph in studies():
        cells += cells_of(family, graph)
    return cells


def write(cells: list[Cell]) -> None:
    """The table of what has been run so far."""
    parts: dict[str, list[Held]] = {cell.key: held_in(cell.name, kept(RANKS, cell)) for cell in cells}
    PAGE.write_text(page(cells, parts), encoding="utf-8")


def main() -> None:
    """Run, then write."""
    warnings.simplefilter("ignore")
    cells = everything()
    for name, is_in in PASSES.items() if "--write" not in sys.argv else ():
        for family, graph in studies():
            print(f"{name}: {family}, {graph}", flush=True)
            chosen = [cell for cell in cells if (cell.study.family, cell.study.graph) == (family, graph)]
            run_study(RANKS, [cell for cell in chosen if is_in(cell)])
    write(cells)


if __name__ == "__main__":
    main()
