"""Every measurement, as one table, printed and written to ``RESULTS.md`` with the kind of machine, versions and date.

Run ``make bench`` (half an hour), ``make bench-full`` (with what takes longer), or ``python benchmarks/bench.py`` with
the names of some measurements. Figures are of one machine at one time; ratios are of one run.
"""

import subprocess
import sys
from importlib import import_module

from measuring import HERE, Row, machine, table_of

TABLES = {
    "an answer from the promotion, process start to diagnostics": "seconds_to_an_answer",
    "large tables": "seconds_of_large_tables",
    "a hundred million rows": "growth_with_a_hundred_million_rows",
    "rows that all differ": "seconds_of_rows_that_differ",
    "every estimand": "seconds_of_each_estimand",
    "many fits": "seconds_of_many_fits",
    "where the time of 1,000 rows goes": "profile_of_an_answer",
    "how cost grows": "growth_of_cost",
}

TEXTS = {
    "commands that never sample": "seconds_of_the_command_line",
    "engines": "seconds_of_engines",
    "verdicts": "seconds_to_identify",
    "calibration": "seconds_to_calibrate",
}

LONG = (
    "seconds_of_each_estimand",
    "growth_with_a_hundred_million_rows",
    "seconds_of_engines",
    "seconds_to_identify",
    "seconds_to_calibrate",
)
"""What only ``--full`` measures."""


def measured(names: list[str]) -> tuple[list[Row], dict[str, str]]:
    """The lines of the table, and what the other scripts print, of the measurements ``names``."""
    rows: list[Row] = []
    for title, module in TABLES.items():
        if module in names:
            rows.append(Row(f"**{title}**", ""))
            for row in import_module(module).rows():
                print(f"  {row.what}: {row.found}", file=sys.stderr)
                rows.append(row)
    texts = {
        title: subprocess.run(
            [sys.executable, str(HERE / f"{module}.py")], capture_output=True, text=True, check=True
        ).stdout
        for title, module in TEXTS.items()
        if module in names
    }
    return rows, texts


def main(words: list[str]) -> None:
    """Measure, print, and write down unless only some measurements were asked for."""
    usual = [module for module in (*TABLES.values(), *TEXTS.values()) if words == ["--full"] or module not in LONG]
    names = [word for word in words if word != "--full"]
    rows, texts = measured(names or usual)
    told = [f"# Results\n\n{machine()}", table_of(rows)]
    told += [f"## {title[0].upper()}{title[1:]}\n\n```text\n{text.strip()}\n```" for title, text in texts.items()]
    page = "\n\n".join(told) + "\n"
    print(page)
    if not names:
        (HERE / "RESULTS.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
