"""At what age does a walk help most? The effect along a modifier that is a quantity, with a band for all of it."""

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
age, walk = rng.uniform(30, 80, 300), rng.integers(0, 2, 300)
pressure = 110 + 0.5 * age - walk * 0.1 * (age - 20) + rng.normal(0, 4, 300)

model = bc.StructuralModel.parse("pressure ~ walk*age", units={"pressure": "mmHg"})
question = bc.ConditionalCurve(of="walk", on="pressure", given=("age",), at=(35, 50, 65))
print(bc.ask(model, {"walk": walk, "age": age, "pressure": pressure}, question))
