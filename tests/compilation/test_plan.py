from bayescause.compilation.planning import plan
from bayescause.scm.structural_model import StructuralModel


def test_a_plan_says_what_is_fitted_and_what_is_not():
    told = str(plan(StructuralModel.parse("sales ~ promo + loyalty; loyalty <-> promo")))
    assert told.splitlines()[0] == "fitted      sales ~ promo + loyalty    it may be fitted"
    assert "not fitted  promo    something unmeasured moves both promo and loyalty" in told
