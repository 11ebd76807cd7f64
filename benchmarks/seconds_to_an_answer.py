"""Seconds from a table to an answer, by the engine that is chosen and by NUTS on the same model."""

from pathlib import Path
from time import perf_counter

import pandas as pd

import bayescause as bc

ZOO = Path(__file__).resolve().parent.parent / "models"
QUESTIONS = {
    "promotion": ("promo", "sales"),
    "smoking": ("qsmk", "wt82_71"),
}


def seconds(study: bc.Study, data: pd.DataFrame, question: bc.AverageEffect, engine: str) -> tuple[float, str]:
    """Time of one answer, and its mean and sd."""
    begun = perf_counter()
    effect = bc.ask(study.model, data, question, seed=1, engine=engine)
    return perf_counter() - begun, f"{float(effect.mean()):8.3f} (sd {float(effect.sd()):.3f})"


for name, (of, on) in QUESTIONS.items():
    study = bc.Study.read(ZOO / f"{name}.toml")
    data = pd.read_csv(ZOO / "data" / ("promotion.csv" if name == "promotion" else "nhefs.csv"))
    question = bc.AverageEffect(of=of, on=on)
    for engine in ("auto", "auto", "nuts"):
        took, answer = seconds(study, data, question, engine)
        print(f"{name:10} {engine:5} {took:7.2f} s   {answer}")
