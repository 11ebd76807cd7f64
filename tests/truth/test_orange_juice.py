"""Own-price elasticity of orange juice, pooled and by brand (line E9; Taddy 2019, chapter 2)."""

import numpy as np
import pandas as pd
import pytest

import bayescause as bc

BRANDS = ("dominicks", "minute.maid", "tropicana")


@pytest.fixture(scope="module")
def weeks(reference_data):
    table = pd.read_csv(reference_data / "orange_juice" / "orange_juice.csv")
    return {"price": np.log(table["price"]), "brand": table["brand"], "sales": table["logmove"]}


def asked(weeks, terms, question):
    model = bc.StructuralModel.parse(f"price ~ brand; sales ~ {terms}", levels={"brand": BRANDS})
    # 28,947 rows: the default priors move no estimate by as much as .001, the tolerance of the card.
    return bc.estimate(bc.fit(model, weeks, [question], seed=1), question)


def test_e9_the_pooled_elasticity(weeks):
    effect = asked(weeks, "price + brand", bc.AverageEffect(of="price", on="sales", population="sample"))
    assert float(effect.mean()) == pytest.approx(-3.139, abs=1e-3 + 4 * effect.diagnostics.mcse_mean)


def test_e9_the_elasticity_of_each_brand(weeks):
    question = bc.ConditionalEffect(of="price", on="sales", given=("brand",), population="sample")
    effect = asked(weeks, "price*brand", question)
    error = 1e-3 + 4 * effect.diagnostics.mcse_mean
    for brand, truth in zip(BRANDS, (-3.378, -3.321, -2.712), strict=True):
        found = float(effect.mean().sel(group=f"brand = {brand}"))
        assert found == pytest.approx(truth, abs=error)
