"""Under an answer stands how many units it is about, and of how many."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.reporting.findings import gather
from bayescause.reporting.proof.pages import contents

RNG = np.random.default_rng(6)
AGE, PROMO = RNG.normal(60, 10, 300), RNG.integers(0, 2, 300)
EAST = RNG.random(300) < 0.3
DATA = {
    "Customer Age": AGE,
    "promo": PROMO,
    "region": np.where(EAST, "East", "West"),
    "sales": PROMO + AGE / 10 + RNG.normal(size=300),
}
MODEL = bc.StructuralModel.parse('promo ~ "Customer Age"; sales ~ promo*region + "Customer Age"')


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (bc.AverageEffect(of="promo", on="sales"), ["300 customers."]),
        (
            bc.AverageEffect(of="promo", on="sales", where='"Customer Age" > 70'),
            [f"{(AGE > 70).sum()} of 300 customers."],
        ),
        (
            bc.ConditionalEffect(of="promo", on="sales", given=("region",)),
            [f"{EAST.sum()} of 300 customers.", f"{(~EAST).sum()} of 300 customers."],
        ),
    ],
)
def test_an_answer_about_some_is_not_counted_as_one_about_all(question, said):
    found = gather([bc.ask(MODEL, DATA, question)], unit="customer")
    assert [chapter.screen.footing for chapter in contents(found).chapters] == said
