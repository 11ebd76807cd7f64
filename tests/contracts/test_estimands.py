"""Whatever estimand is in the folder: it can be asked in Python and in a file, knows its query, and gives draws."""

import inspect
import json
import re
from dataclasses import MISSING, FrozenInstanceError, fields

import numpy as np
import pytest

from bayescause.compilation.particulars import particulars
from bayescause.errors import SpecError
from bayescause.inference.fitting import fit
from bayescause.plugins import find, names
from bayescause.query.estimand import ESTIMANDS, POPULATIONS, OfChance
from bayescause.query.estimating import estimate
from bayescause.query.keys import keys_of, written_question
from bayescause.scm.structural_model import StructuralModel
from bayescause.study.plugin_parts import chosen
from bayescause.surface import in_model_file

KEYS = {"of", "on", "population", "where", "worthwhile"}
SCALES = {"difference": 0.0, "ratio": 1.0, "probability": 0.0, "level": 0.0}


@pytest.fixture(params=names(ESTIMANDS))
def plugin(request):
    return find(ESTIMANDS, request.param)


@pytest.fixture
def asked(plugin):
    """The least that can be asked; a question about groups, of regimes, or of mediators needs to be told which."""
    keys = {one.name for one in fields(plugin)}
    if "through" in keys:
        return {"of": "x", "on": "y", "through": ("m",)} | ({"held": {"m": 1.0}} if "held" in keys else {})
    if "intervention" in keys:
        return {"of": "x", "on": "y", "intervention": {"set": 1}}
    modifiers = {} if _takes_no_groups(plugin) else {"given": ("z",)}
    return {"of": "x", "on": "y", **modifiers}


def _takes_no_groups(plugin):
    try:
        plugin(of="x", on="y")
    except ValueError:
        return False
    return True


@pytest.fixture(scope="module")
def posterior():
    rng = np.random.default_rng(8)
    z = (rng.random(300) < 0.5).astype(float)
    x = (rng.random(300) < 0.3 + 0.4 * z).astype(float)
    m = x + 2 * x * z + 0.5 * rng.normal(size=300)
    columns = {"x": x, "z": z, "m": m, "y": x / 2 + x * z + z + m / 2 + rng.normal(size=300)}
    return fit(StructuralModel.parse("x ~ z; m ~ x*z; y ~ x*z + m"), columns, seed=3)


@pytest.fixture(scope="module")
def posterior_of_a_risk():
    rng = np.random.default_rng(9)
    z = (rng.random(300) < 0.5).astype(float)
    x = (rng.random(300) < 0.3 + 0.4 * z).astype(float)
    return fit(
        StructuralModel.parse("x ~ z; y ~ x + z"), {"x": x, "z": z, "y": rng.random(300) < 0.2 + 0.3 * x}, seed=3
    )


@pytest.fixture
def fitted(plugin, asked, posterior, posterior_of_a_risk):
    return posterior_of_a_risk if particulars(plugin(**asked)).quantity in ("risk", "odds") else posterior


def test_it_is_frozen_and_has_the_keys_that_every_question_has(plugin, asked):
    assert {one.name for one in fields(plugin)} >= KEYS
    with pytest.raises(FrozenInstanceError):
        plugin(**asked).of = "z"


def test_only_treatment_and_outcome_have_no_default(plugin):
    bare = {one.name for one in fields(plugin) if one.default is MISSING and one.default_factory is MISSING}
    assert bare == {"of", "on"}


def test_it_has_a_short_name_for_files_and_a_name_for_sentences(plugin, asked):
    assert plugin.short == plugin.short.lower().strip()
    assert find(ESTIMANDS, plugin.__name__) is plugin
    assert plugin(**asked).name.strip()


def test_a_file_asks_the_same_question_as_python(plugin, asked):
    part = {"estimand": plugin.short} | {key: list(v) if isinstance(v, tuple) else v for key, v in asked.items()}
    question, faults = chosen(ESTIMANDS, "estimand", part, ("questions", 0))
    assert not faults
    assert question == plugin(**asked)


def test_what_json_holds_of_it_asks_it_again(plugin, asked):
    question = plugin(**asked, where="z == 1", worthwhile=0.5)
    part = json.loads(json.dumps(written_question(question)))
    assert chosen(ESTIMANDS, "estimand", part, ("questions", 0)) == (question, [])


