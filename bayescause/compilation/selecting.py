"""Whether the condition that selects a question's units looks only at what was settled before the treatment."""

from collections.abc import Iterator, Sequence

from bayescause.compilation.conditions import Condition
from bayescause.errors import SpecError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import descendants
from bayescause.surface import called

__all__ = ["selection_faults"]


def selection_faults(graph: CausalGraph, of: Sequence[str], where: str | None) -> tuple[str, ...]:
    """Why ``where`` cannot select the units of an effect of ``of``, one sentence a column; empty if it can.

    Parameters
    ----------
    graph : CausalGraph
    of : sequence of str
        Treatments.
    where : str, optional
        A condition such as ``"age > 50"``.

    References
    ----------
    Hernan and Robins (2020), Causal Inference: What If, chapter 8: selection by what the treatment changes.

    Examples
    --------
    >>> selection_faults(CausalGraph.parse("promo -> sales; season -> sales"), ["promo"], "season == 2")
    ()
    """
    if where is None:
        return ()
    try:
        columns = Condition.parse(where).columns
    except SpecError as error:
        return tuple(f"`where`: {fault}" for fault in error.faults)
    return tuple(fault for name in columns for fault in _faults(graph, of, name))


def _faults(graph: CausalGraph, of: Sequence[str], name: str) -> Iterator[str]:
    treatments = " and ".join(map(repr, of))
    if name not in graph.nodes:
        yield (
            f"`where` looks at {name!r}, which is not in the graph, so nobody can say whether {treatments} changes it. "
            "Draw it first."
        )
    elif name in of:
        yield (
            f"`where` looks at the treatment {name!r}. Of those who had it, or had it not, ask for the effect on the "
            f"treated ({called('att')}) or on the untreated ({called('atu')})."
        )
    elif name in graph.latent:
        yield f"`where` looks at {name!r}, which was not measured, so nobody knows whom it selects."
    elif set(of) <= set(graph.nodes) and name in descendants(graph, of):
        yield (
            f"`where` looks at {name!r}, a descendant of {treatments}: it selects different people under each "
            "treatment. Select by something that was settled before."
        )
