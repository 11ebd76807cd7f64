import numpy as np
import pytest
from scipy.stats import binomtest, chi2_contingency

from bayescause.analysis.conditioning import Sample
from bayescause.analysis.independence_tests import Look, detectable, examine_independence
from bayescause.identification.independences import Independence


def sample(columns, kinds=None, counts=None):
    rows = len(next(iter(columns.values())))
    known = {name: (kinds or {}).get(name, "continuous") for name in columns}
    return Sample(
        {name: np.asarray(values, float) for name, values in columns.items()},
        known,
        np.ones(rows) if counts is None else counts,
    )


def logistic(drive, rng):
    return (rng.random(len(drive)) < 1 / (1 + np.exp(-drive))).astype(float)


def columns_of(case, rows, rng):
    """Columns a and b that owe all they share to z and w."""
    z, w, noise, other = rng.normal(size=(4, rows))
    match case:
        case "straight":
            return {"a": z + w + noise, "b": z - w + other, "z": z, "w": w}, {}
        case "curved":
            return {"a": np.sin(2 * z) + w**2 + noise, "b": z**2 + np.exp(w / 2) + other, "z": z, "w": w}, {}
        case "unequal spread":
            tails = rng.standard_t(4, rows)
            return {"a": z + np.exp(z / 2) * noise, "b": z + np.exp(z / 2) * tails, "z": z, "w": w}, {}
        case "skewed":
            cause = np.exp(z)
            return {"a": cause + w + noise, "b": cause + rng.exponential(size=rows), "z": cause, "w": w}, {}
        case "mixed":
            return {"a": logistic(z + w, rng), "b": z + w + noise, "z": z, "w": w}, {"a": "binary"}
        case "two levels":
            kinds = {"a": "binary", "b": "binary"}
            return {"a": logistic(z + w, rng), "b": logistic(2 * z - 1, rng), "z": z, "w": w}, kinds
        case "counts":
            kinds = {"a": "count", "b": "count"}
            return {"a": rng.poisson(np.exp(z / 2 + w / 3)), "b": rng.poisson(np.exp(z / 2)), "z": z, "w": w}, kinds
        case _:
            group, part = rng.integers(0, 3, rows), rng.integers(0, 2, rows)
            b = rng.integers(0, 3, rows) * (rng.random(rows) < 0.4 + 0.2 * part)
            columns = {"a": logistic(group - 1.0 + part, rng), "b": b, "z": group, "w": part}
            return columns, dict.fromkeys("abzw", "categorical")


CASES = ["straight", "curved", "unequal spread", "skewed", "mixed", "two levels", "counts", "levels"]


def test_levels_get_the_chi_squared_of_the_table_with_an_exact_mean():
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 3, 200), rng.integers(0, 2, 200)
    found = examine_independence(sample({"a": a, "b": b}, {"a": "categorical", "b": "binary"}), Independence("a", "b"))
    table = np.histogram2d(a, b, bins=(3, 2))[0]
    assert found.statistic == pytest.approx(chi2_contingency(table, correction=False).statistic * 199 / 200)
    assert found.freedom == 2


def test_the_mean_of_the_chi_squared_is_its_degrees_of_freedom_in_small_tables():
    rng = np.random.default_rng(2)
    kinds = dict.fromkeys("ab", "binary")
    statistics = []
    for _ in range(4_000):
        columns = {name: rng.permutation([0, 0, 0, 0, 1, 1, 1, 1, 1, 1]) for name in "ab"}
        statistics.append(examine_independence(sample(columns, kinds), Independence("a", "b")).statistic)
    # The standard error of the mean of 4,000 values with sd 1.3 is 0.02.
    assert np.mean(statistics) == pytest.approx(1.0, abs=0.08)


def test_the_residual_test_of_a_straight_line_is_that_of_the_partial_correlation_in_large_samples():
    rng = np.random.default_rng(3)
    z, a, b = rng.normal(size=(3, 20_000))
    b = b + 0.05 * a
    found = examine_independence(sample({"a": a + z, "b": b - z, "z": z}), Independence("a", "b", ("z",)))
    correlation = np.corrcoef(a, b)[0, 1]
    # Two more degrees of freedom add 2 on average, and their sd is 2.
    assert found.statistic - 20_000 * correlation**2 == pytest.approx(2, abs=8)
    assert found.strength == pytest.approx(abs(correlation), abs=0.01)


def test_spread_that_grows_with_the_other_variable_is_found():
    a, noise = np.random.default_rng(4).normal(size=(2, 1_000))
    found = examine_independence(sample({"a": a, "b": np.exp(a / 2) * noise}), Independence("a", "b"))
    assert found.p_value < 1e-6


def test_counts_of_rows_stand_for_units():
    rng = np.random.default_rng(5)
    z = rng.normal(size=60)
    a, b = z + rng.integers(0, 3, 60), z + rng.integers(0, 3, 60)
    counts = rng.integers(1, 5, 60)
    once = {name: np.repeat(values, counts) for name, values in {"a": a, "b": b, "z": z}.items()}
    told = Independence("a", "b", ("z",))
    one = examine_independence(sample(once), told)
    other = examine_independence(sample({"a": a, "b": b, "z": z}, counts=counts * 1.0), told)
    assert one.statistic == pytest.approx(other.statistic)
    assert one.units == other.units


def test_rare_levels_that_never_met_are_no_evidence():
    # Of 2,000 units 1.1 are expected to have both: that none has happens in every third table.
    a, b = np.zeros(2_000), np.zeros(2_000)
    a[:110], b[-20:] = 1, 1
    found = examine_independence(sample({"a": a, "b": b}, dict.fromkeys("ab", "binary")), Independence("a", "b"))
    assert found.p_value > 0.2


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_huge_and_tiny_units_change_nothing(scale):
    z, a, b = np.random.default_rng(7).normal(size=(3, 200))
    told = Independence("a", "b", ("z",))
    one, other = (examine_independence(sample({"a": a + z, "b": by * b, "z": by * z}), told) for by in (1.0, scale))
    assert one.statistic == pytest.approx(other.statistic)


def test_the_detectable_size_falls_with_the_root_of_the_units():
    sizes = [detectable(units, 1, 0.05) for units in (100, 400, 1_600)]
    assert sizes[0] / sizes[1] == pytest.approx(2)
    assert sizes[1] / sizes[2] == pytest.approx(2)
    # Cohen (1988), table 7.3.15: 785 units for w = 0.1 with one degree of freedom.
    assert detectable(785, 1, 0.05) == pytest.approx(0.1, abs=0.001)


@pytest.mark.long
@pytest.mark.parametrize("rows", [60, 300, 2_000])
@pytest.mark.parametrize("case", CASES)
def test_a_right_statement_is_rejected_at_most_at_the_level(case, rows):
    rng = np.random.default_rng(6)
    told = Independence("a", "b", ("z", "w"))
    p_values = []
    for _ in range(1_000):
        columns, kinds = columns_of(case, rows, rng)
        found = examine_independence(sample(columns, kinds), told)
        p_values.append(found.p_value if isinstance(found, Look) else 1.0)
    for level in (0.05, 0.002):
        rejected = sum(p < level for p in p_values)
        assert binomtest(rejected, 1_000, level, alternative="greater").pvalue > 0.001
