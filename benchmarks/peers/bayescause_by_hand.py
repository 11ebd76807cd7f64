"""The promotion as a user of bayescause writes it: read, ask, print."""

import json
import sys

import bayescause as bc

MODEL = """
promo   ~ loyalty + season
traffic ~ promo + season
sales   ~ traffic + promo + loyalty
loyalty <-> season
"""

effect = bc.ask(bc.StructuralModel.parse(MODEL), sys.argv[1], bc.AverageEffect(of="promo", on="sales"), seed=1)
interval, found = effect.interval(0.89, "eti"), effect.diagnostics
answer = {
    "mean": effect.mean(),
    "sd": effect.sd(),
    "low": interval.low,
    "high": interval.high,
    "r_hat": found.r_hat,
    "ess": found.ess_bulk,
    "mcse": found.mcse_mean,
}
print(json.dumps({name: float(value) for name, value in answer.items()}))
