"""What the data say about the graph: a drawing that leaves out the season is contradicted, one with it is not."""

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
season, promo, traffic, sales = rng.normal(size=(4, 1000))
promo = (promo + season > 0).astype(float)
traffic = traffic + promo
sales = sales + traffic + season
weeks = {"season": season, "promo": promo, "traffic": traffic, "sales": sales}

drawn = bc.CausalGraph.parse("season -> promo -> traffic -> sales")
print("The drawing says:")
print(bc.implications(drawn))
print()
print(bc.falsify(drawn, weeks))
print()
mended = bc.CausalGraph.parse("season -> {promo sales}; promo -> traffic -> sales")
print(bc.falsify(mended, weeks))
