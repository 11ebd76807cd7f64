from bayescause.compilation.equations import equations
from bayescause.compilation.plan import Block
from bayescause.scm.structural_model import StructuralModel

TEXT = "x ~ z + age; y ~ x + square(age); x <-> y"


def block(**given):
    return Block("joint law of x and y", "joint_normal", ("x", "y"), given)


def test_equations_with_the_declared_causes_have_the_declared_terms_and_priors():
    model = StructuralModel.parse(TEXT, priors={"y": {"x": "normal(0, 1)"}})
    first, second = equations(model, block(x=("z", "age"), y=("x", "age")))
    assert (first.is_declared, second.is_declared) == (True, True)
    assert [str(term) for term in second.terms] == ["x", "square(age)"]
    assert str(second.priors["x"]) == "normal(0, 1)"


def test_equations_with_other_predictors_have_default_terms_and_priors():
    model = StructuralModel.parse(TEXT, priors={"y": {"x": "normal(0, 1)"}})
    first, second = equations(model, block(x=("z",), y=("x",)))
    assert (first.is_declared, second.is_declared) == (False, False)
    assert [str(term) for term in second.terms] == ["x"]
    assert not second.priors


def test_a_latent_cause_makes_the_declared_terms_useless():
    model = StructuralModel.parse("x ~ z + u; y ~ x + u; latent u")
    assert not any(task.is_declared for task in equations(model, block(x=("z",), y=("x",))))
