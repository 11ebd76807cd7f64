"""Where one of several effects lies is carried as names and levels, whatever signs these hold."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.query.group_places import group_told, label_of, places_of
from bayescause.query.splitting import split
from bayescause.reporting.findings import gather
from bayescause.reporting.proof.pages import contents
from bayescause.reporting.wording.headline import first_sentence

RNG = np.random.default_rng(3)
ROWS = 240
X = RNG.integers(0, 2, ROWS)
WARD = np.array(["east, upper", "west = old"])[RNG.integers(0, 2, ROWS)]
M = 0.5 * X + RNG.normal(size=ROWS)
Z = RNG.integers(0, 2, ROWS)
DATA = {"x": X, "ward": WARD, "m": M, "z": Z, "y": X + M + (WARD == "west = old") + 0.1 * RNG.normal(size=ROWS)}
MODEL = bc.StructuralModel.parse(
    "x ~ ward + z; m ~ x; y ~ x + m + ward + z", labels={"ward": "the ward", "m": "visits"}, units={"y": "kg"}
)
BY_GROUPS = bc.ConditionalEffect(of="x", on="y", given=("ward", "z"))
HELD = bc.ControlledDirectEffect(of="x", on="y", held={"m": (0, 2)})


@pytest.fixture(scope="module")
def by_groups():
    return bc.ask(MODEL, DATA, BY_GROUPS)


@pytest.fixture(scope="module")
def held():
    return bc.ask(MODEL, DATA, HELD)


def test_levels_with_commas_and_equal_signs_stay_whole(by_groups):
    first = split(by_groups)[0]
    assert first.group == "ward = east, upper, z = 0"
    assert places_of(first) == (("ward", "east, upper"), ("z", "0"))
    assert label_of(places_of(first)) == first.group


def test_the_page_names_a_group_by_labels_and_whole_levels(by_groups):
    findings = gather([by_groups], unit="person", model=MODEL)
    said = first_sentence(findings, findings.answers[-1])
    assert said.endswith("where the ward is west = old and z is 1.")
    assert contents(findings).chapters[-1].heading.endswith("the ward: west = old, z: 1")


def test_what_is_held_is_called_held_in_print_and_on_the_page(held):
    high = split(held)[1]
    assert group_told(high, {"m": "visits"}.get) == " with visits held at 2"
    lines = str(held).splitlines()
    assert lines[0].startswith("x raises y with visits held at 0 by about")
    findings = gather([held], model=MODEL)
    assert first_sentence(findings, findings.answers[0]).endswith("with visits held at 0.")


def test_groups_that_the_model_makes_alike_are_called_so_in_print_and_on_the_page(by_groups):
    (told,) = (line for line in str(by_groups).splitlines() if "same by construction" in line)
    assert told.startswith("  weak         The effect cannot differ by ward, z")
    for chapter in contents(gather([by_groups], unit="person", model=MODEL)).chapters:
        (whom,) = [one.text for one in chapter.screen.paragraphs if one.lead == "For whom?"]
        assert whom == "By the ward or z we cannot tell: this model takes x to work alike there."


def test_groups_that_may_differ_are_not_called_alike():
    model = bc.StructuralModel.parse("x ~ ward + z; y ~ x*ward + z")
    effect = bc.ask(model, DATA, bc.ConditionalEffect(of="x", on="y", given=("ward", "z")))
    told = [line for line in str(effect).splitlines() if "same by construction" in line]
    assert told == ["  by z, same by construction: no product of x and z; it differs only through ward"]


def test_a_condition_is_told_in_words_and_labels_on_the_page():
    model = bc.StructuralModel.parse("x ~ ward + z; y ~ x + ward + z", labels={"ward": "the ward"})
    asked = bc.AverageEffect(of="x", on="y", where='ward == "west = old" and z > 0')
    findings = gather([bc.ask(model, DATA, asked)], model=model)
    (chapter,) = contents(findings).chapters
    assert chapter.screen.answer.endswith("where the ward is west = old and z is above 0.")
    assert chapter.heading.endswith(", where the ward is west = old and z is above 0")
