import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.experiment import Experiment
from bayescause.compilation.planning import plan_for
from bayescause.compilation.remedies import remedy_by_experiment
from bayescause.compilation.table import Table
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.scm.structural_model import StructuralModel


def remedy(text, *sets, of="x", on="y"):
    graph = CausalGraph.parse(text)
    names = dict.fromkeys(name for one in sets for name in one)
    table = Table({name: np.zeros(len(sets)) for name in graph.observed}, {}, {})
    experiment = Experiment(table, {name: np.array([name in one for one in sets]) for name in names})
    return remedy_by_experiment(graph, identify(graph, CausalQuery((of,), (on,))), experiment)


def test_rows_in_which_the_treatment_was_set_answer_by_themselves():
    told = remedy("z -> x -> y; z -> y; x <-> y", ["x"], ["x"])
    assert told.startswith("The 2 rows in which x was set would answer it alone")
    assert "give them as a table of their own and delete the arrows into x (z -> x, x <-> y)." in told
    assert told.endswith("used for fitting only, not yet for identification.)")


def test_another_variable_may_have_been_set_that_was_in_the_way():
    told = remedy("w -> x -> y; w <-> x; w <-> y", ["w"])
    assert told.startswith("The row in which w was set would answer it alone")
    assert told.endswith("The answer is then about units whose w is set as there.")


@pytest.mark.parametrize(
    ("text", "sets"),
    [
        ("z -> x -> y; z -> y", [["x"]]),
        ("x -> y; x <-> y", [["y"]]),
        ("x -> y; x <-> y; z -> x", [["z"]]),
        ("x -> m -> y; x <-> m", [["m"]]),
    ],
)
def test_there_is_no_remedy_where_none_is_needed_or_none_would_do(text, sets):
    assert remedy(text, *sets) is None


def test_a_refusal_names_the_rows_before_other_remedies():
    model = StructuralModel.parse("y ~ x; x <-> y")
    rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [0.5, 1.0, 2.5, 3.0], "set": [None, None, None, "x"]}
    question = AverageEffect(of="x", on="y")
    [plain] = plan_for(model, tabulate(model, {**rows, "set": [None] * 4}, interventions="set"), [question]).routes
    [route] = plan_for(model, tabulate(model, rows, interventions="set"), [question]).routes
    assert route.refusal == plain.refusal
    assert route.verdict.remedies[0].startswith("The row in which x was set would answer it alone")
    assert route.verdict.remedies[1:] == plain.verdict.remedies
