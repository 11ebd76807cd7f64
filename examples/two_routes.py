"""Is the answer what the model says? Compute it once more by `pm.do` on the compiled PyMC model."""

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
age = rng.normal(60, 8, size=300)
drug = (age + rng.normal(0, 8, size=300) > 60).astype(int)
falls = rng.poisson(np.exp(0.05 * (age - 60) - 0.5 * drug))

model = bc.StructuralModel.parse("drug ~ age; falls ~ drug + age")
effect = bc.ask(model, {"age": age, "drug": drug, "falls": falls}, bc.AverageEffect(of="drug", on="falls"))
print(effect, end="\n\n")
print(bc.concordance(effect))
