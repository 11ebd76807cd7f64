"""An engineer: run a model file on last night's table, and branch on what came out."""

import json
from pathlib import Path

import pandas as pd

import bayescause as bc

ZOO = Path(__file__).resolve().parent.parent / "models"

study = bc.Study.read(ZOO / "promotion.toml")
last_night = pd.read_csv(ZOO / "data" / "promotion.csv").tail(400)
findings = bc.run(study, data=last_night, seed=7)
print(findings.to_dataframe().to_string(index=False))

bc.report(findings, to="findings.json")
written = json.loads(Path("findings.json").read_text(encoding="utf-8"))
for question in written["questions"]:
    print(question["estimand"], question["of"], "on", question["on"], ":", question["status"], question.get("mean"))
