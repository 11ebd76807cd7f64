"""A simulator tries once what all draws agree on, and leaves room for what it has to hold."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.query import behind_normals, simulator
from bayescause.query.dependence import needed_covariates
from bayescause.query.drawn_laws import laws_of
from bayescause.query.nodes_together import node_count
from bayescause.query.routing import route_of
from bayescause.query.simulator import Simulator

ROWS = 300
QUESTION = bc.AverageEffect(of="x", on="y")


def fitted():
    """A yes-or-no outcome behind a normal mediator."""
    rng = np.random.default_rng(8)
    z, noise = rng.normal(size=(2, ROWS))
    x = (rng.random(ROWS) < 0.5).astype(float)
    m = x + z + noise
    y = rng.random(ROWS) < 1 / (1 + np.exp(-0.5 * (m - x + z)))
    model = bc.StructuralModel.parse("m ~ x + z; y ~ m + x + z", families={"y": "bernoulli"})
    return bc.fit(model, {"z": z, "x": x, "m": m, "y": y.astype(float)}, [QUESTION], draws=10)


def test_what_is_too_bent_in_one_block_of_draws_is_left_to_the_nodes_in_those_after_it(monkeypatch):
    posterior, tried = fitted(), []
    series = behind_normals._series
    monkeypatch.setattr(behind_normals, "POINTS", (4,))
    monkeypatch.setattr(behind_normals, "_series", lambda *asked: tried.append(1) or series(*asked))
    route = route_of(posterior, QUESTION)
    whole = Simulator(laws_of(posterior, route), route)
    columns = {name: posterior.table.columns[name] for name in needed_covariates(whole.laws.design, route, ("x",))}
    for block in (slice(0, 20), slice(20, 40)):
        whole.means([{"x": 1.0}, {"x": 0.0}], columns, block)
    assert len(tried) == 1


@pytest.mark.parametrize(("points", "is_bent"), [((4,), True), ((64, 256), False)])
def test_blocks_leave_room_for_all_nodes_until_a_curve_takes_their_place(points, is_bent, monkeypatch):
    posterior = fitted()
    route = route_of(posterior, QUESTION)
    whole, sizes = Simulator(laws_of(posterior, route), route), []
    laws = whole.laws
    columns = {name: posterior.table.columns[name] for name in needed_covariates(laws.design, route, ("x",))}
    monkeypatch.setattr(behind_normals, "POINTS", points)
    monkeypatch.setattr(simulator, "CELLS", 2 * ROWS * node_count(laws.design, route, None))
    for block in whole.blocks(ROWS):
        whole.means([{"x": 1.0}, {"x": 0.0}], columns, block)
        sizes.append(block.stop - block.start)
    assert sizes[0] == 2
    assert (sizes[1] == 2) == is_bent
