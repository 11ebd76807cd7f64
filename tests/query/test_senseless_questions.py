"""Questions that make no sense get a typed error that says why: every estimand, from Python and from the terminal."""

from dataclasses import fields
from math import inf, nan
from typing import NamedTuple

import numpy as np
import pytest
from coverage_grid.questions import example_keys

import bayescause as bc
from bayescause.cli import main
from bayescause.compilation.contrasts import RISKS
from bayescause.errors import BayescauseError
from bayescause.plugins import find, names
from bayescause.query.estimand import ESTIMANDS

TEXT = "x ~ z; m ~ x + z; {x z m k p shop same} -> y; x -> b; y -> w; latent u; u -> w"
ROWS = 60
RNG = np.random.default_rng(1)
Z = RNG.integers(0, 2, ROWS)
X = (RNG.random(ROWS) < 0.3 + 0.4 * Z).astype(int)
M = 0.5 * X + Z + RNG.normal(size=ROWS)
K = RNG.poisson(2, ROWS)
TABLE = {
    "z": Z,
    "x": X,
    "m": M,
    "k": K,
    "p": RNG.uniform(0.1, 0.9, ROWS),
    "shop": RNG.choice(["north", "south", "west"], ROWS),
    "same": np.ones(ROWS),
    "y": X + Z + 0.3 * M + 0.2 * K + RNG.normal(size=ROWS),
    "b": (RNG.random(ROWS) < 0.3 + 0.3 * X).astype(int),
    "w": RNG.normal(size=ROWS),
}
KINDS = {"count": ["k"], "proportion": ["p"], "continuous": ["same"]}


class Senseless(NamedTuple):
    """Keys that make no sense, and words of the message."""

    keys: dict
    words: str


