import duckdb
import numpy as np
import pandas as pd
import pytest

import bayescause as bc
from bayescause.compilation import checking

ORIGINS = (-5.0, 0.0, 100.0, 2020.0, 1e5)


def rows(origin, bend=0.0, kind="continuous"):
    rng = np.random.default_rng(7)
    late, x = rng.integers(-5, 6, 300) * 1.0, rng.integers(0, 2, 300) * 1.0
    drive = x * (1 + 0.2 * late) + 0.1 * late + bend * late**2
    y = rng.normal(drive) if kind == "continuous" else rng.poisson(np.exp(drive / 2)) * 1.0
    return pd.DataFrame({"year": origin + late, "x": x, "y": y})


def by_year(origin):
    return bc.ConditionalEffect(of="x", on="y", given=("year",), at=(origin - 5, origin + 5))


def of_the_late(origin):
    return bc.AverageEffect(of="x", on="y", where=f"year > {origin + 3}", population="sample")


def bent(origin):
    return bc.AverageEffect(of="year", on="y", contrast=(origin - 4, origin + 4))


@pytest.mark.parametrize(
    ("formula", "question", "facts"),
    [
        ("y ~ x*year", of_the_late, {}),
        ("y ~ x*year", of_the_late, {"families": {"y": "poisson"}}),
        ("y ~ x + year + square(year)", bent, {"bend": -0.05}),
    ],
    ids=["gaussian", "poisson", "square"],
)
@pytest.mark.parametrize("is_streamed", [False, True])
def test_effects_do_not_depend_on_where_a_column_has_its_zero(
    formula, question, facts, is_streamed, tmp_path, monkeypatch
):
    families = facts.get("families", {})
    model, found = bc.StructuralModel.parse(formula, families=families), []
    if is_streamed:
        monkeypatch.setattr(checking, "STREAMED", 10)
    for origin in ORIGINS:
        data = rows(origin, facts.get("bend", 0.0), "count" if families else "continuous")
        duckdb.from_df(data).write_parquet(str(tmp_path / f"{origin}.parquet"))
        effect = bc.ask(model, tmp_path / f"{origin}.parquet" if is_streamed else data, question(origin), seed=1)
        assert (effect.posterior.table.stream is not None) == is_streamed
        found.append((effect.status, effect.mean(), effect.sd()))
    assert {status for status, _, _ in found} == {found[0][0]}
    means, sds = (np.array([np.atleast_1d(each[place]) for each in found]) for place in (1, 2))
    # The nearest origins keep the raw product, with a prior as wide to within a few in a hundred: 0.02 of an sd in all.
    # Where engines draw at random, 4000 draws leave a mean an error of sd / sqrt(4000), an sd one of sd / sqrt(8000).
    np.testing.assert_allclose(means / sds[0], np.broadcast_to(means[0] / sds[0], means.shape), atol=0.1)
    np.testing.assert_allclose(sds / sds[0], 1.0, atol=0.06)


def test_rows_that_stand_for_several_units_are_taken_around_the_mean_of_the_units():
    data = rows(2020.0).round(1)
    counted = data.groupby(list(data.columns)).size().reset_index(name="n")
    model = bc.StructuralModel.parse("y ~ x*year")
    effects = [
        bc.estimate(bc.fit(model, bc.tabulate(model, table, frequency=frequency), seed=1), by_year(2020.0))
        for table, frequency in ((data, None), (counted, "n"))
    ]
    # The same sums but for rounding, and so the same draws.
    np.testing.assert_allclose(effects[1].draws, effects[0].draws, atol=1e-6)


def test_the_compiled_model_has_the_priors_and_the_likelihood_around_the_mean():
    model, found = bc.StructuralModel.parse("y ~ x*year"), []
    for origin in (100.0, 2020.0):
        compiled = bc.to_pymc(model, rows(origin))
        point = compiled.initial_point() | {"y_coefficient": np.array([0.1, 0.8, 0.1, 0.2])}
        found.append(float(compiled.compile_logp()(point)))
    # The laws of x and the year stand at their prior means, wherever these are; sums of 300 rows leave rounding.
    assert found[1] == pytest.approx(found[0], rel=1e-8)
