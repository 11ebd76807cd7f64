"""A shop owner: the promotion weeks took more; would they have anyway, and does it pay?"""

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
effect = bc.ask(model, weeks, bc.AverageEffect(of="promo", on="sales"), seed=1)
decision = bc.decide(
    effect, act="run the promotion", instead="leave prices as they are", gain=0.45, cost=50, money="EUR"
)
doubt = bc.sensitivity(effect, "hidden_confounder", benchmarks=["loyalty"], against=50 / 0.45)
for result in (effect, decision, doubt):
    print(result, end="\n\n")
bc.report(effect, doubt, decision, to="promotion.html")
print("The page: promotion.html")
