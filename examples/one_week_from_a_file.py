"""What would week 17 have taken without its promotion? The same question as in Python, from a model file."""

from pathlib import Path

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
season = rng.normal(100, 10, 800)
promo = (rng.random(800) < 0.4).astype(int)
promo[17] = 1
sales = 7 * (60 + 12 * promo + 0.5 * season) + 50 * promo + rng.normal(0, 40, 800)
rows = np.column_stack([np.arange(800), season.round(1), promo, sales.round(1)])
np.savetxt("weeks.csv", rows, "%.6g", ",", header="week,season,promo,sales", comments="")

Path("week_17.toml").write_text("""
schema = 1
title = "What would week 17 have taken without the promotion?"
unit = "shop week"
[data]
file = "weeks.csv"
[graph]
edges = "promo ~ season; sales ~ promo + season"
[variables]
promo = { label = "the promotion" }
sales = { label = "takings", unit = "EUR" }
[[questions]]
estimand = "counterfactual"
on = "sales"
do = { promo = 0 }
where = "week == 17"
""")
findings = bc.run(bc.Study.read("week_17.toml"))
print(findings)
print(findings.counterfactuals[0])
