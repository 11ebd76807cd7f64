"""The promotion as a statistician writes it by hand: PyMC, nutpie and ArviZ, with the priors that bayescause takes.

All five variables are in the model, as the graph is drawn and as such models are usually written; the hidden cause of
loyalty and season is their regression on each other. Columns are centred, and the effect is put together from the
coefficients, which is the fastest way by hand.
"""

import json
import sys
from typing import Any

import arviz_stats
import numpy as np
import nutpie
import pandas as pd
import pymc as pm


def drive(model: pm.Model, name: str, parents: list[str], data: pd.DataFrame, scale: tuple[float, float]) -> Any:
    """Intercept and slopes of ``name``, with priors on the scale of its mean and sd."""
    mean, spread = scale
    intercept = pm.Normal(f"{name}_intercept", mean, 2.5 * spread)
    if not parents:
        return intercept
    columns = data[parents].to_numpy(float)
    model.add_coords({f"{name}_cause": parents})
    design = pm.Data(f"{name}_columns", columns - columns.mean(axis=0))
    return intercept + design @ pm.Normal(
        f"{name}_slope", 0.0, 2.5 * spread / columns.std(axis=0), dims=f"{name}_cause"
    )


def main(path: str) -> None:
    """Fit, put the effect together, and print it with its diagnostics."""
    data = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path)
    causes = {
        "loyalty": [],
        "season": ["loyalty"],
        "traffic": ["promo", "season"],
        "sales": ["traffic", "promo", "loyalty"],
    }
    with pm.Model() as model:
        for name, parents in causes.items():
            response = data[name].to_numpy(float)
            mean, spread = response.mean(), response.std()
            sd = pm.Exponential(f"{name}_sd", 1.0 / spread)
            pm.Normal(name, drive(model, name, parents, data, (mean, spread)), sd, observed=response)
        parents = ["loyalty", "season"]
        share = data["promo"].mean()
        centre = (np.log(share / (1 - share)), 1.0)
        pm.Bernoulli("promo", logit_p=drive(model, "promo", parents, data, centre), observed=data["promo"])
    tree = nutpie.sample(nutpie.compile_pymc_model(model), draws=1000, tune=1000, chains=4, seed=1, progress_bar=False)
    drawn = tree["posterior"]
    visits = drawn["traffic_slope"].sel(traffic_cause="promo")
    sales = drawn["sales_slope"]
    effect = sales.sel(sales_cause="promo") + sales.sel(sales_cause="traffic") * visits
    draws = effect.to_numpy()
    stats, axes = arviz_stats.base.array_stats, {"chain_axis": 0, "draw_axis": 1}
    low, high = np.quantile(draws, [0.055, 0.945])
    found = {
        "mean": draws.mean(),
        "sd": draws.std(ddof=1),
        "low": low,
        "high": high,
        "r_hat": float(stats.rhat(draws, **axes)),
        "ess": float(stats.ess(draws, **axes)),
        "mcse": float(stats.mcse(draws, **axes)),
    }
    print(json.dumps({name: float(value) for name, value in found.items()}))


main(sys.argv[1])
