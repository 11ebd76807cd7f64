"""The parts of the tests: together all of them, each test in one."""

import subprocess
import sys
from pathlib import Path

import pytest

FILE = "tests/test_public_names.py"


def collected(root: Path, *words: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", FILE, *words],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in done.stdout.splitlines() if "::" in line]


@pytest.mark.long
def test_every_test_is_in_one_part_and_stays_there(root):
    everything = collected(root)
    parts = [collected(root, f"--shard={number}/3") for number in (1, 2, 3)]
    assert sorted(name for part in parts for name in part) == sorted(everything)
    assert all(parts)
    assert collected(root, "--shard=2/3") == parts[1]


@pytest.mark.parametrize("told", ["0/4", "5/4", "first", "1/0"])
def test_a_part_that_cannot_be_is_an_error(told):
    from tests.conftest import _shard

    with pytest.raises(pytest.UsageError, match="write 1/4"):
        _shard(told)
