"""Whatever stands in a user's names, the terminal shows it and does nothing else."""

import os
import signal
import subprocess
import sys
import time

import pytest

from bayescause.cli import main
from bayescause.cli.speaking import plain


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\r", "\x9b", "\u202e", "\u2066", "\ud800"])
def test_a_sign_that_steers_a_terminal_is_shown_as_a_box(sign):
    assert plain(f"a{sign}b\n") == "a\ufffdb\n"


def test_letters_of_all_alphabets_are_kept():
    assert plain("Umsatz (€) größer ≥ 売上 🍊") == "Umsatz (€) größer ≥ 売上 🍊"


def test_a_mistake_with_an_escape_sequence_in_it_is_told_without_the_escape(capsys):
    main(["identify", "a -> b", "--of", "a\x1b[2J", "--on", "b"])
    assert "\x1b" not in capsys.readouterr().err


def test_a_terminal_that_lacks_a_letter_gets_an_answer_too():
    command = [sys.executable, "-m", "bayescause", "identify", "größe -> 売上", "--of", "größe", "--on", "売上"]
    done = subprocess.run(command, env=os.environ | {"PYTHONIOENCODING": "cp1252"}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "effect of größe on ??" in done.stdout.decode("cp1252")


def test_a_reader_that_goes_away_is_no_error():
    command = f"{sys.executable} -m bayescause models | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture
def control_c_is_heard():
    # A process that was started in the background of a shell ignores it, and so does all that it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("control_c_is_heard")
def test_control_c_ends_with_130_and_without_a_stack_trace(tmp_path):
    command = [sys.executable, "-m", "bayescause", "calibrate", "promotion", "--replications", "100000"]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        for line in running.stderr:
            if "practice runs" in line:
                break
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 130
    assert "Interrupted." in said
    assert "Traceback" not in said


def test_a_name_without_end_is_cut_in_a_message(capsys):
    main(["identify", "a -> b", "--of", "x" * 10_000, "--on", "b"])
    assert len(capsys.readouterr().err) < 500


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")  # noqa: PTH110
def test_an_output_that_is_full_ends_with_6_and_in_words():
    command = f"{sys.executable} -m bayescause identify 'a -> b' --of a --on b > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (6, "Standard output cannot be written to: No space left on device.\n")
