"""Somebody who speaks of multiples: a new question is one file, and nothing else is edited."""

from pathlib import Path

import numpy as np

import bayescause as bc
import bayescause.query.estimands as folder
from bayescause.plugins import find

# Stands for putting mean_ratio.py into the folder, or for a package that registers it under an entry point.
folder.__path__.append(str(Path(__file__).parent / "estimands"))
MeanRatio = find("bayescause.query.estimands", "mean_ratio")

random = np.random.default_rng(1)
urgent = random.integers(0, 2, 300).astype(float)
nurse = random.binomial(1, 0.3 + 0.4 * urgent).astype(float)
wait = 40 - 12 * nurse - 15 * urgent + random.normal(0, 5, 300)

model = bc.StructuralModel.parse("nurse ~ urgent; wait ~ nurse + urgent")
print(bc.ask(model, {"urgent": urgent, "nurse": nurse, "wait": wait}, MeanRatio(of="nurse", on="wait"), seed=1))
