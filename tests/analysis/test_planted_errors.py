"""Errors that are planted in one of two routes are flagged, and right pairs are not."""

from dataclasses import dataclass, fields, replace

import numpy as np
import pytest
import xarray as xr
from scipy.special import ndtr

import bayescause as bc
from bayescause.analysis.concordance import compared, with_concordance
from bayescause.analysis.replayed_pairs import replayed_pairs
from bayescause.analysis.second_route import Budget
from bayescause.analysis.thinning import thinned_posterior
from bayescause.inference.posterior import parameters
from bayescause.inference.telling import silent
from bayescause.query.along_modifier import nearness
from bayescause.query.drawn_laws import laws_of
from bayescause.query.population import Population
from bayescause.query.selection import as_draws
from bayescause.query.simulation import expected_outcome

ATE = bc.AverageEffect(of="x", on="y")

# Counts behind a log link: what is plugged in for a law makes every mean too small, whatever the data.
COUNTS = "x ~ z; m ~ x + z; y ~ m + x + z"


def counted(seed, *questions, rows=150, draws=400, direct=0.3):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=rows)
    x = (z + rng.normal(size=rows) > 0).astype(float)
    m = 0.8 * x + 0.5 * z + rng.normal(size=rows)
    y = rng.poisson(np.exp(0.8 * m + direct * x + 0.5 * z - 1.0)).astype(float)
    model = bc.StructuralModel.parse(COUNTS)
    model = replace(model, variables={**model.variables, "y": replace(model.variables["y"], kind="count")})
    return thinned_posterior(bc.fit(model, {"z": z, "x": x, "m": m, "y": y}, questions or [ATE], seed=seed), draws)


def wrong(posterior, route, do):
    """The effect if the outcome were computed with what ``do`` gives for each level, dims (chain, draw)."""
    laws, columns, every = laws_of(posterior, route), posterior.table.columns, slice(None)
    high, low = (expected_outcome(laws, route, *do(level, columns), every).mean(axis=1) for level in (1.0, 0.0))
    return as_draws(posterior, high - low)


@dataclass(frozen=True)
class DescendantsNotUpdated(bc.AverageEffect):
    """What lies between keeps the value that was seen."""

    def evaluate(self, posterior, route, *, tell=silent):
        return wrong(posterior, route, lambda level, columns: ({"x": level, "m": columns["m"]}, columns))


@dataclass(frozen=True)
class ConfounderNotAveraged(bc.AverageEffect):
    """The average confounder stands for the law of the confounder."""

    def evaluate(self, posterior, route, *, tell=silent):
        def flattened(level, columns):
            return {"x": level}, {**columns, "z": np.full_like(columns["z"], columns["z"].mean())}

        return wrong(posterior, route, flattened)


@dataclass(frozen=True)
class MeanPluggedIn(bc.AverageEffect):
    """The mean of what lies between stands for its law, before a curved link."""

    def evaluate(self, posterior, route, *, tell=silent):
        z, levels = posterior.table.columns["z"], []
        for level in (1.0, 0.0):
            known = {"x": np.full_like(z, level), "z": z}
            levels.append(np.exp(straight(posterior, "y", {**known, "m": straight(posterior, "m", known)})))
        return as_draws(posterior, (levels[0] - levels[1]).mean(axis=1))


def straight(posterior, key, columns):
    task, drawn = posterior.design.mechanisms[key], parameters(posterior, key).coefficients
    pushes = (
        drawn[:, place + 1, None] * (columns[term.variables[0]] - task.centres[place])
        for place, term in enumerate(task.terms)
    )
    return drawn[:, :1] + sum(pushes)


ERRORS = (DescendantsNotUpdated, ConfounderNotAveraged, MeanPluggedIn)


def test_an_error_planted_in_one_route_is_flagged_and_the_right_pair_is_not():
    posterior = counted(1)
    assert bc.concordance(bc.estimate(posterior, ATE)).status == "agree"
    for error in ERRORS:
        effect = bc.estimate(posterior, error(of="x", on="y"))
        found = bc.concordance(effect)
        assert found.status == "differ", str(found)
        weak = with_concordance(effect, found)
        assert weak.status == "weak"
        assert "Two routes to this answer differ" in weak.reasons[-1]


