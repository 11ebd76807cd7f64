import numpy as np
import pytest
from scipy.optimize import linprog

from bayescause.identification.linear_programs import constraints_of, has_solution, least


@pytest.fixture
def programs():
    """Twenty programs with the same constraints, each with a solution by construction, and their costs."""
    rng = np.random.default_rng(3)
    matrix = rng.integers(0, 2, (5, 14)).astype(float)
    constraints = constraints_of(matrix)
    right = rng.dirichlet(np.ones(14), size=20) @ matrix.T
    return matrix, constraints, right, rng.normal(size=(20, 14)) + 3.0


def test_each_program_is_solved_as_if_alone(programs):
    matrix, constraints, right, costs = programs
    values, _ = least(constraints, right[:, constraints.rows], costs)
    alone = [linprog(cost, A_eq=matrix, b_eq=one).fun for cost, one in zip(costs, right, strict=True)]
    assert values == pytest.approx(alone, abs=1e-9)


def test_a_common_cost_gives_the_same_as_one_cost_a_program(programs):
    _, constraints, right, costs = programs
    common, _ = least(constraints, right[:, constraints.rows], costs[0])
    repeated, _ = least(constraints, right[:, constraints.rows], np.repeat(costs[:1], 20, axis=0))
    assert common == pytest.approx(repeated, abs=1e-12)


def test_bases_that_were_found_before_change_nothing(programs):
    _, constraints, right, costs = programs
    values, known = least(constraints, right[:, constraints.rows], costs[0])
    again, more = least(constraints, right[:, constraints.rows], costs[0], known=known)
    assert again == pytest.approx(values, abs=1e-12)
    assert len(more.bases) == len(known.bases)


def test_of_columns_that_are_alike_the_cheapest_counts():
    constraints = constraints_of(np.array([[1.0, 1.0, 1.0]]))
    assert least(constraints, np.array([[2.0]]), np.array([3.0, 1.0, 2.0]))[0].tolist() == [2.0]


def test_a_program_without_solution_costs_infinitely_much():
    constraints = constraints_of(np.eye(2))
    right = np.array([[0.5, 0.5], [0.5, -0.5]])
    assert has_solution(constraints, right)[0].tolist() == [True, False]
    assert least(constraints, right, np.ones(2))[0].tolist() == [1.0, np.inf]


def test_a_right_hand_side_that_misses_a_solution_by_rounding_is_solved():
    constraints = constraints_of(np.eye(2))
    assert least(constraints, np.array([[1.0, -5e-7]]), np.ones(2))[0] == pytest.approx([1.0], abs=1e-6)