CASES = (
    Senseless({"on": "x"}, "'x' is both treatment and outcome. Name two variables."),
    Senseless({"of": "xx"}, "is not a variable of the graph. Did you mean"),
    Senseless({"on": "yy"}, "`yy` is not a variable of the graph. Did you mean `y`?"),
    Senseless({"of": "u"}, "`u` is latent: it was not measured"),
    Senseless({"on": "u"}, "`u` is latent: it was not measured"),
    Senseless({"contrast": (1, 1)}, "The contrast of 'x' compares 1 with itself. Name two levels."),
    Senseless({"contrast": (0, 0.5)}, "'x' is 0 or 1; it cannot be set to 0.5."),
    Senseless({"contrast": (0, 2)}, "'x' is 0 or 1; it cannot be set to 2."),
    Senseless({"contrast": (0, 1, 2)}, "The contrast of 'x' is (0, 1, 2). Name two levels, the reference first"),
    Senseless({"contrast": (1,)}, "The contrast of 'x' is (1,). Name two levels"),
    Senseless({"contrast": "01"}, "The contrast of 'x' is '01'. Name two levels"),
    Senseless({"contrast": (0, nan)}, "A level is a finite number, or the name of a level."),
    Senseless({"contrast": (0, inf)}, "A level is a finite number, or the name of a level."),
    Senseless({"contrast": (0, None)}, "A level is a finite number, or the name of a level."),
    Senseless({"contrast": ("no", "maybe")}, "'x' has no level 'no'. It has no named levels: give a number."),
    Senseless({"of": "k", "contrast": (0, -1)}, "'k' is a count; it cannot be set to -1."),
    Senseless({"of": "k", "contrast": (0, 1.5)}, "'k' is a count; it cannot be set to 1.5."),
    Senseless({"of": "p", "contrast": (0.2, 1.5)}, "'p' is a proportion; it cannot be set to 1.5."),
    Senseless({"of": "shop", "contrast": ("north", "east")}, "'shop' has no level 'east'. It has north, south, west."),
    Senseless({"of": "same", "contrast": (1, 2)}, "the treatment has no variation, so nothing can be compared"),
    Senseless({"given": ("y",)}, "`given`"),
    Senseless({"given": ("x",)}, "`given`"),
    Senseless({"given": "z"}, "`given`"),
    Senseless({"where": "z ~~ 1"}, "The condition 'z ~~ 1' cannot be read at '~~ 1'."),
    Senseless({"where": "x == 1"}, "`where` looks at the treatment 'x'."),
    Senseless({"where": "m > 0"}, "`where` looks at"),
    Senseless({"where": "y > 0"}, "`where` looks at 'y', a descendant of"),
    Senseless({"where": "k > 1000"}, "No row fulfils the condition 'k > 1000': there is nobody to ask about."),
    Senseless({"where": "q > 1"}, "'q' is not a column of"),
    Senseless({"population": "everyone"}, "population is 'everyone'. Write 'superpopulation' or 'sample'."),
    Senseless({"worthwhile": -1.0}, "worthwhile is -1.0; it is the size of an effect. Write 0 or more."),
    Senseless({"worthwhile": nan}, "worthwhile is nan; it is the size of an effect."),
    Senseless({"count_above": nan}, "count_above"),
    Senseless({"intervention": {"shift": 1.0}}, "'x' is binary: there is nothing between its levels to shift it by."),
    Senseless({"intervention": {"scale": 2.0}}, "'x' is binary: its values cannot be multiplied by 2."),
    Senseless({"intervention": {"set": 0.5}}, "'x' is 0 or 1; it cannot be set to 0.5."),
    Senseless({"intervention": {"set": nan}}, "`set` is nan; it takes a number or the name of a level."),
    Senseless({"intervention": {"draw": "normal(0, 1)"}}, "'x' is binary: it cannot be drawn from normal(0, 1)."),
    Senseless({"intervention": {"draw": "luck"}}, "`draw` is 'luck'; write a family with numbers"),
    Senseless({"intervention": {"jump": 1}}, "There is no intervention 'jump'. Known: draw, rule, scale, set, shift."),
    Senseless({"intervention": {}}, "{} is no intervention. Write one key with its value"),
    Senseless(
        {"intervention": {"rule": {"when": "y > 1", "then": 1, "otherwise": 0}}},
        "`when` looks at 'y', a descendant of 'x'",
    ),
    Senseless(
        {"intervention": {"rule": {"when": "q > 1", "then": 1, "otherwise": 0}}}, "`when` looks at 'q', which is not"
    ),
    Senseless({"of": "shop", "intervention": {"set": "east"}}, "'shop' has no level 'east'."),
    Senseless({"of": "k", "intervention": {"shift": -100}}, "'k' is a count: shifted by -100 it would be no count"),
    Senseless({"also": {"x": {"set": 1}}}, "`also` names 'x', which `intervention` is about."),
    Senseless({"levels": (0, 0.5)}, "'x' is 0 or 1; it cannot be set to 0.5."),
    Senseless({"of": "shop", "levels": ("north", "east")}, "'shop' has no level 'east'."),
    Senseless({"of": "k", "levels": (-1, 0)}, "'k' is a count; it cannot be set to -1."),
    Senseless({"of": "m", "levels": (1.0, 1.0)}, "a curve needs two or more that differ"),
    Senseless(
        {"of": "m", "levels": (0.0, nan)},
        "`levels` is (0.0, nan); it must be a list of finite numbers",
    ),
    Senseless({"reference": 0.5}, "'x' is 0 or 1; it cannot be set to 0.5."),
    Senseless({"how": "magic"}, "'magic'"),
    Senseless({"through": ("x",)}, "x"),
    Senseless({"through": ("y",)}, "y"),
    Senseless({"through": ("z",)}, "z"),
    Senseless({"through": ("q",)}, "q"),
    Senseless({"through": "m"}, "`through`"),
    Senseless({"held": 5}, "`held` is 5. Write the level of each mediator"),
    Senseless({"held": (1, 2)}, "`held` is (1, 2). Write the level of each mediator"),
    Senseless({"held": {}}, "needs `through`"),
    Senseless({"held": {"m": nan}}, "nan"),
    Senseless({"held": {"z": 1.0}}, "z"),
    Senseless({"kind": "magic"}, "'magic'"),
    Senseless({"probabilities": (0.0,)}, "probabilit"),
    Senseless({"probabilities": (1.5,)}, "probabilit"),
    Senseless({"probabilities": (nan,)}, "probabilit"),
    Senseless({"probabilities": (0.5, 0.5)}, "probabilit"),
    Senseless({"probabilities": (None,)}, "`probabilities` is (None,). Write different shares between 0 and 1"),
    Senseless({"probabilities": ("half",)}, "`probabilities` is ('half',)"),
    Senseless({"probabilities": 0.5}, "`probabilities` is 0.5; it takes values in brackets"),
    Senseless({"probabilities": ()}, "`probabilities` is (). Write one or several"),
    Senseless({"above": (nan,)}, "above"),
    Senseless({"above": (None,)}, "`above` is (None,)"),
    Senseless({"above": ([1],)}, "`above` is ([1],)"),
    Senseless({"above": 1}, "`above` is 1; it takes values in brackets"),
)


