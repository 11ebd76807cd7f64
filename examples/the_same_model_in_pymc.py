"""A reviewer: the model as an ordinary pymc.Model, with an intervention, checked against the answer."""

from pathlib import Path

import pandas as pd
import pymc as pm

import bayescause as bc

ZOO = Path(__file__).resolve().parent.parent / "models"

weeks = pd.read_csv(ZOO / "data" / "promotion.csv")
model = bc.StructuralModel.parse("""
    promo   ~ loyalty + season
    traffic ~ promo + season
    sales   ~ traffic + promo + loyalty
    loyalty <-> season
""")
question = bc.AverageEffect(of="promo", on="sales")

reference = bc.to_pymc(model, weeks)
print("columns:", ", ".join(variable.name for variable in reference.observed_RVs))
print("parameters:", ", ".join(variable.name for variable in reference.free_RVs))

under_promotion = pm.do(reference, {"promo": [1] * len(weeks)})
print("left to draw under do(promo = 1):", ", ".join(variable.name for variable in under_promotion.observed_RVs))

tree = bc.fit(model, weeks, [question], seed=1).to_datatree()
print(tree.posterior.ds.sizes)
