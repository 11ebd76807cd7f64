"""Partial pooling: coaching in eight schools with known standard errors, and a treatment that differs by shop."""

import numpy as np

import bayescause as bc
from bayescause.scm.mechanisms.gaussian import Gaussian

effect, error = np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
schools = bc.StructuralModel.parse(
    "effect ~ (1 | school)",
    mechanisms={"effect": Gaussian(weights="precision")},
    priors={"effect": {"intercept": "normal(0, 5)", "sd": "fixed(1)", "sd(1|school)": "half_cauchy(5)"}},
)
posterior = bc.fit(schools, {"effect": effect, "school": list("ABCDEFGH"), "precision": 1 / error**2}, seed=1)
draws = posterior.draws["effect_coefficient"]
print("Drawn by", posterior.engines["effect"])
print("Mean over schools", round(float(draws.sel(effect_term="intercept").mean()), 1))
print("Sd between schools", round(float(posterior.draws["effect_sd(1|school)"].mean()), 1))

random = np.random.default_rng(2)
shop = random.integers(0, 6, 600)
promo = random.integers(0, 2, 600)
lift = np.array([4.0, 4.0, 5.0, 5.0, 6.0, 12.0])
sales = 20 + random.normal(0, 2, 6)[shop] + lift[shop] * promo + random.normal(0, 3, 600)
shops = bc.StructuralModel.parse("sales ~ promo + (promo | shop)")
by_shop = bc.ask(
    shops,
    {"shop": [f"shop {number}" for number in shop], "promo": promo, "sales": sales},
    bc.ConditionalEffect(of="promo", on="sales", given=("shop",)),
)
print(by_shop)
