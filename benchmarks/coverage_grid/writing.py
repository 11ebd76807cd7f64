"""The table of the grid, as a page of the documentation."""

from collections.abc import Iterable, Mapping, Sequence

from coverage_grid.cells import Cell, inapplicable
from coverage_grid.judging import LEVEL, UNDERSTOOD, Held, failing
from coverage_grid.running import DATA_SETS
from coverage_grid.studies import DRAWS, GRAPHS, ROWS

__all__ = ["page"]

HEAD = f"""# Coverage

How often intervals hold the truth. Every cell is {DATA_SETS:,} data sets of {ROWS} rows, each with {DRAWS:,} draws:
parameters are drawn from the default priors (resolved once, on another table), rows from a population, outcomes
from the parameters. The model is fitted again, and the central {100 * LEVEL:g} % intervals that hold the estimand's
true value are counted, in per cent.

Of an answer in several parts (groups, doses) the part furthest from {100 * LEVEL:g} is shown. **Bold**: an exact
binomial test, corrected for all parts of all cells, says that it is not {100 * LEVEL:g}. In brackets: data sets with
a number, where fewer than {DATA_SETS:,} were had. {{tests:,}} parts were tested; {{failing}} failed. A dash: the
estimand has no number there (see below); dots: not run yet.

The truth of `sample` is that of the rows at hand: there the rate is exact, as that of simulation-based calibration.
The truth of `superpopulation` is that of the population, which stays the same in all data sets.

The code is in `benchmarks/coverage_grid/`; `make test-long` runs what is missing, `make coverage` writes this page.
"""

GRAPH_WORDS = {
    "direct": "A treatment of yes or no, and a confounder that changes the effect",
    "dose": "A treatment in numbers, and a confounder that changes the effect",
    "mediated": "A gaussian mediator besides",
    "mediator": "The family is that of the mediator, the outcome gaussian",
}


def page(cells: Sequence[Cell], parts: Mapping[str, Sequence[Held]]) -> str:
    """All tables in Markdown.

    Parameters
    ----------
    cells : sequence of Cell
    parts : mapping of str to sequence of Held
        By the cell's key; empty for a cell without a number.
    """
    tested = [part for each in parts.values() for part in each]
    bad = failing(tested, len(tested))
    sections = [HEAD.format(tests=len(tested), failing=len(bad) or "none")]
    for graph, (text, _) in GRAPHS.items():
        chosen = [cell for cell in cells if cell.study.graph == graph]
        for population in dict.fromkeys(cell.question.population for cell in chosen):
            shown = [cell for cell in chosen if cell.question.population == population]
            sections.append(f"## {GRAPH_WORDS[graph]}: {population}\n\n`{text}`\n")
            sections.append("\n".join(_table(shown, parts, bad)) + "\n")
    told = [
        f"- {name}: {UNDERSTOOD.get(name, 'not understood yet.')}" for name in dict.fromkeys(one.cell for one in bad)
    ]
    sections.append("## Cells that fail\n\n" + ("\n".join(told) or "None.") + "\n")
    sections.append("## Cells without a number\n\n" + "\n".join(_reasons(cells, parts)) + "\n")
    return "\n".join(sections)


def _table(cells: Sequence[Cell], parts: Mapping[str, Sequence[Held]], bad: Sequence[Held]) -> Iterable[str]:
    families = list(dict.fromkeys(cell.study.family for cell in cells))
    yield "| | " + " | ".join(name.replace("_", " ") for name in families) + " |"
    yield "|---" * (len(families) + 1) + "|"
    for short in dict.fromkeys(cell.question.short for cell in cells):
        row = {cell.study.family: cell for cell in cells if cell.question.short == short}
        told = (_cell(row[name], parts, bad) if name in row else "" for name in families)
        yield f"| `{short}` | " + " | ".join(told) + " |"


def _cell(cell: Cell, parts: Mapping[str, Sequence[Held]], bad: Sequence[Held]) -> str:
    found = parts.get(cell.key, ())
    if found:
        return _told(found, bad)
    return "..." if inapplicable(cell) is None else "-"


def _told(parts: Sequence[Held], bad: Sequence[Held]) -> str:
    worst = min(parts, key=lambda part: (part not in bad, part.chance))
    share = f"{100 * worst.share:.1f}"
    few = "" if worst.data_sets >= DATA_SETS else f" ({worst.data_sets})"
    return (f"**{share}**" if worst in bad else share) + few


def _reasons(cells: Sequence[Cell], parts: Mapping[str, Sequence[Held]]) -> Iterable[str]:
    without = [cell for cell in cells if not parts.get(cell.key)]
    reasons: dict[tuple[str, str], list[str]] = {}
    for cell in without:
        reason = inapplicable(cell)
        if reason is not None:
            reasons.setdefault((cell.question.short, reason), []).append(cell.study.family)
    for (short, reason), families in reasons.items():
        yield f"- `{short}`, {', '.join(dict.fromkeys(families))}: {reason}"
