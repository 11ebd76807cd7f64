"""Seconds of each engine on the same mechanism and data, after their answers were found to agree."""

from time import perf_counter

import numpy as np

import bayescause as bc
from bayescause.inference.convergence import diagnose
from bayescause.inference.posterior import parameters

ROWS = (1_000, 20_000)


def cases(rows: int) -> dict[str, tuple[str, np.ndarray, tuple[str, ...]]]:
    """Family, response and engines of each case; the predictors are two normal columns and a treatment."""
    rng = np.random.default_rng(1)
    drive = 0.2 + DATA[rows]["promo"] * 0.5 + 0.3 * DATA[rows]["x"] - 0.2 * DATA[rows]["z"]
    return {
        "gaussian": ("gaussian", drive + rng.normal(size=rows), ("exact", "laplace", "nuts")),
        "bernoulli": ("bernoulli", rng.binomial(1, 1 / (1 + np.exp(-drive))), ("laplace", "nuts")),
        "poisson": ("poisson", rng.poisson(np.exp(drive)), ("laplace", "nuts")),
        "negative binomial": (
            "negative_binomial",
            rng.poisson(np.exp(drive) * rng.gamma(2, 0.5, rows)),
            ("laplace", "nuts"),
        ),
        "student t": ("student_t", drive + rng.standard_t(4, rows), ("laplace", "nuts")),
    }


def predictors(rows: int) -> dict[str, np.ndarray]:
    """Two normal columns and a treatment."""
    rng = np.random.default_rng(0)
    return {"x": rng.normal(size=rows), "z": rng.normal(size=rows), "promo": rng.integers(0, 2, rows)}


def fitted(family: str, data: dict[str, np.ndarray], engine: str) -> tuple[float, np.ndarray]:
    """Seconds of one fit, and the draws of the treatment's coefficient, dims (chain, draw)."""
    model = bc.StructuralModel.parse("y ~ promo + x + z", families={"y": family})
    question = bc.AverageEffect(of="promo", on="y")
    begun = perf_counter()
    posterior = bc.fit(model, data, [question], seed=1, engine=engine)
    took = perf_counter() - begun
    coefficients = parameters(posterior, "y").coefficients
    place = posterior.design.mechanisms["y"].coefficients.index("promo")
    return took, coefficients[:, place].reshape(4, -1)


def agree(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two means are within four of their joint Monte Carlo errors."""
    error = np.hypot(diagnose(one).mcse_mean, diagnose(other).mcse_mean)
    return bool(abs(one.mean() - other.mean()) < 4 * error)


DATA = {rows: predictors(rows) for rows in ROWS}
fitted("gaussian", DATA[ROWS[0]] | {"y": np.arange(ROWS[0]) % 7.0}, "laplace")  # imports are not what is measured
print(f"{'family':18} {'rows':>7}  {'engine':8} {'seconds':>8}  {'to nuts':>8}")
for rows in ROWS:
    for name, (family, response, engines) in cases(rows).items():
        found = {engine: fitted(family, DATA[rows] | {"y": response}, engine) for engine in engines}
        slowest, reference = found["nuts"]
        for engine, (took, draws) in found.items():
            if not agree(draws, reference):
                raise SystemExit(f"{name}, {rows:,} rows: {engine} and nuts do not agree.")
            print(f"{name:18} {rows:7,}  {engine:8} {took:8.2f}  {slowest / took:7.0f}x")
