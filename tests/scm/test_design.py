from dataclasses import replace

import numpy as np
import pytest

from bayescause.graph.formula import Factor, Term
from bayescause.scm.design import Constants, Design, MechanismDesign, design_block, drive, drives_of
from bayescause.scm.mechanisms.gaussian import Gaussian

X, Z, GRADE = Factor("x"), Factor("z"), Factor("grade")
RNG = np.random.default_rng(1)
COLUMNS = {"x": RNG.normal(size=7), "z": RNG.normal(size=7), "grade": np.array([0.0, 1, 2, 0, 1, 2, 1])}
DESIGN = Design({}, {GRADE: Constants(levels=(1.0, 2.0), labels=("b", "c"), reference="a")}, {})
CENTRES = np.array([0.3, -1.0, 0.5, 0.25, 2.0])
SLOPES = RNG.normal(size=(4, 6))


def task(*terms, centres=CENTRES):
    width = len(centres)
    return MechanismDesign("y", "y", Gaussian(), terms, tuple(map(str, range(width))), centres, np.ones(width), {})


FULL = task(Term((X,)), Term((X, Z)), Term((GRADE,)), Term((Z,)))


def by_hand(coefficients, columns):
    x, z, grade = columns["x"], columns["z"], columns["grade"]
    matrix = np.stack([x, x * z, grade == 1, grade == 2, z], axis=-1)
    return coefficients[0] + (matrix - CENTRES) @ coefficients[1:]


def test_the_design_matrix_is_not_centred():
    x, z, grade = COLUMNS.values()
    expected = np.stack([x, x * z, grade == 1, grade == 2, z], axis=-1)
    np.testing.assert_array_equal(design_block(FULL, COLUMNS, DESIGN, np), expected)


def test_the_design_matrix_broadcasts_columns_with_samples():
    columns = {**COLUMNS, "x": RNG.normal(size=(4, 7))}
    matrix = design_block(FULL, columns, DESIGN, np)
    assert matrix.shape == (4, 7, 5)
    np.testing.assert_array_equal(matrix[2], design_block(FULL, {**COLUMNS, "x": columns["x"][2]}, DESIGN, np))


def test_the_intercept_is_the_drive_at_the_centres():
    one = task(Term((X,)), centres=np.array([2.0]))
    assert drive(one, np.array([7.0, 3.0]), {"x": np.array([2.0, 3.0])}, DESIGN, np).tolist() == [7.0, 10.0]


def test_one_set_of_coefficients_and_one_table():
    np.testing.assert_allclose(drive(FULL, SLOPES[0], COLUMNS, DESIGN, np), by_hand(SLOPES[0], COLUMNS))


def test_samples_of_coefficients_and_one_table():
    expected = [by_hand(slopes, COLUMNS) for slopes in SLOPES]
    np.testing.assert_allclose(drive(FULL, SLOPES, COLUMNS, DESIGN, np), expected)


@pytest.mark.parametrize("sampled", [("x",), ("grade",), ("x", "z", "grade")])
def test_samples_on_both_sides(sampled):
    columns = {name: np.stack([RNG.permutation(COLUMNS[name]) for _ in range(4)]) for name in sampled}
    expected = [by_hand(SLOPES[s], {**COLUMNS, **{name: columns[name][s] for name in sampled}}) for s in range(4)]
    np.testing.assert_allclose(drive(FULL, SLOPES, {**COLUMNS, **columns}, DESIGN, np), expected)


def test_samples_of_columns_and_one_set_of_coefficients():
    columns = {**COLUMNS, "grade": np.stack([COLUMNS["grade"], COLUMNS["grade"][::-1]])}
    expected = [by_hand(SLOPES[0], {**COLUMNS, "grade": grade}) for grade in columns["grade"]]
    np.testing.assert_allclose(drive(FULL, SLOPES[0], columns, DESIGN, np), expected)


def test_nodes_samples_and_rows():
    columns = {**COLUMNS, "x": RNG.normal(size=(3, 4, 7)), "grade": np.full((3, 1, 7), 2.0)}
    expected = [
        [by_hand(SLOPES[s], {**COLUMNS, "x": columns["x"][n, s], "grade": np.full(7, 2.0)}) for s in range(4)]
        for n in range(3)
    ]
    np.testing.assert_allclose(drive(FULL, SLOPES, columns, DESIGN, np), expected)


def test_tensors_and_arrays_agree():
    import pytensor
    import pytensor.tensor as pt

    tensors = {name: pt.dvector(name) for name in COLUMNS}
    coefficients = pt.dvector("coefficients")
    built = drive(FULL, coefficients, tensors, DESIGN, pt)
    compiled = pytensor.function([coefficients, *tensors.values()], built, mode="FAST_COMPILE")
    np.testing.assert_allclose(compiled(SLOPES[0], *COLUMNS.values()), by_hand(SLOPES[0], COLUMNS))


def test_a_mechanism_without_causes_is_its_intercept():
    alone = task(centres=np.zeros(0))
    assert drive(alone, np.array([3.0]), {"x": np.zeros(2)}, DESIGN, np).tolist() == [3.0, 3.0]
    assert drive(alone, np.array([[3.0], [4.0]]), {"x": np.zeros(2)}, DESIGN, np).tolist() == [[3, 3], [4, 4]]
    assert design_block(alone, {"x": np.zeros(2)}, DESIGN, np).shape == (2, 0)


def test_coefficients_begin_with_the_intercept():
    assert task(Term((X,)), centres=np.zeros(1)).coefficients == ("intercept", "0")


class TwoDrives(Gaussian):
    """Only its names are read."""

    predictors = ("mean", "presence")


def test_several_drives_stand_one_after_another_each_with_its_intercept():
    both = replace(FULL, mechanism=TwoDrives())
    width = len(FULL.coefficients)
    assert both.coefficients[:2] == ("mean.intercept", f"mean.{FULL.columns[0]}")
    assert both.places[both.coefficients[-1]] == ("presence", FULL.columns[-1])
    found = drives_of(both, np.concatenate([SLOPES, 2 * SLOPES], axis=-1), COLUMNS, DESIGN, np)
    np.testing.assert_allclose(found["mean"], drive(FULL, SLOPES, COLUMNS, DESIGN, np))
    np.testing.assert_allclose(found["presence"], 2 * found["mean"])
    assert len(both.coefficients) == 2 * width


def test_one_drive_keeps_plain_names_and_its_numbers():
    assert FULL.coefficients == ("intercept", *FULL.columns)
    np.testing.assert_array_equal(
        drives_of(FULL, SLOPES, COLUMNS, DESIGN, np)["mean"], drive(FULL, SLOPES, COLUMNS, DESIGN, np)
    )