def test_a_key_that_it_does_not_have_is_refused_with_those_it_has(plugin, asked):
    with pytest.raises(SpecError, match=f"`{plugin.__name__}` has no key `colour`.* Its keys: of, on, ") as refused:
        plugin(**asked, colour="red")
    part = {"estimand": plugin.short, "colour": "red"} | asked
    with in_model_file():
        _, faults = chosen(ESTIMANDS, "estimand", part, ("questions", 0))
    said = [fault.replace(plugin.__name__, plugin.short) for fault in refused.value.faults]
    assert [fault.words for fault in faults] == said
    with pytest.raises(SpecError, match=f"`{plugin.__name__}` needs `on`"):
        plugin(**{key: value for key, value in asked.items() if key != "on"})


def test_its_docstring_tells_every_key_once_also_those_that_it_inherits(plugin):
    told = re.findall(r"^(\w+) : .+\n    \S", inspect.getdoc(plugin), flags=re.MULTILINE)
    assert told == list(keys_of(plugin))
    assert "Raises\n------\nSpecError" in inspect.getdoc(plugin)


def test_what_stands_beyond_the_keys_that_need_no_name_is_refused(plugin):
    with pytest.raises(SpecError, match=f"`{plugin.__name__}` takes of, on.* and all else by name.*'sample'"):
        plugin("x", "y", *[0] * 5, "sample")


def test_its_query_names_treatment_outcome_and_groups(plugin, asked):
    query = plugin(**asked).query
    assert (query.of, query.on) == (("x", *asked.get("held", ())), ("y",))
    assert (query.given, query.through) == (asked.get("given", ()), () if "held" in asked else asked.get("through", ()))


@pytest.mark.parametrize("population", POPULATIONS)
def test_it_gives_finite_draws_with_named_dims(plugin, asked, fitted, population):
    effect = estimate(fitted, plugin(**asked, population=population))
    assert effect.draws.dims[:2] == ("chain", "draw")
    assert effect.draws.sizes["chain"] * effect.draws.sizes["draw"] == 4000
    assert np.isfinite(effect.draws).all()


def test_it_says_in_signs_what_it_asks_for(plugin, asked):
    places = dict.fromkeys(("of", "on", "low", "high", "through", "given"), "")
    told = particulars(plugin(**asked)).formula
    assert "{on}" in told
    assert "{" not in told.format(**places)


def test_an_example_asks_it_and_a_page_defines_it(plugin, root):
    scripts = [path.read_text() for path in (root / "examples").glob("*.py")]
    pages = [path.read_text() for path in (root / "docs").rglob("*.md")]
    assert any(f"{plugin.__name__}(" in script for script in scripts)
    assert any(f"`{plugin.short}`" in page or f'"{plugin.short}"' in page for page in pages)


def test_its_scale_says_what_no_effect_is(plugin, asked):
    question = plugin(**asked)
    assert question.null == SCALES[question.scale]
    coupling = particulars(question).coupling
    assert coupling is None or coupling.strip()


def test_it_says_what_is_compared(plugin, asked):
    told = particulars(plugin(**asked))
    assert len(told.sides or told.contrast or ()) == 2


def test_swapping_the_levels_changes_the_sign_of_the_draws(plugin, asked, fitted):
    """Whom an effect on the treated is about depends on the levels, so both ways ask for the units of one group."""
    if plugin(**asked).scale != "difference" or particulars(plugin(**asked)).contrast is None:
        pytest.skip("a law of differences between two levels")
    asked = asked | {"population": "sample", "where": "z == 1"}
    there, back = (estimate(fitted, plugin(**asked, contrast=levels)).draws for levels in ((0, 1), (1, 0)))
    np.testing.assert_allclose(there, -back)


def test_where_selects_the_units(plugin, asked, posterior):
    if (
        plugin(**asked).scale != "difference"
        or particulars(plugin(**asked)).contrast is None
        or isinstance(plugin(**asked), OfChance)
    ):
        pytest.skip("a law of differences between two levels, in the unit of the outcome")
    # By the simulation the effect is 3 where z is 1, and 1 where it is 0, half of it through m; each mean has an sd of
    # about .2.
    half = 0.5 if "through" in asked else 1.0
    effects = [estimate(posterior, plugin(**asked, where=f"z == {level}")).mean() for level in (0, 1)]
    assert [float(effect.max()) for effect in effects] == pytest.approx([half, 3 * half], abs=0.8 * half)


def test_it_prints_its_answer(plugin, asked, fitted):
    assert "% ETI" in "".join(str(estimate(fitted, plugin(**asked))).splitlines()[:3])


def test_it_says_whose_effects_it_averages(plugin, asked):
    question = plugin(**asked)
    told = particulars(question)
    assert told.among is None or told.among in (told.contrast or ())
    assert isinstance(question.is_average, bool)
