"""Effects of whole models equal a second, naive implementation: every unit simulated forward, draw by draw."""

import re

import numpy as np
import pytest

import bayescause as bc

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

ROWS, COPIES = 150, 200
DRAWS = (3, 3_999)

RNG = np.random.default_rng(41)
Z = RNG.normal(2, 1, ROWS)
W = RNG.normal(size=ROWS)
T = (RNG.random(ROWS) < 1 / (1 + np.exp(2 - Z))).astype(float)
DOSE = np.exp(0.3 * Z + 0.5 * RNG.normal(size=ROWS))
M = 1 + 0.5 * T + 2 * Z + RNG.normal(size=ROWS)
N = T - Z + 0.5 * M + RNG.normal(size=ROWS)
BIG = (RNG.random(ROWS) < 0.5).astype(float)
SHOP = RNG.choice(["a", "b", "c"], ROWS)
STARS = RNG.choice([1, 2, 3], ROWS)
Y = M + T + 1.5 * M * T + 0.3 * N + RNG.normal(size=ROWS)
DATA = {"z": Z, "w": W, "t": T, "dose": DOSE, "m": M, "n": N, "big": BIG, "shop": SHOP, "stars": STARS, "y": Y}

ATE, ATT, ATU = bc.AverageEffect, bc.EffectOnTreated, bc.EffectOnUntreated

CASES = (
    ("t ~ z; m ~ t + z; y ~ m*t", ATE, "t", {}),
    ("t ~ z; m ~ t*z; y ~ m*t*w", ATT, "t", {}),
    ("t ~ z; m ~ t + z; n ~ m + t + w; y ~ n*t + m:w + big", ATU, "t", {}),
    ("t ~ z; m ~ t + z; n ~ m + t + z; y ~ m*n + t", ATE, "t", {"where": "z > 3.5"}),
    ("t ~ z; m ~ t + z; n ~ t + z; y ~ m*n + square(m) + t", ATE, "t", {"where": "z > 3.5"}),
    ("t ~ z; m ~ t + z*big; y ~ square(m) + t:z + w", ATT, "t", {"where": "big == 1"}),
    ("y ~ dose + square(dose) + z*w*dose", ATE, "dose", {"contrast": (1, 2)}),
    ("y ~ log(dose)*z + sqrt(dose)", ATE, "dose", {"contrast": (0.5, 2)}),
    ("y ~ center(dose)*standardize(z) + dose:w", ATE, "dose", {"contrast": (1, 2)}),
    ("y ~ shop*z + shop:w", ATE, "shop", {"contrast": ("c", "b")}),
    ("y ~ shop*z", ATT, "shop", {"contrast": ("a", "c")}),
    ("y ~ factor(stars)*z + stars:w", ATE, "stars", {"contrast": (3, 1)}),
    ("t ~ z; m ~ t; y ~ m + z + w; m <-> y", ATT, "t", {"where": "w > 0"}),
)


def _column(written, columns, observed):
    """A column of the design matrix by its name: ``square(x)``, ``shop[b]``."""
    function, inner, plain, level = re.fullmatch(r"(?:(\w+)\((\w+)\)|(\w+))(?:\[(.*)\])?", written).groups()
    name = inner or plain
    values, seen = columns[name], observed[name]
    if level is not None:
        return (values == (float(level) if function == "factor" else "abc".index(level))).astype(float)
    match function:
        case None:
            return values
        case "square":
            return values**2
        case "center":
            return values - seen.mean()
        case "standardize":
            return (values - seen.mean()) / seen.std()
        case _:
            return getattr(np, function)(values)


def _outcome(posterior, of, level, keys, draw):
    """Outcome of ``COPIES`` copies of each unit in one world, dims (copy, row)."""
    observed = posterior.table.columns
    columns = {name: np.tile(values, (COPIES, 1)) for name, values in observed.items()}
    columns[of] = np.full((COPIES, ROWS), level)
    noise = np.random.default_rng(draw)
    for key in keys:
        task, safe = posterior.design.mechanisms[key], posterior.safe_keys[key]
        intercept, *slopes = posterior.draws[f"{safe}_coefficient"].to_numpy().reshape(4_000, -1)[draw]
        drive = np.full((COPIES, ROWS), intercept)
        for slope, name, centre in zip(slopes, task.columns, task.centres, strict=True):
            drive += slope * (np.prod([_column(one, columns, observed) for one in name.split(":")], axis=0) - centre)
        sd = posterior.draws[f"{safe}_sd"].to_numpy().ravel()[draw]
        # Both worlds share their noise; the outcome's own cancels.
        columns[task.variable] = drive + (sd * noise.normal(size=drive.shape) if key != keys[-1] else 0.0)
    return columns[posterior.design.mechanisms[keys[-1]].variable]


def _meant(question, table):
    meant = np.ones(ROWS, dtype=bool)
    if question.where:
        name, sign, bound = question.where.split()
        meant = table.columns[name] > float(bound) if sign == ">" else table.columns[name] == float(bound)
    levels = table.levels.get(question.of, (0, 1))
    side = {"att": 1, "atu": 0}.get(question.short)
    return meant if side is None else meant & (table.columns[question.of] == levels.index(question.contrast[side]))


@pytest.mark.parametrize(("text", "estimand", "of", "options"), CASES, ids=[case[0] for case in CASES])
def test_an_effect_is_the_mean_difference_of_two_simulated_worlds(text, estimand, of, options):
    question = estimand(of=of, on="y", population="sample", **options)
    model = bc.StructuralModel.parse(text)
    posterior = bc.fit(model, {name: DATA[name] for name in model.graph.nodes}, [question], seed=2)
    effect = bc.estimate(posterior, question)
    meant = _meant(question, posterior.table)
    low, high = ("abc".index(level) if isinstance(level, str) else level for level in question.contrast)
    for draw in DRAWS:
        worlds = [_outcome(posterior, of, level, tuple(posterior.design.mechanisms), draw) for level in (high, low)]
        by_copy = (worlds[0] - worlds[1])[:, meant].mean(axis=1)
        # Four standard errors of the mean over the copies, and rounding.
        error = 4 * by_copy.std() / np.sqrt(COPIES) + 1e-9 * abs(by_copy.mean())
        assert effect.draws.to_numpy().ravel()[draw] == pytest.approx(by_copy.mean(), abs=error)
