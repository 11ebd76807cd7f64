"""An average says little of the worst tenth: by how much do quantiles of a waiting time move, and what lies where?"""

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
nurse = rng.integers(0, 2, 300)
wait = np.exp(3.3 - 0.4 * nurse + 0.6 * rng.normal(size=300))

model = bc.StructuralModel.parse("wait ~ nurse", families={"wait": "lognormal"}, units={"wait": "min"})
questions = [
    bc.QuantileEffect(of="nurse", on="wait", probabilities=(0.1, 0.5, 0.9)),
    bc.Exceedance(of="nurse", on="wait", above=(60,)),
    bc.Distribution(of="nurse", on="wait", at=(10, 20, 40, 60)),
]
posterior = bc.fit(model, {"nurse": nurse, "wait": wait}, questions)
for question in questions:
    print(bc.estimate(posterior, question), end="\n\n")
