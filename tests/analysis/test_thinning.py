"""Parts of a table and of a posterior that are looked at."""

import numpy as np
import pytest

from bayescause.analysis.thinning import rows_of_units


def test_no_unit_is_chosen_twice():
    counts = np.tile([0.0, 1.0, 2.0], 50)
    chosen = np.bincount(rows_of_units(counts, 140, np.random.default_rng(0)), minlength=150)
    assert chosen.sum() == 140
    assert (chosen <= counts).all()


def test_every_unit_is_as_likely_to_be_chosen():
    random, counts = np.random.default_rng(1), np.array([1.0, 0.0, 3.0, 6.0])
    chosen = sum(np.bincount(rows_of_units(counts, 4, random), minlength=4) for _ in range(2_000)) / 8_000
    # The share of a row has a standard error of at most 0.005: units left out vary less than 8,000 single choices.
    assert chosen == pytest.approx(counts / 10, abs=0.02)
