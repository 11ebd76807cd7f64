"""Seconds of simulation-based calibration: 500 data sets simulated, fitted and ranked."""

from pathlib import Path
from time import perf_counter

import pandas as pd

import bayescause as bc

ZOO = Path(__file__).resolve().parent.parent / "models"

study = bc.Study.read(ZOO / "promotion.toml")
weeks = pd.read_csv(ZOO / "data" / "promotion.csv")
question = bc.AverageEffect(of="promo", on="sales")
begun = perf_counter()
print(bc.calibrate(study.model, weeks, [question], replications=500, seed=1))
print(f"500 replications in {perf_counter() - begun:.1f} s")
