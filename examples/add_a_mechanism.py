"""Somebody whose outcome is a waiting time: a new family is one file, and nothing else is edited."""

from pathlib import Path

import numpy as np

import bayescause as bc
import bayescause.scm.mechanisms as folder

# Stands for putting exponential.py into the folder, or for a package that registers it under an entry point.
folder.__path__.append(str(Path(__file__).parent / "mechanisms"))

random = np.random.default_rng(1)
urgent = random.integers(0, 2, 300).astype(float)
nurse = random.binomial(1, 0.3 + 0.4 * urgent).astype(float)
wait = random.exponential(np.exp(3 - 0.5 * nurse - 1.0 * urgent))

model = bc.StructuralModel.parse("nurse ~ urgent; wait ~ nurse + urgent", families={"wait": "exponential"})
effect = bc.ask(
    model, {"urgent": urgent, "nurse": nurse, "wait": wait}, bc.AverageEffect(of="nurse", on="wait"), seed=1
)
print(effect)
