"""What is found of a design is found once, and dies with the design."""

import gc
import weakref

import numpy as np
import pytest

import bayescause as bc
from bayescause.scm.design import Design
from bayescause.scm.remembered import remembered


def test_each_design_is_asked_once_for_the_same_arguments():
    asked = []

    @remembered
    def noted(design, factor):
        asked.append((design, factor))
        return factor

    one, other = Design({}, {}, {}), Design({}, {}, {})
    assert [noted(one, 2), noted(one, 2), noted(one, 3), noted(other, 2)] == [2, 2, 3, 2]
    assert asked == [(one, 2), (one, 3), (other, 2)]


TEXTS = {
    "straight and bent": "visits ~ promo + factor(grade); sales ~ visits*promo + square(visits) + factor(grade)",
    "yes or no behind a normal variable": "visits ~ promo + grade; bought ~ visits + grade",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_design_dies_with_its_posterior_and_the_effects_of_it(text):
    rng = np.random.default_rng(0)
    promo, grade = rng.integers(0, 2, 300), rng.integers(0, 3, 300)
    visits = rng.normal(size=300) if "bought" in text else rng.poisson(np.exp(1 + 0.5 * promo))
    data = {"promo": promo, "grade": grade, "visits": visits, "sales": 2.0 * visits + grade + rng.normal(size=300)}
    data["bought"] = (data["sales"] > 1) * 1.0
    model = bc.StructuralModel.parse(text)
    outcome = "bought" if "bought" in text else "sales"
    used = {name: data[name] for name in model.graph.nodes}
    effect = bc.ask(model, used, bc.AverageEffect(of="promo", on=outcome))
    design = weakref.ref(effect.posterior.design)
    del effect
    gc.collect()
    assert design() is None
