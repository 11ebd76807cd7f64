"""``bayescause new``: a first model file for a table."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bayescause.cli.speaking import say

if TYPE_CHECKING:
    from bayescause.study.drafting import Draft

__all__ = ["new"]

SEPARATORS = {"\t": "tab"}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PAGE = 78
"""Columns after which the list of unsorted columns is broken."""


@click.command(short_help="Write a first model file for a table.")
@click.argument("table", metavar="TABLE")
@click.option("--of", "treatment", required=True, metavar="X", help="What you decide on: a column.")
@click.option("--on", "outcome", required=True, metavar="Y", help="What it may change: a column.")
@click.option("--to", "to", metavar="FILE", help="Where to write; by default TABLE's name with .toml, in this folder.")
def new(table: str, treatment: str, outcome: str, to: str | None) -> None:
    """Write a commented model file for TABLE (CSV or Parquet) that asks for the effect of X on Y.

    Every other column becomes a line with a question mark. `bayescause check` stops there until you have sorted it
    into before X, after X, or neither.
    """
    from bayescause.cli.writing import write_once
    from bayescause.study.drafting import draft

    source = Path(table)
    place = Path(to) if to else Path(source.name).with_suffix(".toml")
    drafted = draft(source, of=treatment, on=outcome, place=place)
    write_once(place, drafted.text)
    facts = f"{source.name}: {drafted.rows:,} rows, {drafted.columns} columns{_format(drafted)}."
    say(f"{facts}          Wrote {place}.")
    if drafted.others:
        say(_advice(drafted, treatment, place))


def _format(drafted: "Draft") -> str:
    if drafted.separator is None:
        return ""
    separator = SEPARATORS.get(drafted.separator, f'"{drafted.separator}"')
    return f"; separator {separator}, decimal {'comma' if drafted.decimal == ',' else 'point'}"


def _advice(drafted: "Draft", treatment: str, place: Path) -> str:
    count = len(drafted.others)
    number = NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"
    ask = (
        "Open it and sort the other column. Ask: was it"
        if count == 1
        else f"Open it and sort the {number} other columns. For each ask: was it"
    )
    names = click.wrap_text(", ".join(drafted.others), PAGE, "  ", "  ")
    return f"{ask} settled before we decided on {treatment}?\n{names}\nThen: bayescause check {place}"
