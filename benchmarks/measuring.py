"""Measuring programs as processes: seconds from start to end, and the memory that they held at most."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

__all__ = ["HERE", "INSTALLED", "Measured", "Row", "machine", "measure", "median_of", "table_of"]

HERE = Path(__file__).resolve().parent

INSTALLED = str(HERE / "peers" / "as_installed.py")
"""Runs a script as a user does, without Dask."""

PACKAGES = ("bayescause", "pymc", "nutpie", "numpy", "duckdb")

AGREED = 4.0
"""Monte Carlo errors, combined, within which two answers are one."""


@dataclass(frozen=True)
class Measured:
    """One run: seconds, memory held at most in GB, what it printed last, if that was JSON, and seconds of processor."""

    seconds: float
    gigabytes: float
    answer: Mapping[str, Any]
    processor: float = 0.0


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, how it came out, the bar if there is one, and whether it is met."""

    what: str
    found: str
    bar: str = ""
    is_met: bool | None = None


def installed() -> dict[str, str]:
    """Environment of a process whose modules keep their bytecode, as those of an installed package do.

    Where it is not kept, each process compiles this package's source again, and no other package's.
    """
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}


def measure(words: Sequence[str], environment: Mapping[str, str] | None = None) -> Measured:
    """Run Python with ``words`` and wait for it."""
    begun = perf_counter()
    with subprocess.Popen(
        [sys.executable, *words], env={**installed(), **(environment or {})}, stdout=subprocess.PIPE, text=True
    ) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}.")
    last = said.strip().splitlines()[-1] if said.strip() else ""
    scale = 1e9 if sys.platform == "darwin" else 1e6
    answer = json.loads(last) if last.startswith("{") else {}
    return Measured(perf_counter() - begun, usage.ru_maxrss / scale, answer, usage.ru_utime + usage.ru_stime)


def median_of(words: Sequence[str], times: int, environment: Mapping[str, str] | None = None) -> Measured:
    """The run of middle length, and its answer."""
    runs = sorted((measure(words, environment) for _ in range(times)), key=lambda run: run.seconds)
    middle = median(run.seconds for run in runs)
    return min(runs, key=lambda run: abs(run.seconds - middle))


def agree(one: Measured, other: Measured) -> None:
    """Stop if two programs do not give one answer: what is fast and wrong is not fast."""
    first, second = one.answer, other.answer
    error = (first["mcse"] ** 2 + second["mcse"] ** 2) ** 0.5
    if abs(first["mean"] - second["mean"]) > AGREED * error or not 0.9 < first["sd"] / second["sd"] < 1.1:
        raise SystemExit(f"The answers differ: {dict(first)} and {dict(second)}.")


def machine() -> str:
    """The kind of machine, versions and the date, in a line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{date.today().isoformat()}; {cores} cores, {memory:.0f} GB; Python {python}, {packages}"  # noqa: DTZ011


def table_of(rows: Sequence[Row]) -> str:
    """``rows`` in Markdown."""
    met = {True: "yes", False: "NO", None: ""}
    head = ["| what | found | bar | met |", "|---|---|---|---|"]
    return "\n".join([*head, *(f"| {row.what} | {row.found} | {row.bar} | {met[row.is_met]} |" for row in rows)])
