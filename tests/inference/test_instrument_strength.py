import numpy as np
import pytest

from bayescause.inference.error_draws import draw_errors
from bayescause.inference.error_law import draw_coefficients, system_of
from bayescause.inference.instrument_strength import first_stage, partial_r2, single_estimates
from bayescause.scm.design import Design


def columns(rows=300, direct=0.0):
    z, z2, w, v, u = np.random.default_rng(1).normal(size=(5, rows))
    x = 0.5 * z + 0.3 * z2 + w + v
    return {"z": z, "z2": z2, "w": w, "x": x, "y": 0.5 * x + direct * z2 + w + 0.7 * v + u}


def residual(columns, response):
    return response - columns @ np.linalg.lstsq(columns, response)[0]


def stage_of(pair):
    return first_stage(pair, Design({}, {}, {}), ["z", "z2"])


def test_f_is_that_of_the_two_nested_regressions(instrumented):
    data = columns()
    stage = stage_of(instrumented(data, instruments=("z", "z2"), covariates=("w",)))
    small = np.column_stack([np.ones(300), data["w"]])
    large = np.column_stack([small, data["z"], data["z2"]])
    without, rest = (np.sum(residual(each, data["x"]) ** 2) for each in (small, large))
    assert stage.f == pytest.approx((without - rest) / 2 / (rest / (300 - 4)))


def test_the_share_explained_by_draw_surrounds_that_of_least_squares(instrumented):
    pair = instrumented(columns(), instruments=("z", "z2"), covariates=("w",))
    system, random = system_of(pair), np.random.default_rng(2)
    errors = draw_errors(system, random, samples=2000).errors
    stage = stage_of(pair)
    share = partial_r2(stage, pair, draw_coefficients(system, errors, random), errors.log_first)
    plug_in = 2 * stage.f / (2 * stage.f + stage.degrees)
    assert np.quantile(share, 0.2) < plug_in < np.quantile(share, 0.8)


def test_each_instrument_alone_is_centred_at_its_ratio_of_slopes(instrumented):
    data = columns(rows=2000)
    pair = instrumented(data, instruments=("z", "z2"), covariates=("w",))
    alone = single_estimates(stage_of(pair), np.random.default_rng(3), samples=4000) * pair.scales[1] / pair.scales[0]
    design = np.column_stack([np.ones(2000), data["w"], data["z"], data["z2"]])
    slopes = np.linalg.lstsq(design, np.column_stack([data["x"], data["y"]]))[0][2:]
    # Ratios lean a little; four Monte Carlo errors of a median and a tenth of an sd.
    sds = alone.std(axis=0)
    assert np.abs(np.median(alone, axis=0) - slopes[:, 1] / slopes[:, 0]).max() < 0.2 * sds.max()
    assert (np.abs(np.median(alone, axis=0) - 0.5) < 4 * sds).all()


def test_an_instrument_with_a_way_of_its_own_moves_its_own_estimate_only(instrumented):
    pair = instrumented(columns(rows=2000, direct=0.3), instruments=("z", "z2"), covariates=("w",))
    alone = single_estimates(stage_of(pair), np.random.default_rng(3), samples=2000) * pair.scales[1] / pair.scales[0]
    honest, other = np.median(alone, axis=0)
    assert honest == pytest.approx(0.5, abs=0.15)
    assert other == pytest.approx(0.5 + 0.3 / 0.3, abs=0.3)


def test_instruments_that_are_one_and_the_same_are_not_told_apart(instrumented):
    data = columns()
    data["z2"] = 3 * data["z"]
    assert not stage_of(instrumented(data, instruments=("z", "z2"), covariates=("w",))).can_be_split
