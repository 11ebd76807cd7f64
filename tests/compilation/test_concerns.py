import numpy as np
import pytest

from bayescause.compilation.concerns import concerns_of
from bayescause.compilation.table import Table
from bayescause.errors import DataQualityWarning, OverlapWarning, ScaleWarning
from bayescause.scm.structural_model import StructuralModel

SHOP = StructuralModel.parse("promo ~ loyalty; sales ~ promo + loyalty")
RNG = np.random.default_rng(2)


def shop(rows=100, *, kinds=None, levels=None, **changed):
    columns = {
        "promo": np.tile([0.0, 1.0], rows // 2),
        "loyalty": RNG.normal(size=rows),
        "sales": RNG.normal(size=rows),
    } | changed
    known = {"promo": "binary", "loyalty": "continuous", "sales": "continuous"} | (kinds or {})
    return Table(columns, known, levels or {})


def words(table, model=SHOP, treatments=frozenset({"promo"})):
    return " ".join(concern.text for concern in concerns_of(model, table, treatments))


def test_an_ordinary_table_raises_no_concern():
    assert words(shop()) == ""


def test_one_row_speaks_with_the_priors_voice():
    table = shop(promo=np.ones(1), loyalty=np.ones(1), sales=np.ones(1))
    assert "The table has one row: the answer comes from the priors." in words(table)


@pytest.mark.parametrize(("rows", "phrase"), [(2, "comes from the priors"), (20, "over a tenth")])
def test_few_rows_for_many_coefficients_are_told(rows, phrase):
    assert f"'sales' has 3 coefficients {'and' if rows == 2 else 'for'} {rows} units" in words(shop(rows))
    assert phrase in words(shop(rows))


def test_columns_of_a_spline_and_of_levels_count_as_coefficients():
    model = StructuralModel.parse("promo ~ loyalty; sales ~ promo*spline(loyalty, df=5)")
    assert "'sales' has 12 coefficients for 100 units, over a tenth" in words(shop(), model)
    stars = StructuralModel.parse("promo ~ stars; sales ~ promo*factor(stars)")
    table = shop(stars=np.tile(np.arange(6.0), 17)[:100], kinds={"stars": "continuous"})
    assert "'sales' has 12 coefficients for 100 units, over a tenth" in words(table, stars)


def test_a_level_with_one_row_is_named():
    region = np.array([0.0] * 50 + [1.0] * 49 + [2.0])
    table = shop(region=region, kinds={"region": "categorical"}, levels={"region": ("north", "south", "island")})
    assert "'region' has a level with one row: island" in words(table)


def test_a_column_like_an_identity_is_named():
    levels = {"shop": tuple(f"shop {number}" for number in range(100))}
    table = shop(shop=np.arange(100.0), kinds={"shop": "categorical"}, levels=levels)
    assert "'shop' has 100 levels for 100 rows, like an identity" in words(table)


def test_columns_that_add_up_are_named_with_the_treatment():
    table = shop(loyalty=2 * np.tile([0.0, 1.0], 50) + 1)
    assert "'promo', 'loyalty' add up exactly" in words(table)
    assert "The treatment is among them" in words(table)


def test_columns_that_almost_add_up_are_named():
    table = shop(loyalty=np.tile([0.0, 1.0], 50) + RNG.normal(0, 0.01, 100))
    assert "'promo', 'loyalty' move almost together" in words(table)


def test_perfect_separation_is_named():
    table = shop(sales=(np.arange(100) >= 50) * 1.0, loyalty=np.arange(100.0), kinds={"sales": "binary"})
    assert "'loyalty' alone tells every 0 from every 1 of 'sales'" in words(table)


def test_a_level_with_one_arm_is_a_lack_of_overlap():
    model = StructuralModel.parse("promo ~ region; sales ~ promo + region")
    region = np.array([0.0] * 80 + [1.0] * 20)
    promo = np.concatenate([np.tile([0.0, 1.0], 40), np.ones(20)])
    table = shop(region=region, promo=promo, kinds={"region": "categorical"}, levels={"region": ("north", "south")})
    (concern,) = concerns_of(model, table, frozenset({"promo"}))
    assert concern.category is OverlapWarning
    assert "All 20 rows with region = south have promo = 1" in concern.text


def test_huge_and_tiny_numbers_are_told():
    scales = concerns_of(SHOP, shop(sales=RNG.normal(size=100) * 1e12), frozenset())
    assert [concern.category for concern in scales] == [ScaleWarning]
    assert "digits are lost" in words(shop(sales=1e12 + RNG.normal(size=100)))


def test_two_units_in_one_column_are_suspected():
    mixed = np.concatenate([RNG.uniform(60, 90, 90), RNG.uniform(6_000, 9_000, 10)])
    (concern,) = concerns_of(SHOP, shop(sales=mixed), frozenset())
    assert concern.category is DataQualityWarning
    assert "10 values of 'sales' are about" in concern.text


def test_a_long_tail_is_not_two_units():
    assert "Two units" not in words(shop(sales=RNG.lognormal(0, 2, 100)))
