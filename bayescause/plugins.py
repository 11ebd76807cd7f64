"""A plug-in is one file in a plug-in folder: this module finds it by name.

A plug-in folder is a package such as ``bayescause.scm.mechanisms``. Each of its modules holds one public
class, the first name of its ``__all__``, with a literal ``short``. Other distributions add theirs through
an entry-point group of the package's name.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoints, entry_points
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

from bayescause.arguments import closest, shown
from bayescause.errors import SpecError, UnknownPluginError

__all__ = ["find", "names"]


def names(package: str) -> tuple[str, ...]:
    """Short names of the plug-ins in ``package``, sorted.

    Examples
    --------
    >>> "gaussian" in names("bayescause.scm.mechanisms")
    True
    """
    return tuple(sorted(_catalogue(package)))


def find(package: str, name: str) -> type[Any]:
    """Class of the plug-in called ``name``, by its short name or by its class name.

    Raises
    ------
    UnknownPluginError
        If no file of the folder and no installed package offers that name.

    Examples
    --------
    >>> find("bayescause.scm.mechanisms", "gaussian").__name__
    'Gaussian'
    """
    known = _catalogue(package)
    for short, plugin in known.items():
        if isinstance(name, str) and name in (short, plugin.__name__):  # type: ignore[redundant-expr]
            return plugin
    what = package.rsplit(".", 1)[-1].replace("sensitivity", "sensitivity analyses")
    near = closest(str(name), known)
    hint = "" if near is None else f" Did you mean {near!r}?"
    raise UnknownPluginError(
        f"No {shown(name)} among the {what}.{hint} Known: {', '.join(sorted(known))}. "
        f"Others come with packages that register under the entry point {package!r}."
    )


@cache
def _catalogue(package: str) -> Mapping[str, type[Any]]:
    catalogue: dict[str, type[Any]] = {}
    for plugin in (*_own(package), *_foreign(package)):
        if plugin.short in catalogue:
            raise SpecError(
                f"Two plug-ins of {package} are called {plugin.short!r}: "
                f"{catalogue[plugin.short].__module__} and {plugin.__module__}. Rename one."
            )
        catalogue[plugin.short] = plugin
    return MappingProxyType(catalogue)


def _own(package: str) -> list[type[Any]]:
    modules = sorted(found.name for found in iter_modules(import_module(package).__path__))
    loaded = (import_module(f"{package}.{name}") for name in modules if not name.startswith("_"))
    return [getattr(module, module.__all__[0]) for module in loaded]


def _foreign(package: str) -> list[type[Any]]:
    return [point.load() for point in _installed().select(group=package)]


@cache
def _installed() -> EntryPoints:
    # Reading the metadata of every installed distribution takes tens of milliseconds: once is enough.
    return entry_points()
