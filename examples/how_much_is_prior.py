"""Would more rows make the answer sharper, or does only the prior hold it?"""

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
leaflet = rng.integers(2, size=200).astype(float)
discount = leaflet.copy()  # leaflet and discount always came together
sales = 100 + 5 * leaflet + 5 * discount + 10 * rng.normal(size=200)

model = bc.StructuralModel.parse("sales ~ leaflet + discount")
data = {"leaflet": leaflet, "discount": discount, "sales": sales}
effect = bc.ask(model, data, bc.AverageEffect(of="leaflet", on="sales"))
print(effect, end="\n\n")
print(bc.prior_share(effect))
