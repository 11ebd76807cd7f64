"""Anybody who acts on "95 in 100": does this procedure mean what it says, for this question, on data like these?"""

from pathlib import Path

import pandas as pd

import bayescause as bc

ZOO = Path(__file__).resolve().parent.parent / "models"

weeks = pd.read_csv(ZOO / "data" / "promotion.csv")
model = bc.StructuralModel.parse("""
    promo   ~ loyalty + season
    traffic ~ promo + season
    sales   ~ traffic + promo + loyalty
    loyalty <-> season
""")
print(bc.calibrate(model, weeks, [bc.AverageEffect(of="promo", on="sales")], replications=100, seed=1))
