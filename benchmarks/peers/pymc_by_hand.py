"""The promotion as a statistician writes it by hand: PyMC, nutpie and ArviZ, with the priors that bayescause takes.

Only the two regressions that the answer needs are in the model, so that nothing is computed for nothing.
"""

import json
import sys

import arviz_stats
import numpy as np
import nutpie
import pandas as pd
import pymc as pm


def main(path: str) -> None:
    """Fit, put the effect together, and print it with its diagnostics."""
    data = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path)
    with pm.Model() as model:
        for name, causes in {"traffic": ["promo", "season"], "sales": ["traffic", "promo", "loyalty"]}.items():
            response, columns = data[name].to_numpy(float), data[causes].to_numpy(float)
            mean, spread = response.mean(), response.std()
            model.add_coords({f"{name}_cause": causes})
            design = pm.Data(f"{name}_columns", columns - columns.mean(axis=0))
            intercept = pm.Normal(f"{name}_intercept", mean, 2.5 * spread)
            slopes = pm.Normal(f"{name}_slope", 0.0, 2.5 * spread / columns.std(axis=0), dims=f"{name}_cause")
            sd = pm.Exponential(f"{name}_sd", 1.0 / spread)
            pm.Normal(name, intercept + design @ slopes, sd, observed=response)
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
