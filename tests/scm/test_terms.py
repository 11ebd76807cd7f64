import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescause.errors import DataError
from bayescause.graph.formula import Factor, Term
from bayescause.scm.design import Design
from bayescause.scm.terms import column_names, constants_of, evaluate, term_faults

X, Z, GRADE = Factor("x"), Factor("z"), Factor("grade")
SPLINE = Factor("x", "spline", 4)
COLUMNS = {
    "x": np.array([0.5, 1.0, 2.0, 4.0, 7.0, 9.0]),
    "z": np.array([1.0, -1.0, 3.0, 0.0, 2.0, 5.0]),
    "grade": np.array([0.0, 1.0, 2.0, 1.0, 0.0, 2.0]),
}
FACTORS = [
    X,
    Z,
    GRADE,
    SPLINE,
    *(Factor("x", function) for function in ("square", "log", "sqrt", "center", "standardize", "factor")),
]
DESIGN = Design(
    {},
    {
        factor: constants_of(
            factor,
            COLUMNS[factor.variable],
            np.ones(6),
            "categorical" if factor == GRADE else "continuous",
            ("low", "mid", "high") if factor == GRADE else (),
        )
        for factor in FACTORS
    },
    {},
)
TERMS = [Term((factor,)) for factor in FACTORS] + [
    Term((X, Z)),
    Term((Z, GRADE)),
    Term((GRADE, SPLINE)),
    Term((GRADE, SPLINE, Factor("x", "square"))),
]


def on_numpy(term, columns=COLUMNS):
    return evaluate(term, columns, DESIGN, np)


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_tensors_and_arrays_agree(term):
    import pytensor
    import pytensor.tensor as pt

    tensors = {name: pt.dvector(name) for name in COLUMNS}
    block = evaluate(term, tensors, DESIGN, pt)
    compiled = pytensor.function(list(tensors.values()), block, mode="FAST_COMPILE", on_unused_input="ignore")
    np.testing.assert_allclose(compiled(*COLUMNS.values()), on_numpy(term), rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_leading_dims_go_through(term):
    samples = {name: np.stack([values, values[::-1]]) for name, values in COLUMNS.items()}
    block = on_numpy(term, samples)
    np.testing.assert_allclose(block[0], on_numpy(term))
    np.testing.assert_allclose(block[1], on_numpy(term)[::-1])


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_every_column_has_a_name(term):
    names = column_names(term, DESIGN)
    assert on_numpy(term).shape == (6, len(names))
    assert len(set(names)) == len(names)


def test_names_carry_levels_and_products():
    assert column_names(Term((Z, GRADE)), DESIGN) == ("z:grade[mid]", "z:grade[high]")
    assert column_names(Term((Factor("x", "square"),)), DESIGN) == ("square(x)",)
    assert column_names(Term((SPLINE,)), DESIGN)[0] == "spline(x, df=4)[1]"


def test_a_categorical_column_gives_a_dummy_for_each_level_but_the_first():
    assert on_numpy(Term((GRADE,))).tolist() == [[0, 0], [1, 0], [0, 1], [1, 0], [0, 0], [0, 1]]


def test_the_last_factor_of_a_product_runs_fastest():
    block = on_numpy(Term((GRADE, SPLINE)))
    np.testing.assert_array_equal(block[1, :4], on_numpy(Term((SPLINE,)))[1])
    np.testing.assert_array_equal(block[2, 4:], on_numpy(Term((SPLINE,)))[2])


def test_factor_of_a_number_keeps_its_values_as_labels():
    constants = DESIGN.constants[Factor("x", "factor")]
    assert (constants.reference, constants.labels[0]) == ("0.5", "1")


def test_constants_are_not_derived_again():
    moved = {"x": COLUMNS["x"] + 100}
    block = on_numpy(Term((Factor("x", "center"),)), moved)
    np.testing.assert_allclose(block[:, 0], moved["x"] - COLUMNS["x"].mean())
    block = on_numpy(Term((Factor("x", "standardize"),)), moved)
    np.testing.assert_allclose(block[:, 0], (moved["x"] - COLUMNS["x"].mean()) / COLUMNS["x"].std())


def test_constants_count_units_and_not_rows():
    values, counts = np.array([1.0, 2.0, 5.0, 6.0, 9.0]), np.array([3.0, 1.0, 0.0, 2.0, 4.0])
    for factor in (Factor("x", "standardize"), Factor("x", "spline", 2)):
        written_out = np.repeat(values, counts.astype(int))
        once = constants_of(factor, written_out, np.ones(len(written_out)))
        assert constants_of(factor, values, counts).knots == once.knots
        assert constants_of(factor, values, counts).scale == pytest.approx(once.scale)


@given(st.floats(-50, 0.5), st.floats(9, 60))
@settings(max_examples=30)
def test_a_spline_is_linear_outside_its_knots(below, above):
    step = np.array([0.0, 1.0, 2.0])
    for start in (below - 2, above):
        block = on_numpy(Term((SPLINE,)), {"x": start + step})
        np.testing.assert_allclose(np.diff(block, n=2, axis=0), 0, atol=1e-8 * np.abs(block).max())


def test_a_spline_spans_the_natural_cubic_interpolants():
    from scipy.interpolate import CubicSpline

    knots = np.array(DESIGN.constants[SPLINE].knots)
    curve = CubicSpline(knots, np.sin(knots), bc_type="natural")
    grid = np.linspace(knots[0], knots[-1], 50)
    basis = np.column_stack([np.ones(50), on_numpy(Term((SPLINE,)), {"x": grid})])
    residual = curve(grid) - basis @ np.linalg.lstsq(basis, curve(grid))[0]
    assert np.abs(residual).max() < 1e-10


def test_a_spline_survives_many_equal_values():
    values = np.array([20.0] * 50 + [1.0, 5.0, 10.0, 30.0, 40.0])
    knots = constants_of(Factor("x", "spline", 4), values, np.ones(55)).knots
    assert len(knots) == 5
    assert np.all(np.diff(knots) > 0)


def test_a_spline_of_too_few_values_says_what_to_write():
    with pytest.raises(DataError, match=r"needs 5 different values of 'x'; there are 2.*factor\(x\)"):
        constants_of(SPLINE, np.array([0.0, 1.0, 1.0]), np.ones(3))


def test_a_logarithm_of_zero_is_a_fault_with_its_row():
    (fault,) = term_faults(Term((Factor("x", "log"), Z)), {"x": np.array([1.0, 0.0, -3.0]), "z": np.ones(3)})
    assert fault.startswith("log(x) needs values above zero; 'x' has 2 that are not, the first in row 2 (0)")


def test_a_square_of_a_categorical_column_is_a_fault():
    (fault,) = term_faults(Term((Factor("grade", "square"),)), COLUMNS, {"grade": "categorical"})
    assert "'grade' is categorical" in fault


def test_sound_terms_have_no_faults():
    assert not any(term_faults(term, COLUMNS, {"grade": "categorical"}) for term in TERMS)


def test_486_levels_are_one_comparison():
    import pytensor.tensor as pt
    from pytensor.graph.traversal import applys_between

    village = Factor("village")
    design = Design({}, {village: constants_of(village, np.arange(486.0), np.ones(486), "categorical")}, {})
    column = pt.dvector("village")
    block = evaluate(Term((village,)), {"village": column}, design, pt)
    assert len(list(applys_between([column], [block]))) < 12