def sensible(plugin):
    """The least question that makes sense here, where the treatment is yes or no."""
    keys = example_keys(plugin)
    return keys | ({"intervention": {"set": 1}} if "intervention" in keys else {})


def of_estimand(short):
    """The cases that this estimand has the keys for, with what else it needs."""
    plugin = find(ESTIMANDS, short)
    known = {field.name for field in fields(plugin)}
    is_risk = getattr(plugin, "quantity", "") in RISKS
    fitting = [case for case in CASES if set(case.keys) <= known]
    outcomes = ["b" if is_risk and "level" not in case.keys else "y" for case in fitting]
    return [
        (plugin, sensible(plugin) | {"on": on} | case.keys, case.words)
        for on, case in zip(outcomes, fitting, strict=True)
    ]


def in_words(keys):
    return ", ".join(f"{key} = {value!r}" for key, value in keys.items())


@pytest.fixture(scope="module")
def model():
    return bc.StructuralModel.parse(TEXT, kinds=KINDS)


@pytest.mark.parametrize("short", names(ESTIMANDS))
def test_a_question_that_makes_no_sense_is_a_typed_error_that_says_why(short, model):
    silent = []
    for plugin, keys, words in of_estimand(short):
        # Nothing is fitted: a message comes before any sampling.
        try:
            bc.fit(model, TABLE, [plugin(**keys)], draws=1)
        except BayescauseError as error:
            if words not in str(error):
                silent.append(f"{in_words(keys)}: {error}")
        else:
            silent.append(f"{in_words(keys)}: nothing was said")
    assert not silent


FILE = """schema = 1
title = "Does it make sense?"
[data]
file = "rows.csv"
[graph]
edges = "{text}"
[variables]
k.kind = "count"
p.kind = "proportion"
same.kind = "continuous"
[[questions]]
estimand = "{short}"
{keys}
"""


def in_toml(value):
    match value:
        case bool() | None:
            return "false"
        case str():
            return f'"{value}"'
        case tuple() | list():
            return f"[{', '.join(map(in_toml, value))}]"
        case dict():
            return "{ " + ", ".join(f"{key} = {in_toml(one)}" for key, one in value.items()) + " }"
        case _:
            return f"{value}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: in_words(case.keys))
def test_the_terminal_says_it_too_and_ends_with_3(case, tmp_path, capsys):
    shorts = [short for short in names(ESTIMANDS) if set(case.keys) <= {f.name for f in fields(find(ESTIMANDS, short))}]
    if not shorts:
        pytest.skip("no estimand has such keys")
    keys = sensible(find(ESTIMANDS, shorts[0])) | case.keys
    lines = "\n".join(f"{key} = {in_toml(value)}" for key, value in keys.items())
    (tmp_path / "study.toml").write_text(FILE.format(text=TEXT, short=shorts[0], keys=lines))
    rows = np.column_stack([values.astype(str) for values in TABLE.values()])
    np.savetxt(tmp_path / "rows.csv", rows, "%s", ",", header=",".join(TABLE), comments="")
    assert main(["check", str(tmp_path / "study.toml")]) == 3
    said = capsys.readouterr().err
    assert "study.toml" in said or case.words in said
    assert "Traceback" not in said