@pytest.mark.long
def test_planted_errors_are_flagged_in_95_of_100_runs_and_right_pairs_in_at_most_5():
    flagged = dict.fromkeys((bc.AverageEffect, *ERRORS), 0)
    for seed in range(100):
        posterior = counted(1_000 + seed)
        right = bc.estimate(posterior, ATE)
        pairs = replayed_pairs(right, Budget(seed=seed))
        for kind in flagged:
            # The second route is the same for all: only the first one errs.
            drawn = kind(of="x", on="y", population="sample").evaluate(posterior, right.route)
            found = compared(right, replace(pairs, first=drawn.to_numpy().reshape(-1, 1)))
            flagged[kind] += found.status == "differ"
    assert flagged.pop(bc.AverageEffect) <= 5
    assert min(flagged.values()) >= 95, flagged


NDE = bc.NaturalDirectEffect(of="x", on="y", through=("m",))
CURVE = bc.ConditionalCurve(of="x", on="y", given=("z",), at=(-2.0, 2.0))
MEDIAN = bc.QuantileEffect(of="x", on="y", probabilities=(0.1, 0.9))


@dataclass(frozen=True)
class MediatorNotHeld(bc.NaturalDirectEffect):
    """What lies between sees the treatment as well."""

    def evaluate(self, posterior, route, *, tell=silent):
        return super().evaluate(posterior, replace(route, copies=tuple(replace(one, reads={}) for one in route.copies)))


@dataclass(frozen=True)
class FromTheWrongWorld(bc.NaturalDirectEffect):
    """What lies between is as at the level of interest."""

    def evaluate(self, posterior, route, *, tell=silent):
        return -replace(NDE, contrast=(1, 0), population=self.population).evaluate(posterior, route)


@dataclass(frozen=True)
class MeanOfMediators(bc.NaturalDirectEffect):
    """The mean of what lies between stands for its law, before a curved link."""

    def evaluate(self, posterior, route, *, tell=silent):
        z = posterior.table.columns["z"]
        m = straight(posterior, "m", {"x": np.zeros_like(z), "z": z})
        high, low = (
            np.exp(straight(posterior, "y", {"x": np.full_like(z, level), "m": m, "z": z})) for level in (1.0, 0.0)
        )
        return as_draws(posterior, (high - low).mean(axis=1))


@dataclass(frozen=True)
class ModifierNotHeld(bc.ConditionalCurve):
    """Units near a value keep their own value."""

    def evaluate(self, posterior, route, *, tell=silent):
        laws, columns, every = laws_of(posterior, route), posterior.table.columns, slice(None)
        high, low = (expected_outcome(laws, route, {"x": level}, columns, every) for level in (1.0, 0.0))
        units = Population({"z": columns["z"]}, np.ones(len(columns["z"])))
        near = np.stack([nearness(units, "z", point) for point in self.at], axis=1)
        drawn = (high - low) @ (near / near.sum(axis=0))
        return xr.concat([as_draws(posterior, one) for one in drawn.T], dim="modifier").transpose("chain", "draw", ...)


@dataclass(frozen=True)
class NoiseBetweenForgotten(bc.QuantileEffect):
    """The mean of what lies between stands for its law: outcomes are spread too little."""

    def evaluate(self, posterior, route, *, tell=silent):
        z = posterior.table.columns["z"]
        sd = parameters(posterior, "y").dispersion["sd"][:, None]
        ends = []
        for level in (1.0, 0.0):
            between = straight(posterior, "m", {"x": np.full_like(z, level), "z": z})
            means = straight(posterior, "y", {"x": np.full_like(z, level), "m": between, "z": z})
            ends.append([quantile_of_mixture(means, sd, probability) for probability in self.probabilities])
        drawn = np.subtract(*ends)
        return xr.concat([as_draws(posterior, one) for one in drawn], dim="probability").transpose("chain", "draw", ...)


def quantile_of_mixture(means, sd, probability):
    low, high = (means - 9 * sd).min(axis=1), (means + 9 * sd).max(axis=1)
    for _ in range(60):
        middle = (low + high) / 2
        reached = ndtr((middle[:, None] - means) / sd).mean(axis=1) >= probability
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high


