import os
import subprocess
import sys

import arviz_base
import pytest

from bayescause.inference.arviz_settings import PUBLISHED, interval_kind, interval_probability

ASK = "from bayescause.inference import arviz_settings as a; print(a.interval_probability(), a.interval_kind())"


def test_the_published_defaults_are_arviz_s():
    assert {name: arviz_base.rcparams.defaultParams[name][0] for name in PUBLISHED} == dict(PUBLISHED)


def test_what_the_user_told_arviz_counts():
    with arviz_base.rc_context({"stats.ci_prob": 0.5, "stats.ci_kind": "hdi"}):
        assert (interval_probability(), interval_kind()) == (0.5, "hdi")


@pytest.mark.parametrize("place", ["arvizrc", "config/arviz/arvizrc"])
def test_a_settings_file_of_arviz_counts(tmp_path, place):
    file = tmp_path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("stats.ci_prob : 0.7\nstats.ci_kind : hdi\n")
    said = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["0.7", "hdi"]
