"""Writing files so that nothing is lost: a file appears under its name only when it is complete."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bayescause.errors import ArtifactError, SpecError

__all__ = ["write_once", "write_whole"]


def write_once(path: Path, text: str) -> None:
    """Write a new file.

    Raises
    ------
    SpecError
        If there is one already.
    ArtifactError
        If it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise SpecError(f"{path} is there already and stays as it is. Give another name with --to.") from None
    except OSError as error:
        raise ArtifactError(_unwritten(path, error)) from None


def write_whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Let ``write`` fill a temporary file beside ``path``, then put it in the place of ``path``.

    Parameters
    ----------
    path : Path
    write : callable
        Gets the temporary path, whose suffix is that of ``path``.

    Raises
    ------
    ArtifactError
        If the folder cannot be made, or the file cannot be written; what was there before is untouched.
    """
    partial = path.with_name(f".partial-{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(partial)
        partial.replace(path)
    except OSError as error:
        # The report's own error tells of the temporary name; what the system said is behind it.
        system = error.__cause__ if isinstance(error.__cause__, OSError) else error
        raise ArtifactError(_unwritten(path, system)) from None
    finally:
        with suppress(OSError):
            partial.unlink()
    return path


def _unwritten(path: Path, error: OSError) -> str:
    words = f"{path} cannot be written: {error.strerror or error}."
    folder = next((place for place in path.resolve().parents if place.is_dir()), None)
    free = f" {shutil.disk_usage(folder).free / 1e6:,.1f} MB are free in {folder}." if folder else ""
    return f"{words}{free} What was there before is untouched. Name another place."