def spread(seed, rows=150):
    """Most of the noise of a straight outcome comes from what lies between, the more so with the treatment."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=rows)
    x = (z + rng.normal(size=rows) > 0).astype(float)
    m = rng.poisson(np.exp(1.2 * x + 0.3 * z)).astype(float)
    y = 2.0 * m + z + rng.normal(size=rows)
    model = bc.StructuralModel.parse("x ~ z; m ~ x + z; y ~ m + x + z")
    model = replace(model, variables={**model.variables, "m": replace(model.variables["m"], kind="count")})
    return thinned_posterior(bc.fit(model, {"z": z, "x": x, "m": m, "y": y}, [MEDIAN], seed=seed), 100)


DIRECT = 0.8
"""Weight of the treatment for the outcome: without a direct effect, all worlds are one and no error shows."""

NESTED = ((NDE, (MediatorNotHeld, FromTheWrongWorld, MeanOfMediators)), (CURVE, (ModifierNotHeld,)))


def nested(seed):
    return counted(seed, NDE, CURVE, direct=DIRECT)


@dataclass(frozen=True)
class OneForBothWays(bc.PathSpecificEffect):
    """The witness is one and the same for both ways on: the treatment moves it for neither, or for both."""

    def evaluate(self, posterior, route, *, tell=silent):
        one = tuple(replace(copy, name=copy.variable, reads={}) for copy in route.copies if copy.name != "l*")
        return super().evaluate(posterior, replace(route, copies=one))


def planted(error, question):
    return error(**{each.name: getattr(question, each.name) for each in fields(question)})


def test_an_error_planted_in_a_nested_world_or_along_a_modifier_is_flagged():
    posterior = nested(2)
    for question, errors in NESTED:
        assert bc.concordance(bc.estimate(posterior, question)).status == "agree"
        for error in errors:
            found = bc.concordance(bc.estimate(posterior, planted(error, question)))
            assert found.status == "differ", str(found)


def test_units_with_twins_of_a_recanting_witness_agree_and_units_with_one_for_both_ways_do_not():
    rng = np.random.default_rng(5)
    x, noises = (rng.random(400) < 0.5).astype(float), rng.random((2, 400))
    low = (noises[0] < 0.3 + 0.4 * x).astype(float)
    m = low + rng.normal(0, 0.3, 400)
    rows = {"x": x, "l": low, "m": m, "y": 2.0 * low * m + rng.normal(0, 0.3, 400)}
    posterior = thinned_posterior(bc.fit(bc.StructuralModel.parse("l ~ x; m ~ x + l; y ~ x + l*m"), rows), 400)
    question = bc.PathSpecificEffect(of="x", on="y", along=("x -> l -> y",), kind="interventional")
    assert bc.concordance(bc.estimate(posterior, question)).status == "agree"
    assert bc.concordance(bc.estimate(posterior, planted(OneForBothWays, question))).status == "differ"


def test_quantiles_that_forget_the_noise_of_what_lies_between_are_flagged():
    posterior = spread(1)
    assert bc.concordance(bc.estimate(posterior, MEDIAN)).status == "agree"
    assert bc.concordance(bc.estimate(posterior, planted(NoiseBetweenForgotten, MEDIAN))).status == "differ"


@pytest.mark.long
def test_errors_planted_in_nested_worlds_curves_and_quantiles_are_flagged_in_95_of_100_runs():
    families = ((nested, NESTED), (spread, ((MEDIAN, (NoiseBetweenForgotten,)),)))
    flagged = {}
    for seed in range(100):
        for posterior_of, cases in families:
            posterior = posterior_of(1_000 + seed)
            for question, errors in cases:
                right = bc.estimate(posterior, question)
                pairs = replayed_pairs(right, Budget(seed=seed))
                for kind in (type(question), *errors):
                    drawn = planted(kind, replace(question, population="sample")).evaluate(posterior, right.route)
                    first = drawn.to_numpy().reshape(len(pairs.first), -1)
                    found = compared(right, replace(pairs, first=first))
                    flagged[kind] = flagged.get(kind, 0) + (found.status == "differ")
    for right in (type(NDE), type(CURVE), type(MEDIAN)):
        assert flagged.pop(right) <= 5
    assert min(flagged.values()) >= 95, flagged


def test_quantiles_of_counts_agree_though_they_move_in_steps():
    posterior = counted(3, MEDIAN, draws=100)
    found = bc.concordance(bc.estimate(posterior, MEDIAN))
    assert found.status == "agree", str(found)
    assert [one.label for one in found.agreements] == ["0.1", "0.9"]
