"""A logistic outcome as a user of bayescause asks for it."""

import json
import sys

import bayescause as bc

model = bc.StructuralModel.parse("kept ~ promo + loyalty")
effect = bc.ask(model, sys.argv[1], bc.AverageEffect(of="promo", on="kept"), seed=1)
print(json.dumps({"mean": float(effect.mean()), "sd": float(effect.sd()), "mcse": effect.diagnostics.mcse_mean}))
