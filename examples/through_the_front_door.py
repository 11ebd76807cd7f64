"""Something unmeasured moves both treatment and outcome, and what lies between still tells the effect."""

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
taste = rng.normal(size=2_000)  # nobody measured it
coupon = (taste + rng.normal(size=2_000) > 0).astype(int)
visits = rng.poisson(np.exp(0.5 + 0.6 * coupon))
spent = 5.0 * visits + 8.0 * taste + rng.normal(0, 5, size=2_000)

model = bc.StructuralModel.parse(
    """
    visits ~ coupon
    spent ~ visits
    coupon <-> spent
    """,
    families={"visits": "poisson"},
    units={"spent": "EUR"},
)
effect = bc.ask(model, {"coupon": coupon, "visits": visits, "spent": spent}, bc.AverageEffect(of="coupon", on="spent"))
print(effect)
print()
# Five euros a visit, and exp(1.1) less exp(0.5) visits more.
print(f"The truth is {5 * (np.exp(1.1) - np.exp(0.5)):.2f} EUR; a plain comparison says {effect.unadjusted:.2f}.")
