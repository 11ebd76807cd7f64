"""What several commands take: a model by its file or by its name in the zoo, a table, a seed."""

import os
from pathlib import Path
from typing import Any

import click

__all__ = ["DATA", "JSON", "MODEL", "QUIET", "SEED", "model_file"]

MODEL = click.argument("model", metavar="MODEL")
DATA = click.option("--data", metavar="FILE", help="Another table than the one that MODEL names.")
SEED = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The same seed gives the same numbers."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
QUIET = click.option("--quiet", is_flag=True, help="No progress on standard error.")


def model_file(name: str) -> Path:
    """The model file called ``name``: a path, or a model of the zoo.

    Raises
    ------
    SpecError
        If there is neither.
    """
    if os.path.isfile(name):  # noqa: PTH113 (Path.is_file raises on names that are too long)
        return Path(name)
    from bayescause.errors import SpecError
    from bayescause.study.zoo import models

    zoo = models()
    if name in zoo:
        return zoo[name]
    if os.path.isdir(name):  # noqa: PTH112 (Path.is_dir raises on names that are too long)
        raise SpecError(f"{name!r} is a folder. Name a model file (TOML).")
    raise SpecError(f"There is no model file {_cut(name)!r}. Models that come with bayescause: {', '.join(zoo)}.")


def _cut(words: Any) -> str:
    return words if len(words) <= 200 else f"{words[:200]}..."
