"""A researcher: does quitting smoking change weight, and how sure may I be?"""

from pathlib import Path

import pandas as pd

import bayescause as bc

ZOO = Path(__file__).resolve().parent.parent / "models"

people = pd.read_csv(ZOO / "data" / "nhefs.csv")
model = bc.StructuralModel.parse(
    """
    baseline = {sex race age education smokeintensity smokeyrs exercise active wt71}
    baseline <-> baseline
    qsmk    ~ baseline
    wt82_71 ~ qsmk*smokeintensity + baseline + square(age, smokeintensity, smokeyrs, wt71)
    """,
    kinds={"categorical": ["education", "exercise", "active"]},
)
question = bc.AverageEffect(of="qsmk", on="wt82_71")

print(bc.identify(model.graph, question))
effect = bc.ask(model, people, question, seed=1)
print(effect)
print(bc.slice_by(effect, by=["sex", "smokeintensity > 20"]))
