"""Arguments that a public function does not have, or lacks, are told in words, with what was meant."""

import inspect
import pickle
import warnings
from pathlib import Path

import pytest

import bayescause as bc
from bayescause.calling import names_its_arguments, stray
from bayescause.graph.names import nearest

VERBS = [name for name in bc.__all__ if inspect.isfunction(getattr(bc, name))]


@pytest.mark.parametrize("verb", VERBS)
def test_an_unknown_argument_of_any_public_verb_is_refused_with_those_that_there_are(verb):
    with pytest.raises(bc.errors.SpecError, match=f"`{verb}` has no argument `quite_unheard_of`. Its arguments: "):
        getattr(bc, verb)(quite_unheard_of=1)


@pytest.mark.parametrize("verb", VERBS)
def test_a_public_verb_keeps_its_name_signature_and_can_be_sent_to_a_process(verb):
    function = getattr(bc, verb)
    assert (function.__name__, pickle.loads(pickle.dumps(function))) == (verb, function)
    assert "quite_unheard_of" not in inspect.signature(function).parameters


@pytest.mark.parametrize(
    ("verb", "given", "named", "words"),
    [
        (bc.ask, "mdq", {"sede": 1}, "`ask` has no argument `sede`. Did you mean `seed`?"),
        (bc.fit, "md", {"Seed": 1}, "`fit` has no argument `Seed`. Did you mean `seed`?"),
        (bc.decide, "e", {"act": "a"}, "`decide` needs `instead`.\n`decide` needs `gain`."),
        (bc.ask, "md", {}, "`ask` needs `question`."),
        (
            bc.slice_by,
            "eb7",
            {},
            "`slice_by` takes effect, by in this order, and all else by name;",
        ),
        (bc.estimate, "pq", {"posterior": 1}, "`estimate` was given `posterior` in its place and by name."),
        (bc.StructuralModel.parse, "m", {"kind": {}}, "`parse` has no argument `kind`. Did you mean `kinds`?"),
        (bc.Study.read, "", {}, "`read` needs `path`."),
        (bc.ask, "mdq", {"random_seed": 1}, "`ask` has no argument `random_seed`. Did you mean `seed`?"),
    ],
)
def test_what_was_meant_is_told(verb, given, named, words):
    with pytest.raises(bc.errors.KeywordError) as caught:
        verb(*given, **named)
    assert str(caught.value).startswith(words)


def test_a_method_of_an_effect_names_its_arguments_too():
    effect = bc.ask(
        bc.StructuralModel.parse("y ~ x"), {"x": [0, 1] * 9, "y": [*range(18)]}, bc.AverageEffect(of="x", on="y")
    )
    stray = {"prob": 0.9}
    with pytest.raises(bc.errors.KeywordError, match="`interval` has no argument `prob`. Did you mean `ci_prob`?"):
        effect.interval(**stray)
    assert effect.interval(0.9).prob == 0.9


def test_several_questions_where_one_is_asked_are_told_as_that():
    question = bc.AverageEffect(of="x", on="y")
    with pytest.raises(bc.errors.SpecError, match="Several questions were given where one is asked. Ask one at a time"):
        bc.ask(bc.StructuralModel.parse("y ~ x"), {"x": [0, 1], "y": [1, 2]}, [question])


def test_it_is_a_type_error_as_python_raises_one():
    stray = {"graf": "a -> b"}
    with pytest.raises(TypeError):
        bc.identify(**stray)


def test_any_number_of_results_may_be_reported():
    @names_its_arguments
    def report(*results, to):
        return len(results), to

    nothing: dict[str, str] = {}
    assert report(1, 2, 3, to="page") == (3, "page")
    with pytest.raises(bc.errors.KeywordError, match="`report` needs `to`"):
        report(1, **nothing)


def test_a_warning_points_at_the_line_of_the_user_however_deep_it_was_found():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bc.CausalGraph.parse("a -> b\na -> b")
        bc.StructuralModel.parse("sales ~ promo", priors={"sales": {"promo": "flat()"}})
        bc.identify(bc.CausalGraph.parse("a -> b"), bc.AverageEffect(of="b", on="a"))
    assert [one.category.__name__ for one in caught] == ["GraphWarning", "ScaleWarning", "GraphWarning"]
    assert {one.filename for one in caught} == {__file__}


def test_a_script_beside_the_package_with_its_name_in_front_is_the_users():
    script = f"{Path(bc.__file__).parent}_study.py"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec(compile("bc.CausalGraph.parse('a -> b\\na -> b')", script, "exec"), {"bc": bc})
    assert [one.filename for one in caught] == [script]


def test_a_part_of_a_name_is_meant_of_arguments_only():
    assert "Did you mean `seed`?" in stray("ask", "random_seed", ["model", "seed"])
    assert nearest("age_sex_group", ["sex", "age"]) == ""
