"""``bayescause identify``: can the data answer, if the graph is right? Verdict only, nothing is fitted."""

import os
import re
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bayescause.cli.arguments import JSON
from bayescause.cli.speaking import say, say_json
from bayescause.errors import GraphError, GraphWarning, IdentificationError

if TYPE_CHECKING:
    from bayescause.graph.causal_graph import CausalGraph
    from bayescause.graph.text import Declarations
    from bayescause.identification.verdict import CausalQuery

__all__ = ["NOT_IDENTIFIED", "identify"]

NOT_IDENTIFIED = IdentificationError.exit_code
"""What a command ends with where a question cannot be answered."""

FILE_NAME = re.compile(r"[^\n>{}~;]+\.([a-z]+)")
"""What is a file's name rather than a graph."""

MEDIATED = (
    "natural_direct",
    "natural_indirect",
    "path",
    "interventional_direct",
    "interventional_indirect",
    "interventional_path",
)
"""Parts of an effect; written out here, so that ``--help`` loads nothing (a test holds it to those there are)."""

LARGEST = 10_000_000
"""Bytes of a graph file that are read at most."""


@click.command(short_help="Say whether a graph lets data answer a question.")
@click.argument("graph", metavar="GRAPH")
@click.option("--of", "treatments", multiple=True, metavar="X", help="Treatment. Repeat it for several.")
@click.option("--on", "outcomes", multiple=True, metavar="Y", help="Outcome. Repeat it for several.")
@click.option("--given", "modifiers", multiple=True, metavar="Z", help="Effect modifier. Repeat it for several.")
@click.option("--direct", is_flag=True, help="Ask for the effect of the arrow X -> Y alone, past all on the way.")
@click.option("--through", "mediators", multiple=True, metavar="M", help="Mediator, of an effect through or past it.")
@click.option(
    "--along", "chains", multiple=True, metavar='"X -> M -> Y"', help="Path that carries the effect asked for."
)
@click.option("--kind", type=click.Choice(MEDIATED), help="Which part of the effect; natural_indirect by default.")
@click.option("--require", "required", multiple=True, metavar="Z", help="Only adjustment sets with Z. Repeat it.")
@click.option("--exclude", "excluded", multiple=True, metavar="Z", help="As if Z had not been measured. Repeat it.")
@click.option("--adjust", "adjusted", metavar='"Z ..."', help="Is this set enough to adjust for? If not, why?")
@JSON
def identify(  # noqa: PLR0917 (click hands over each option)
    graph: str,
    treatments: tuple[str, ...],
    outcomes: tuple[str, ...],
    modifiers: tuple[str, ...],
    direct: bool,
    mediators: tuple[str, ...],
    chains: tuple[str, ...],
    kind: str | None,
    required: tuple[str, ...],
    excluded: tuple[str, ...],
    adjusted: str | None,
    as_json: bool,
) -> int:
    """Say whether GRAPH lets data answer the effect of X on Y.

    GRAPH is a model file (.toml), the text of a graph itself, or a file with a graph: our own text (.txt), DAGitty
    (.dag), DOT (.dot), GML (.gml), GraphML (.graphml), node-link JSON (.json) or equations of lavaan (.lav).

    \b
      bayescause identify "season -> {promo sales}; promo -> sales" --of promo --on sales

    A DAGitty graph that marks an exposure and an outcome needs neither --of nor --on.
    """
    from bayescause.identification.identify import identify as judge
    from bayescause.identification.verdict import CausalQuery

    declared = _declared(graph)
    of = _ends(treatments, declared.treatments, "--of", "exposure")
    on = _ends(outcomes, declared.outcomes, "--on", "outcome")
    query = CausalQuery(of, on, modifiers, kind="direct" if direct else "total")
    if mediators or chains or kind is not None:
        from bayescause.query.mediated_questions import read_chain

        if direct:
            raise click.UsageError("--direct asks for the arrow alone. Leave it out, or --through, --along and --kind.")
        part = kind or ("path" if chains else "natural_indirect")
        query = replace(query, kind=part, through=mediators, along=tuple(map(read_chain, chains)))
    with warnings.catch_warnings():
        # That there is no effect is the verdict itself, which is told below.
        warnings.filterwarnings("ignore", "By your drawing .* cannot change", GraphWarning)
        verdict = judge(declared.graph, query, required=required, excluded=excluded)
    proposed = None if adjusted is None else _insisted(declared.graph, query, adjusted, excluded)
    if as_json:
        from bayescause.reporting.verdicts import verdict_to_json

        enough = {} if proposed is None else {"enough_to_adjust_for": list(proposed)}
        say_json(verdict_to_json(verdict) | enough)
    else:
        say(str(verdict))
        if proposed is not None:
            say(f"Enough to adjust for: {' '.join(proposed) or 'nothing at all'}, as proposed.")
    return 0 if verdict.is_identified else NOT_IDENTIFIED


def _insisted(graph: "CausalGraph", query: "CausalQuery", adjusted: str, excluded: tuple[str, ...]) -> tuple[str, ...]:
    from bayescause.identification.proposing import refuse_insufficient
    from bayescause.identification.questions import opened

    is_one_name = adjusted in (*graph.nodes, *dict(graph.groups))
    names = (adjusted,) if is_one_name else tuple(adjusted.replace(",", " ").split())
    latent = graph.latent | frozenset(opened(graph, excluded))
    refuse_insufficient(replace(graph, latent=latent), query, names)
    return names


def _declared(given: str) -> "Declarations":
    from bayescause.graph.notation import endings, notation_of_file, read_as
    from bayescause.graph.text import Declarations

    if os.path.isfile(given):  # noqa: PTH113 (Path.is_file raises on texts that are too long for a name)
        path = Path(given)
        if path.suffix == ".toml":
            return Declarations(_of_model(path))
        return read_as(_text(path), notation_of_file(path.name) or "text")
    ending = FILE_NAME.fullmatch(given)
    if ending and ending.group(1) in {"toml", *endings()}:
        raise GraphError(f"There is no file {given!r}.")
    return read_as(given, "text")


def _ends(asked: tuple[str, ...], marked: tuple[str, ...], option: str, role: str) -> tuple[str, ...]:
    if not (asked or marked):
        raise click.UsageError(f"Missing option '{option}': nothing in the graph is marked as its {role} either.")
    return asked or marked


def _of_model(path: Path) -> "CausalGraph":
    from bayescause.study.study import Study

    return Study.read(path).model.graph


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise GraphError(f"{path.name} is larger than {LARGEST:,} bytes: that is no graph.")
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise GraphError(f"{str(path)!r} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise GraphError(f"{path.name} is not UTF-8. Save it with the encoding UTF-8.") from None
