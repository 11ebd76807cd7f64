"""What rows of an experiment could do for a question that the observed rows cannot answer."""

from collections.abc import Collection

from bayescause.compilation.experiment import Experiment
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import descendants
from bayescause.graph.surgery import cut_incoming
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery, NotIdentified, Verdict

__all__ = ["remedy_by_experiment"]


def remedy_by_experiment(graph: CausalGraph, verdict: Verdict, experiment: Experiment) -> str | None:
    """What to do with the rows of ``experiment`` where ``verdict`` is that the effect is not identified.

    Parameters
    ----------
    graph : CausalGraph
    verdict : Verdict
        On the observed rows.
    experiment : Experiment

    Returns
    -------
    str, optional
        None where the effect is identified without them, or not even in them.

    References
    ----------
    Bareinboim and Pearl (2012), Causal inference by surrogate experiments: z-identifiability. Only its first case is
    told here: one set of rows that answers by itself.
    """
    if not isinstance(verdict, NotIdentified):
        return None
    query: CausalQuery = verdict.query
    able = {names: rows for names, rows in experiment.sets.items() if _answers(graph, query, names)}
    if not able:
        return None
    exactly = tuple(sorted(query.of))
    chosen = next((names for names in able if tuple(sorted(names)) == exactly), next(iter(able)))
    told, rows = " and ".join(chosen), able[chosen]
    meaning = "" if set(chosen) <= set(query.of) else f" The answer is then about units whose {told} is set as there."
    return (
        f"The {'row' if rows == 1 else f'{rows:,} rows'} in which {told} was set would answer it alone: give them as a "
        f"table of their own and delete the arrows into {told}{_arrows_into(graph, chosen)}. (Together with observed "
        f"rows, an experiment is used for fitting only, not yet for identification.){meaning}"
    )


def _answers(graph: CausalGraph, query: CausalQuery, names: Collection[str]) -> bool:
    # Setting the outcome, or what the treatment changes, would answer another question.
    if set(names) & (set(descendants(graph, query.of)) - set(query.of)):
        return False
    return identify(cut_incoming(graph, names), query).is_identified


def _arrows_into(graph: CausalGraph, names: Collection[str]) -> str:
    arrows = [f"{cause} -> {name}" for name in names for cause in graph.parents(name)]
    arrows += [f"{a} <-> {b}" for a, b in graph.bidirected if a in names or b in names]
    shown = ", ".join(arrows[:4]) + (" ..." if len(arrows) > 4 else "")
    return f" ({shown})" if arrows else ""
