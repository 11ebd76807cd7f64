"""How many people have to get the drug for one fewer to relapse? As benefit or harm, through infinity if need be."""

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
drug = rng.integers(0, 2, 400)
relapse = (rng.random(400) < 0.45 - 0.12 * drug).astype(int)

model = bc.StructuralModel.parse("relapse ~ drug", better={"relapse": "lower"}, labels={"drug": "the drug"})
question = bc.NumberNeededToTreat(of="drug", on="relapse")
effect = bc.ask(model, {"drug": drug, "relapse": relapse}, question)
print(effect)
print(bc.number_needed(effect).words)

# Of the first fifty people the interval holds no difference: from one that gains through infinity to one that loses.
few = bc.ask(model, {"drug": drug[:50], "relapse": relapse[:50]}, question)
print(bc.number_needed(few).words)
