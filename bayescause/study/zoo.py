"""The zoo: model files with their stories and data that come with the package."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from bayescause.arguments import shown
from bayescause.errors import SpecError
from bayescause.graph.names import nearest

__all__ = ["FIRST", "folder", "model_file", "models"]

FIRST = "smoking"
"""The model that the demo runs."""

WIDEST = 200
"""Characters of a path that a message shows."""


def folder() -> Path:
    """The folder of the zoo: inside the package in a wheel, beside it in an editable install.

    Raises
    ------
    SpecError
        If the package was put together without it.
    """
    package = Path(__file__).resolve().parents[1]
    for place in (package / "models", package.parent / "models"):
        if (place / f"{FIRST}.toml").is_file():
            return place
    raise SpecError(f"The models that come with bayescause are neither in {package} nor beside it. Install it again.")


def models() -> Mapping[str, Path]:
    """Model file of each name, sorted, the demo's first.

    Examples
    --------
    >>> list(models())
    ['smoking', 'cholestyramine', 'kidney_stones', 'promotion', 'tar']
    """
    found = sorted(folder().glob("*.toml"), key=lambda path: (path.stem != FIRST, path.stem))
    return MappingProxyType({path.stem: path for path in found})


def model_file(name: str | os.PathLike[str]) -> Path:
    """The model file called ``name``: a path, or the name of a model of the zoo where there is no such file.

    Raises
    ------
    SpecError
        If there is neither.

    Examples
    --------
    >>> model_file("promotion").name
    'promotion.toml'
    """
    given = os.fspath(name)
    if os.path.isfile(given):  # noqa: PTH113 (Path.is_file raises on names that are too long)
        return Path(given)
    zoo = models()
    if given in zoo:
        return zoo[given]
    if os.path.isdir(given):  # noqa: PTH112 (Path.is_dir raises on names that are too long)
        raise SpecError(f"{given!r} is a folder. Name a model file (TOML).")
    told = f"There is no model file {shown(given, widest=WIDEST)}.{nearest(given.removesuffix('.toml'), zoo)}"
    raise SpecError(f"{told} Models that come with bayescause: {', '.join(zoo)}.")
