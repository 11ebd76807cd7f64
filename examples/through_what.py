"""A promotion raises sales: how much of it because more people come, and how much because each buys more?"""

from pathlib import Path
from tempfile import mkdtemp

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
days = 600
season = rng.integers(0, 4, days)
promo = (rng.random(days) < 0.2 + 0.15 * season).astype(int)
weather = rng.normal(size=days)
traffic = rng.poisson(np.exp(4.0 + 0.1 * promo + 0.1 * season + 0.1 * weather))
sales = 90.0 * promo + 6.0 * traffic + 20.0 * season + rng.normal(0, 60, days)

model = bc.StructuralModel.parse(
    """
    promo ~ season
    traffic ~ promo + season + weather
    sales ~ promo + traffic + season
    """,
    families={"traffic": "poisson"},
    units={"sales": "EUR"},
)
table = {"season": season, "promo": promo, "weather": weather, "traffic": traffic, "sales": sales}
through = bc.ask(model, table, bc.NaturalIndirectEffect(of="promo", on="sales", through=("traffic",)))
print(through)

parts = bc.decompose(through)
print(f"\nOf {float(parts.total.mean()):.0f} EUR, {float(parts.indirect.mean()):.0f} come through traffic.")

# The other part, the first once more by its first arrow, and what a promotion does where traffic is held at 60.
for question in (
    bc.NaturalDirectEffect(of="promo", on="sales", through=("traffic",)),
    bc.PathSpecificEffect(of="promo", on="sales", along=("promo -> traffic",)),
    bc.ControlledDirectEffect(of="promo", on="sales", held={"traffic": 60}),
):
    print(str(bc.ask(model, table, question)).splitlines()[0])

# Stock is moved by the promotion and moves both traffic and sales: nobody can tell the natural effects apart.
witness = bc.CausalGraph.parse("promo -> {stock traffic sales}; stock -> {traffic sales}; traffic -> sales")
print()
print(bc.identify(witness, bc.NaturalIndirectEffect(of="promo", on="sales", through=("traffic",))))
print()
lot = bc.NaturalIndirectEffect(of="promo", on="sales", through=("traffic",), kind="interventional")
print(bc.identify(witness, lot))

# Along one path: stock is drawn once for each of its ways on, so that nobody has to be in two worlds.
twins = bc.PathSpecificEffect(of="promo", on="sales", along=("promo -> stock -> sales",), kind="interventional")
print(f"\n{bc.identify(witness, twins).functional}")

bc.report(through, to=Path(mkdtemp()) / "through_what.html", title="How does the promotion work?")
