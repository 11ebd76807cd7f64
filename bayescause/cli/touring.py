"""``bayescause models``: the models that come with the package."""

import tomllib

import click

from bayescause.cli.speaking import say

__all__ = ["models"]


@click.command(short_help="List the models that come with bayescause.")
def models() -> None:
    """List the models that come with bayescause, each with its question and its file."""
    from bayescause.study.zoo import models as zoo

    found = zoo()
    width = max(map(len, found))
    for name, path in found.items():
        title = tomllib.loads(path.read_text(encoding="utf-8"))["title"]
        say(f"{name.ljust(width)}   {title}   {path}")
    say(f"\nRun one by its name: bayescause run {next(iter(found))}")
