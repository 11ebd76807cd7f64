"""The command ``bayescause``: its subcommands, and the one place where errors become messages and exit codes."""

import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress

import click

from bayescause import __version__
from bayescause.cli.calibrating import calibrate
from bayescause.cli.checking import check
from bayescause.cli.drafting import new
from bayescause.cli.identifying import identify
from bayescause.cli.running import demo, run
from bayescause.cli.speaking import complain, say_json, speak_any_encoding
from bayescause.cli.touring import models
from bayescause.errors import ArtifactError, BayescauseError, BayescauseWarning, DataError
from bayescause.surface import in_model_file

__all__ = ["main"]

USAGE = 2
BUG = 1
INTERRUPTED = 130

DEBUG = "BAYESCAUSE_DEBUG"
"""Environment variable that shows where an internal error happened."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="bayescause")
def application() -> None:
    """Draw what causes what, ask a question, get an answer with its proof, its doubts and a decision.

    \b
    Exit codes: 0 fine, 1 a bug of ours, 2 usage, 3 bad data or model, 4 not identified,
    5 not converged or not certified, 6 a damaged or unwritable file, 130 interrupted.
    """


for _command in (new, check, identify, run, calibrate, models, demo):
    application.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process, if not given.

    Examples
    --------
    >>> main(["identify", "a -> b; a <-> c; c -> b", "--of", "a", "--on", "b", "--json"])  # doctest: +ELLIPSIS
    {"schema": 1, ...}
    0
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    speak_any_encoding()
    with warnings.catch_warnings(), in_model_file():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", BayescauseWarning)
        if "--quiet" in given:
            # What is odd stands in the report too.
            warnings.simplefilter("ignore", BayescauseWarning)
        warnings.showwarning = _warn
        code = _ended(given)
    if code == INTERRUPTED and arguments is None:
        _leave(code)
    return code


def _leave(code: int) -> None:
    # Python kills itself by the signal, whatever was caught, if the interrupt came while text was being compiled.
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def _ended(given: list[str]) -> int:
    try:
        outcome = application.main(args=given, prog_name="bayescause", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return _told(given, "usage", (error.format_message(),), USAGE)
    except (KeyboardInterrupt, click.Abort):
        complain("Interrupted. What was finished before is on disk; nothing is half written.")
        return _told(given, "interrupted", ("Interrupted.",), INTERRUPTED)
    except BayescauseError as error:
        _explain(error, "written" if given[:1] == ["new"] else "run")
        return _told(given, error.code, error.faults, error.exit_code)
    except SystemExit:
        # Click's answer to a closed pipe (`| head`): there is nobody left to tell.
        return 0
    except Exception as error:  # noqa: BLE001 (the boundary: no stack trace reaches a user unasked)
        return _told(given, "bug", (_confessed(error),), BUG)
    return outcome if isinstance(outcome, int) else 0


def _told(given: Sequence[str], code: str, faults: Sequence[str], exit_code: int) -> int:
    """Give programs the error as the one object on standard output, if they asked for JSON."""
    if "--json" in given:
        # Where standard output is full, that was the error, and it has been told already.
        with suppress(ArtifactError):
            say_json({"schema": 1, "error": {"code": code, "exit_code": exit_code, "faults": list(faults)}})
    return exit_code


def _explain(error: BayescauseError, undone: str) -> None:
    for fault in error.faults:
        complain(fault)
    if error.exit_code == DataError.exit_code:
        things = "1 thing" if len(error.faults) == 1 else f"{len(error.faults)} things"
        complain(f"{things} to mend, nothing was {undone}.")
    if os.environ.get(DEBUG):
        traceback.print_exc()


def _confessed(error: Exception) -> str:
    words = (
        f"This is a bug in bayescause {__version__}, not a mistake of yours: {type(error).__name__}: {error}. "
        f"Please report it with this line; {DEBUG}=1 in the environment shows where it happened."
    )
    complain(words)
    if os.environ.get(DEBUG):
        traceback.print_exc()
    return words


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    complain(f"note: {message}")
