"""Bus, car or on foot: levels have no mean, so the questions are about the chance of one of them."""

import numpy as np

import bayescause as bc

rng = np.random.default_rng(1)
fare, rain = rng.choice(["full", "half", "free"], 300), rng.integers(0, 2, 300)
pull = np.stack([0.8 * (fare == "half") + 1.2 * (fare == "free"), 0.5 * rain, 0.0 * rain], axis=1)
way = np.array(["bus", "car", "walk"])[np.argmax(pull + rng.gumbel(size=(300, 3)), axis=1)]

model = bc.StructuralModel.parse("way ~ fare + rain", labels={"way": "the way to work"})
asked = {"of": "fare", "on": "way", "contrast": ("full", "free"), "level": "bus"}
questions = [bc.AverageEffect(**asked), bc.RiskRatio(**asked), bc.ProbabilityOfNecessity(**asked)]
posterior = bc.fit(model, {"fare": fare, "rain": rain, "way": way}, questions)
for question in questions:
    print(bc.estimate(posterior, question), end="\n\n")

# No order says what a passenger would have done instead, so that only a range is left without an assumption.
ends = questions[-1].bounds(posterior).interval()
print(f"Necessary in {float(ends.low):.2f} to {float(ends.high):.2f} of those who took the bus free ({ends.name}).")
