"""The zoo: model files with their stories and data that come with the package."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from bayescause.errors import SpecError

__all__ = ["FIRST", "folder", "models"]

FIRST = "smoking"
"""The model that the demo runs."""


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
