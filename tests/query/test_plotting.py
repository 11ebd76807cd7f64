import subprocess
import sys

import numpy as np
import pytest

import bayescause as bc
from bayescause.errors import MissingPackageError, RefusedEffectError, SpecError

pytest.importorskip("arviz_plots")


@pytest.fixture(scope="module")
def posterior():
    rng = np.random.default_rng(5)
    age, noise, more = rng.normal(size=(3, 60))
    group = (rng.random(60) < 0.5).astype(float)
    dose = 5 + age + noise
    columns = {"age": age, "group": group, "dose": dose, "pain": 20 - dose + dose * group + 2 * age + more}
    model = bc.StructuralModel.parse("dose ~ age; pain ~ dose*group + age")
    return bc.fit(model, columns, [bc.DoseResponse(of="dose", on="pain")])


def effects(posterior):
    asked = {"of": "dose", "on": "pain"}
    return {
        "density": bc.estimate(posterior, bc.AverageEffect(**asked, contrast=(4, 5), worthwhile=1.0)),
        "groups": bc.estimate(posterior, bc.ConditionalEffect(**asked, contrast=(4, 5), given=("group",))),
        "doses": bc.estimate(posterior, bc.DoseResponse(**asked)),
        "changes": bc.estimate(posterior, bc.DoseResponse(**asked, reference=5.0)),
        "quantiles": bc.estimate(posterior, bc.QuantileEffect(**asked, contrast=(4, 5), probabilities=(0.1, 0.9))),
    }


@pytest.mark.parametrize("shape", ["density", "groups", "doses", "changes", "quantiles"])
def test_every_shape_of_effect_has_a_picture_that_is_not_shown(posterior, shape, monkeypatch, tmp_path):
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "show", lambda *_: pytest.fail("shown"))
    picture = effects(posterior)[shape].plot()
    assert type(picture).__name__ == "PlotCollection"
    picture.savefig(tmp_path / "effect.png")
    assert (tmp_path / "effect.png").stat().st_size > 1_000
    plt.close("all")


def test_a_density_marks_no_effect_the_threshold_and_the_plain_difference(posterior):
    effect = effects(posterior)["density"]
    drawn = bc.plot_effect(effect).viz["ref_line"].to_dataset()
    assert drawn["effect_of_dose"].sizes["ref_dim"] == 3
    assert bc.plot_effect(effect, threshold=0.0).viz["ref_line"].to_dataset()["effect_of_dose"].sizes["ref_dim"] == 2


def test_a_curve_has_its_band_around_its_intervals(posterior):
    picture = bc.plot_dose_response(effects(posterior)["doses"])
    assert {"band", "interval", "line", "rug"} <= set(picture.viz.children)
    band, interval = (picture.viz[name]["effect"].item().get_paths()[0].vertices[:, 1] for name in ("band", "interval"))
    assert band.min() < interval.min()
    assert band.max() > interval.max()


def test_units_stand_side_by_side_from_the_least_to_the_greatest(posterior):
    picture = bc.plot_individual_effects(effects(posterior)["density"])
    heights = picture.viz["medians"]["effect"].item().get_offsets()[:, 1]
    assert len(heights) == 60
    assert (np.diff(heights) >= 0).all()


def test_a_curve_is_no_density_and_the_other_way_round(posterior):
    with pytest.raises(RefusedEffectError, match="plot_dose_response"):
        bc.plot_effect(effects(posterior)["doses"])
    with pytest.raises(RefusedEffectError, match="no curve"):
        bc.plot_dose_response(effects(posterior)["density"])


def test_an_unknown_backend_is_refused(posterior):
    with pytest.raises(SpecError, match="'gnuplot'; it must be 'matplotlib', 'bokeh' or 'plotly'"):
        effects(posterior)["density"].plot(backend="gnuplot")


def test_a_missing_package_is_said_with_what_to_install(posterior, monkeypatch):
    monkeypatch.setattr("bayescause.query.plotting.find_spec", lambda _: None)
    with pytest.raises(MissingPackageError, match=r"pip install 'bayescause\[plots\]'"):
        effects(posterior)["density"].plot()


def test_arviz_summarises_and_draws_what_is_handed_over(posterior):
    import arviz_plots
    import arviz_stats

    tree = effects(posterior)["density"].to_datatree()
    assert "effect_of_dose" in arviz_stats.summary(tree, group="causal_effect").index
    assert type(arviz_plots.plot_forest(tree, group="causal_effect")).__name__ == "PlotCollection"
    assert len(arviz_stats.summary(posterior.to_datatree())) > 3
    assert type(arviz_plots.plot_dist(posterior.to_datatree())).__name__ == "PlotCollection"


def test_an_effect_without_a_picture_loads_no_library_that_draws():
    code = "import bayescause.query.plotting, sys; print('arviz_plots' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
