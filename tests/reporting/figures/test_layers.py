from hypothesis import given
from hypothesis import strategies as st

from bayescause.reporting.figures.layers import lay_out

SIZE = (80.0, 30.0)


@given(st.integers(2, 9), st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20), st.booleans())
def test_causes_stand_before_effects_and_no_two_boxes_overlap(count, pairs, is_upright):
    arrows = [(f"v{a}", f"v{b}") for a, b in sorted(pairs) if a < b < count]
    layout = lay_out({f"v{i}": SIZE for i in range(count)}, arrows, width=680, is_upright=is_upright)
    boxes = list(layout.boxes.values())
    along = "y" if is_upright else "x"
    assert all(getattr(layout.boxes[a], along) < getattr(layout.boxes[b], along) for a, b in arrows)
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = abs(one.x - other.x) >= 80 - 1e-6 or abs(one.y - other.y) >= 30 - 1e-6
            assert apart


def test_a_long_arrow_bends_around_the_layers_it_skips():
    layout = lay_out(dict.fromkeys("abc", SIZE), [("a", "b"), ("b", "c"), ("a", "c")], width=680, is_upright=False)
    enters, leaves = layout.bends["a", "c"]
    assert enters[0] < layout.boxes["b"].x < leaves[0]
    assert abs(enters[1] - layout.boxes["b"].y) > SIZE[1] / 2


def test_on_a_phone_a_wide_layer_becomes_several():
    names = [f"v{i}" for i in range(9)]
    layout = lay_out(dict.fromkeys([*names, "y"], SIZE), [(name, "y") for name in names], width=340, is_upright=True)
    assert layout.width <= 340
