"""A researcher whose outcome no family describes: a law of one's own, written in PyMC, still identified and checked."""

import numpy as np
import pymc as pm

import bayescause as bc


def sales(name, parents, dims):
    drive = pm.Normal("per_promo", 0, 5) * parents["promo"] + pm.Normal("per_degree", 0, 1) * parents["warmth"]
    level = pm.Normal("level", 20, 10)
    return pm.AsymmetricLaplace(name, b=pm.HalfNormal("b", 2), kappa=pm.LogNormal("k"), mu=level + drive, dims=dims)


random = np.random.default_rng(1)
warmth = random.normal(15, 5, 200)
promo = (random.random(200) < 1 / (1 + np.exp(0.2 * (warmth - 15)))).astype(int)
weeks = {
    "warmth": warmth,
    "promo": promo,
    "sales": 20 + 3 * promo + 0.4 * warmth + random.exponential(2, 200) - random.exponential(1, 200),
}
model = bc.StructuralModel.parse("promo ~ warmth; sales ~ promo + warmth", mechanisms={"sales": sales})
effect = bc.ask(model, weeks, bc.AverageEffect(of="promo", on="sales"), seed=1)
print(effect)
print(bc.counterfactual(effect.posterior, bc.unit_in(effect.posterior, 0), do={"promo": 1}, on="sales"))
