"""What would happen if every price were one lower, and how do sales run along the price?"""

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
season = rng.normal(size=400)
price = 15 + season + rng.normal(size=400)
sales = 100 - 3 * price + 5 * season + rng.normal(size=400)

model = bc.StructuralModel.parse("price ~ season; sales ~ price + season")
questions = [
    bc.ShiftEffect(of="price", on="sales", intervention={"shift": -1}),
    bc.DoseResponse(of="price", on="sales", levels=(13, 14, 15, 16, 17)),
]
posterior = bc.fit(model, {"season": season, "price": price, "sales": sales}, questions)
for question in questions:
    print(bc.estimate(posterior, question), end="\n\n")
