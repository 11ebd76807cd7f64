"""``python -m bayescause`` is the command."""

import subprocess
import sys


def test_the_package_can_be_run():
    command = [sys.executable, "-m", "bayescause", "identify", "x -> y", "--of", "x", "--on", "y"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Identified")
