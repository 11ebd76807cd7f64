"""An instrument: what the distance to a school says of the return to schooling, if effects are straight lines."""

import numpy as np

import bayescause as bc

random = np.random.default_rng(1)
distance, ability, luck = random.normal(size=(3, 1_000))
school = 12 - distance + ability + random.normal(size=1_000)
wage = 10 + 0.5 * school + ability + luck

model = bc.StructuralModel.parse("""
    distance -> school -> wage
    school <-> wage
""")
rows = {"distance": distance, "school": school, "wage": wage}
effect = bc.ask(model, rows, bc.AverageEffect(of="school", on="wage", contrast=(12, 13)))
print(effect)
print()
print("The truth is 0.50; the plain slope says", round(effect.unadjusted, 2))
print("It rests on:", *effect.verdict.parametric.assumptions, sep="\n  ")
