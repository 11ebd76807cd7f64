"""Lines E1 to E3 of the reference numbers through model files, with the priors by rule."""

import pytest

import bayescause as bc

AT = """[[questions]]
estimand = "cate"
of = "qsmk"
on = "wt82_71"
given = ["smokeintensity"]
at = [5, 40]

[slices]"""


def _run(models, folder, *changes):
    text = (models / "smoking.toml").read_text().replace("data/nhefs.csv", str(models / "data" / "nhefs.csv"))
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "study.toml"
    path.write_text(text)
    return [answer.effect for answer in bc.run(bc.Study.read(path), seed=1).answers]


def test_e1_and_e3_without_the_product(models, tmp_path):
    effect = _run(models, tmp_path, ("qsmk*smokeintensity", "qsmk"))[0]
    # Weak priors move the mean by less than a fiftieth of its sd of .44.
    assert effect.unadjusted == pytest.approx(2.5406, abs=1e-4)
    assert float(effect.mean()) == pytest.approx(3.463, abs=4 * effect.diagnostics.mcse_mean + 0.02 * 0.44)


def test_e2_and_e3_at_five_and_at_forty_cigarettes(models, tmp_path):
    whole, few, many = _run(models, tmp_path, ("[slices]", AT), ("[decision]", '[decision]\nquestion = "ate"'))
    tolerance = 4 * few.diagnostics.mcse_mean + 0.02
    assert float(whole.mean()) == pytest.approx(3.517, abs=0.02)
    assert [float(few.mean()), float(many.mean())] == pytest.approx([2.79, 4.43], abs=tolerance + 0.02)
