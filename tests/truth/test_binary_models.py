"""Twenty binary models and the do-distributions of networks, through the public path: exactly from their tables, and
within four posterior sds from 5,000 rows that were simulated from them (lines E13; Jin and others 2023, CLadder)."""

import json
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy.special import logit

import bayescause as bc
from bayescause.compilation.checking import tabulate
from bayescause.scm.design import drive

ROWS = 5_000
HIDDEN = {"IV": "V1", "frontdoor": "V1", "diamondcut": "V1"}
"""What plays the hidden cause (see the card)."""


@cache
def models(folder):
    return json.loads((folder / "binary_scms" / "models.json").read_text(encoding="utf-8"))


def one(reference_data, name):
    return next(each for each in models(reference_data) if each["id"] == name)


NAMES = [f"cladder-{number}" for number in (*range(8), *range(22, 28), 36, 37, 54, 55, 64, 65)]


def order_of(model):
    """Names with causes first."""
    left, done = dict(model["cpt"]), []
    while left:
        ready = [name for name, cpt in left.items() if set(cpt["parents"]) <= set(done)]
        done += ready
        left = {name: cpt for name, cpt in left.items() if name not in ready}
    return done


def text_of(model, hidden=None):
    """Saturated formulas; arrows and bows where a cause is hidden."""
    said = []
    for name in order_of(model):
        causes = [cause for cause in model["cpt"][name]["parents"] if cause != hidden]
        if name != hidden:
            said.append(f"{name} ~ {'*'.join(causes) or '1'}")
    if hidden is not None:
        moved = [name for name, cpt in model["cpt"].items() if hidden in cpt["parents"]]
        said += [f"{first} <-> {second}" for place, first in enumerate(moved) for second in moved[:place]]
    return "; ".join(said)


def joint_of(model):
    """All rows that can be, and the chance of each."""
    names = order_of(model)
    rows = np.array(list(product((0, 1), repeat=len(names))))
    columns = dict(zip(names, rows.T, strict=True))
    chance = np.ones(len(rows))
    for name in names:
        ones = np.array(model["cpt"][name]["p1"])[tuple(columns[cause] for cause in model["cpt"][name]["parents"])]
        chance = chance * np.where(columns[name] == 1, ones, 1 - ones)
    return columns, chance


def with_tables(model):
    """A posterior whose draws are the published tables, over a population with every row as often as it is."""
    columns, chance = joint_of(model)
    structural = bc.StructuralModel.parse(text_of(model), families=dict.fromkeys(columns, "bernoulli"))
    table = replace(tabulate(structural, {name: column.astype(float) for name, column in columns.items()}))
    posterior = bc.fit(structural, table, chains=1, draws=10, seed=1)
    held = posterior.draws.copy(deep=True)
    for name, task in posterior.design.mechanisms.items():
        count = len(task.coefficients)
        matrix = drive(task, np.eye(count), table.columns, posterior.design, np).T
        ones = np.array(model["cpt"][name]["p1"])[tuple(columns[cause] for cause in model["cpt"][name]["parents"])]
        found = np.linalg.lstsq(matrix, logit(np.broadcast_to(ones, len(matrix))), rcond=None)[0]
        held[f"{name}_coefficient"][:] = found
    return replace(posterior, draws=held, table=replace(table, frequency=1e6 * chance))


@pytest.mark.parametrize("name", NAMES)
def test_from_its_tables_a_model_has_its_effects_to_1e_9(reference_data, name):
    model = one(reference_data, name)
    posterior = with_tables(model)
    for short, key in ((bc.AverageEffect, "ATE(Y | X)"), (bc.EffectOnTreated, "ETT(Y | X)")):
        effect = bc.estimate(posterior, short(of="X", on="Y", population="sample"))
        np.testing.assert_allclose(effect.draws, model["exact"][key], atol=1e-9)


def simulated(model, seed):
    rng, columns = np.random.default_rng(seed), {}
    for name in order_of(model):
        ones = np.array(model["cpt"][name]["p1"])[tuple(columns[cause] for cause in model["cpt"][name]["parents"])]
        columns[name] = (rng.random(ROWS) < ones).astype(int)
    return columns


@pytest.mark.parametrize("name", NAMES)
def test_from_5000_rows_the_effects_are_within_four_posterior_sds(reference_data, name):
    model = one(reference_data, name)
    hidden = HIDDEN.get(model["graph_id"])
    rows = simulated(model, seed=int(name.split("-")[1]))
    rows.pop(hidden, None)
    structural = bc.StructuralModel.parse(text_of(model, hidden))
    asked = [bc.AverageEffect(of="X", on="Y"), *([] if hidden else [bc.EffectOnTreated(of="X", on="Y")])]
    posterior = bc.fit(structural, rows, asked, seed=1) if model["graph_id"] not in WITHOUT else None
    for question, key in zip(asked, ("ATE(Y | X)", "ETT(Y | X)"), strict=False):
        truth = model["exact"][key]
        effect = bc.ask(structural, rows, question) if posterior is None else bc.estimate(posterior, question)
        match model["graph_id"]:
            case "IV":  # refused with its sharp bounds, which hold the truth
                interval = effect.bounds.interval(ci_prob=0.9999)
                assert float(interval.low) <= truth <= float(interval.high)
            case "collision":  # no arrow leads from X to Y
                assert float(effect.mean()) == truth == 0
            case _:
                assert abs(float(effect.mean()) - truth) < 4 * float(effect.sd())


WITHOUT = ("IV", "collision")
"""Graphs in which no mechanism has to be fitted."""
