"""A cause that is called like a parameter of the family is refused by name: priors and draws would be one."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.errors import SpecError

ROWS = 40


def table(cause, response):
    rng = np.random.default_rng(1)
    y = {"count": rng.poisson(3, ROWS), "amount": rng.gamma(2, 1, ROWS), "level": rng.integers(0, 3, ROWS)}
    return {"t": rng.normal(size=ROWS), cause: rng.normal(size=ROWS), "y": y[response].astype(float)}


@pytest.mark.parametrize(
    ("family", "cause", "response"),
    [
        ("gaussian", "sd", "amount"),
        ("student_t", "df", "amount"),
        ("gamma", "shape", "amount"),
        ("negative_binomial", "shape", "count"),
        ("ordinal", "gap2", "level"),
        ("gaussian", "intercept", "amount"),
        ("hurdle", "intercept", "count"),
    ],
)
def test_a_cause_named_like_a_parameter_is_refused(family, cause, response):
    kinds = {"ordinal": ["y"]} if family == "ordinal" else None
    model = bc.StructuralModel.parse(f"y ~ t + {cause}", families={"y": family}, kinds=kinds)
    with pytest.raises(SpecError, match=f"{cause!r} among the causes of 'y'.*{family}.*Rename the column"):
        bc.fit(model, table(cause, response), [bc.AverageEffect(of="t", on="y")])


@pytest.mark.parametrize("cause", ["df", "gap2", "shape"])
def test_a_parameter_of_another_family_is_a_name_like_any(cause):
    model, rows = bc.StructuralModel.parse(f"y ~ t + {cause}"), table(cause, "amount")
    other = {name if name != cause else "z": values for name, values in rows.items()}
    found = bc.ask(model, rows, bc.AverageEffect(of="t", on="y"))
    same = bc.ask(bc.StructuralModel.parse("y ~ t + z"), other, bc.AverageEffect(of="t", on="y"))
    np.testing.assert_allclose(found.draws, same.draws)


def test_two_parts_of_a_formula_with_one_name_are_refused():
    rows = table("x", "amount")
    rows["t:x"] = rows["t"] ** 2
    model = bc.StructuralModel.parse('y ~ t*x + "t:x"')
    assert set(model.graph.parents("y")) == {"t", "x", "t:x"}
    with pytest.raises(SpecError, match="Two parts of the formula of 'y' are called 't:x'"):
        bc.fit(model, rows, [bc.AverageEffect(of="t", on="y")])
