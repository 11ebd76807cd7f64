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


def test_the_mechanism_of_the_documentation_keeps_the_contract(root):
    probe = (
        "import sys, pytest, bayescause.scm.mechanisms as folder;"
        f"folder.__path__.append({str(root / 'examples' / 'mechanisms')!r});"
        "options = ['-q', '-p', 'no:cacheprovider', '-k', 'Exponential'];"
        "sys.exit(pytest.main([*options, 'tests/contracts/test_mechanisms.py']))"
    )
    done = subprocess.run([sys.executable, "-c", probe], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
