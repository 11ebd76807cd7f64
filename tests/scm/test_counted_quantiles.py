"""Quantiles of counted rows are NumPy's of all units written out."""

import numpy as np
import pytest

from bayescause.scm.counted_quantiles import quantiles_between, quantiles_met

AT = np.linspace(0, 1, 21)


@pytest.fixture(params=[1, 7])
def column(request):
    rng = np.random.default_rng(request.param)
    return rng.normal(size=40).round(1), rng.integers(1, request.param + 1, 40).astype(float)


@pytest.mark.parametrize(("ours", "method"), [(quantiles_met, "inverted_cdf"), (quantiles_between, "linear")])
def test_they_are_those_of_the_units_written_out(column, ours, method):
    values, counts = column
    spelt = np.repeat(values, counts.astype(int))
    assert ours(values, counts, AT).tolist() == np.quantile(spelt, AT, method=method).tolist()
