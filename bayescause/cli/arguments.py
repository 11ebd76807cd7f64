"""What several commands take: a model by its file or by its name in the zoo, a table, a seed."""

import click

__all__ = ["DATA", "JSON", "MODEL", "QUIET", "SEED"]

MODEL = click.argument("model", metavar="MODEL")
DATA = click.option("--data", metavar="FILE", help="Another table than the one that MODEL names.")
SEED = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The same seed gives the same numbers."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
QUIET = click.option("--quiet", is_flag=True, help="No progress on standard error.")
