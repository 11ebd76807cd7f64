"""What a mechanism takes has a row of its own for each draw."""

import numpy as np

from bayescause.inference.arguments import arguments_of
from bayescause.inference.posterior import Parameters


def test_drives_are_lines_around_the_centres_draw_by_draw(gaussian):
    case = gaussian({"x": np.array([1.0, 2.0, 6.0]), "y": np.zeros(3)})
    given = Parameters(np.array([[5.0, 1.0], [0.0, 2.0]]), {"sd": np.array([1.0, 2.0])})
    drives, dispersion, inputs = arguments_of(case.task, given, case.table.columns, case.design)
    assert drives["mean"].tolist() == [[3.0, 4.0, 8.0], [-4.0, -2.0, 6.0]]
    assert dispersion["sd"].tolist() == [[1.0], [2.0]]
    assert inputs == {}
