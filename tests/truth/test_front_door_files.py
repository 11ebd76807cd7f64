"""Line E10 of the reference numbers and the small models of ``analytic_scms`` through model files."""

import json

import pandas as pd
import pytest

import bayescause as bc
from bayescause.identification.evaluation import discrete_mean
from bayescause.query.joint_laws import discrete_law

GRAPHS = {
    "frontdoor_linear": "X -> M -> Y; X <-> Y",
    "frontdoor_binary": "X -> M -> Y; X <-> Y",
    "collider": "X -> {Y C}; Y -> C",
}


def effect_of(path):
    (answer,) = bc.run(bc.Study.read(path), seed=1).answers
    return answer.effect


@pytest.fixture(scope="module")
def tar(models, tmp_path_factory):
    """The effect in Pearl's table of 800 people, and in one of 80 million with the same shares."""
    found = {800: effect_of(models / "tar.toml")}
    folder = tmp_path_factory.mktemp("tar")
    rows = pd.read_csv(models / "data" / "tar.csv")
    # 100 x 85 % of 380 and so on are whole numbers: the shares of E10 are exact.
    rows.assign(people=rows["people"] * 100_000).to_csv(folder / "many.csv", index=False)
    (folder / "many.toml").write_text((models / "tar.toml").read_text().replace("data/tar.csv", "many.csv"))
    return found | {80_000_000: effect_of(folder / "many.toml")}


def test_e10_in_the_limit(tar):
    effect = tar[80_000_000]
    law = discrete_law(effect.posterior, effect.route, slice(None))
    arms = [discrete_mean(effect.route.functional, law, "cancer", {"smoking": code}).values for code in (1, 0)]
    # The posterior sd is 1.3e-4 with 80 million people, and the priors weigh as much as one of them.
    assert [arm.mean() for arm in arms] == pytest.approx([0.4525, 0.4975], abs=2e-4)
    assert float(effect.mean()) == pytest.approx(0.4525 - 0.4975, abs=2e-4)
    assert effect.unadjusted == pytest.approx(0.8525 - 0.0975, abs=1e-9)


def test_e10_with_pearls_own_table(tar):
    effect = tar[800]
    assert abs(float(effect.mean()) - (0.4525 - 0.4975)) < float(effect.sd())
    assert float(effect.sd()) == pytest.approx(0.04, abs=0.01)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_average_effects_of_small_models(reference_data, tmp_path, name):
    data = reference_data / "analytic_scms"
    (truth,) = (one["truth"]["ATE"] for one in json.loads((data / "scms.json").read_text()) if one["id"] == name)
    path = tmp_path / f"{name}.toml"
    path.write_text(
        f'schema = 1\ntitle = "{name}"\n[data]\nfile = "{data / name}.csv"\n[graph]\nedges = "{GRAPHS[name]}"\n'
        '[[questions]]\nestimand = "ate"\nof = "X"\non = "Y"\n'
    )
    effect = effect_of(path)
    # The card: within 4 standard errors of the sample, which the posterior sd is; 4 MCSE besides.
    assert abs(float(effect.mean()) - truth) < 4 * (float(effect.sd()) + effect.diagnostics.mcse_mean)
