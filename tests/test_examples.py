"""Each example runs from any folder, and says something."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).resolve().parent.parent / "examples").glob("*.py"))
NEEDS_NUTS = {"add_a_mechanism", "my_own_mechanism"}


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(path, id=path.stem, marks=pytest.mark.sampling if path.stem in NEEDS_NUTS else ())
        for path in EXAMPLES
    ],
)
def test_an_example_runs(script, tmp_path):
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize(
    ("folder", "plugin", "contract"),
    [
        ("scm.mechanisms", "Exponential", "test_mechanisms.py"),
        ("query.estimands", "mean_ratio", "test_estimands.py"),
    ],
)
def test_a_plug_in_of_the_documentation_keeps_its_contract(root, folder, plugin, contract):
    probe = (
        f"import sys, pytest, bayescause.{folder} as folder;"
        f"folder.__path__.append({str(root / 'examples' / folder.rpartition('.')[2])!r});"
        f"options = ['-q', '-p', 'no:cacheprovider', '-k', {plugin!r}];"
        f"sys.exit(pytest.main([*options, 'tests/contracts/{contract}']))"
    )
    done = subprocess.run([sys.executable, "-c", probe], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
