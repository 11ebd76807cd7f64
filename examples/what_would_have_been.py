"""One shop week had no promotion: what would it have taken with one? And how often was a promotion what it took?"""

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
weeks = 800
season = rng.normal(100, 10, weeks)
promo = (rng.random(weeks) < 0.4).astype(int)
visitors = 60 + 12 * promo + 0.5 * season + rng.normal(0, 6, weeks)
sales = 7 * visitors + 50 * promo + rng.normal(0, 40, weeks)
record = (sales > 900).astype(int)  # a week to be proud of

model = bc.StructuralModel.parse("promo ~ 1; season ~ 1; visitors ~ promo + season; sales ~ visitors + promo")
table = {"promo": promo, "season": season, "visitors": visitors, "sales": sales}
posterior = bc.fit(model, table)

week = bc.unit_in(posterior, int(np.flatnonzero(promo == 0)[0]))
print(bc.counterfactual(posterior, week, do={"promo": 1}, on="sales"))
print()

# Had nobody counted the visitors of that week, they would be averaged over, given what was taken.
uncounted = {name: value for name, value in week.items() if name != "visitors"}
print(bc.counterfactual(posterior, uncounted, do={"visitors": 130}, on="sales"))
print()

print(bc.estimate(posterior, bc.IndividualEffect(of="promo", on="sales")))
print()

risks = bc.StructuralModel.parse("record ~ promo + season")
question = bc.ProbabilityOfNecessity(of="promo", on="record")
print(bc.ask(risks, {"promo": promo, "season": season, "record": record}, question))
