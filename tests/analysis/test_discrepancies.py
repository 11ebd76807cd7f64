"""What is asked of a response, against the definition written out sample by sample and group by group."""

import numpy as np

from bayescause.analysis.discrepancies import STEADY, discrepancies
from bayescause.analysis.replication import Replicated

SAMPLES, ROWS = 5, 60


def replicated(seed):
    rng = np.random.default_rng(seed)
    columns = {"x": rng.integers(0, 2, ROWS).astype(float), "z": rng.integers(0, 4, ROWS).astype(float)}
    mean = columns["x"] + 0.1 * rng.normal(size=(SAMPLES, 1)) + np.zeros((SAMPLES, ROWS))
    spread = np.broadcast_to(rng.uniform(0.5, 1.5, size=(SAMPLES, 1)), mean.shape)
    values = mean + spread * rng.normal(size=mean.shape)
    observed = columns["x"] + (columns["z"] - 1.5) ** 2 - 1.25 + rng.normal(size=ROWS)
    return Replicated("y", "y", ("x", "z"), columns, observed, values, mean, spread)


def chi_square_by_hand(residual, groups):
    """Of one sample: squared sums of residuals over sizes times steadied variances, standardised."""
    overall, kept = np.mean(residual**2), np.unique(groups)
    chi = 0.0
    for group in kept:
        of_group = residual[groups == group]
        variance = (np.sum(of_group**2) + STEADY * overall) / (len(of_group) + STEADY)
        chi += np.sum(of_group) ** 2 / (len(of_group) * variance)
    return (chi - len(kept)) / np.sqrt(2 * len(kept))


def asked_of(seen):
    matrix = np.stack([seen.columns["x"], seen.columns["z"]], axis=1)
    return {found.name: found for found in discrepancies(seen, "gaussian", matrix, ["x"])}


def test_the_fit_of_the_mean_is_the_largest_chi_square_of_any_grouping():
    seen = replicated(1)
    fit = asked_of(seen)["fit of the mean"]
    # The fitted mean takes as many values as x does, and so groups units alike.
    for data, values in ((seen.seen, np.tile(seen.observed, (SAMPLES, 1))), (seen.replicated, seen.values)):
        residual = (values - seen.mean) / seen.spread
        by_hand = [max(chi_square_by_hand(row, seen.columns[name]) for name in ("x", "z")) for row in residual]
        np.testing.assert_allclose(fit.measure(data), by_hand, rtol=1e-9)


def test_the_mean_by_treatment_crosses_its_groups_with_the_others():
    seen = replicated(2)
    found = asked_of(seen)["mean by x"]
    crossed = {"fitted": seen.columns["x"], "z": 10 * seen.columns["x"] + seen.columns["z"]}
    residual = (seen.observed - seen.mean) / seen.spread
    by_hand = [max(chi_square_by_hand(row, groups) for groups in crossed.values()) for row in residual]
    np.testing.assert_allclose(found.measure(seen.seen), by_hand, rtol=1e-9)


def test_the_column_along_which_the_mean_is_off_is_named():
    assert asked_of(replicated(3))["fit of the mean"].words[1] == "fit of the mean off along z"
    assert asked_of(replicated(3))["mean by x"].words[1] == "fit of the mean off by x along z"


def test_the_shape_of_residuals_is_measured_in_units_of_their_own_draw():
    seen = replicated(4)
    residual = (seen.values - seen.mean) / seen.spread
    centred = residual - residual.mean(axis=-1, keepdims=True)
    by_hand = (centred**4).mean(axis=-1) / (centred**2).mean(axis=-1) ** 2
    np.testing.assert_allclose(asked_of(seen)["tails"].measure(seen.replicated), by_hand, rtol=1e-9)
