"""One fit, many questions: for those treated and not, as ratios, by a rule, and how often it was decisive."""

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
age = rng.integers(20, 80, 400)
visit = (rng.random(400) < 0.2 + 0.005 * age).astype(int)
well = (rng.random(400) < 0.75 - 0.006 * age + 0.25 * visit).astype(int)

model = bc.StructuralModel.parse("visit ~ age; well ~ visit + age")
asked = {"of": "visit", "on": "well"}
older = {"rule": {"when": "age > 60", "then": 1, "otherwise": 0}}
questions = [
    bc.EffectOnTreated(**asked),
    bc.EffectOnUntreated(**asked),
    bc.RiskRatio(**asked),
    bc.OddsRatio(**asked),
    bc.PolicyEffect(**asked, intervention=older, instead=0),
    bc.ProbabilityOfSufficiency(**asked),
    bc.ProbabilityOfBoth(**asked),
]
posterior = bc.fit(model, {"age": age, "visit": visit, "well": well}, questions)
for question in questions:
    print(str(bc.estimate(posterior, question)).splitlines()[0])
