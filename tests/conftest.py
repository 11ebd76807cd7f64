"""What all tests share: the reference data, small data sets with known truth, and posteriors that are drawn once."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pandas as pd
import pytest

import bayescause

if TYPE_CHECKING:
    from bayescause.inference.posterior import Posterior

ROOT = Path(__file__).resolve().parent.parent
REFERENCE_DATA = Path(os.environ.get("BAYESCAUSE_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
REFERENCE_REQUIRED = os.environ.get("BAYESCAUSE_REFERENCE_REQUIRED") == "1"
MISSING_REFERENCE = "reference data are not here"

# Compiled code is kept in the working tree, so that the home may be read-only and the next run is quicker.
COMPILED = ROOT / ".pytest_cache" / "compiled"
os.environ.setdefault("PYTENSOR_FLAGS", f"base_compiledir={COMPILED / 'pytensor'}")
os.environ.setdefault("NUMBA_CACHE_DIR", str(COMPILED / "numba"))
os.environ.setdefault("MPLCONFIGDIR", str(COMPILED / "matplotlib"))
os.environ.setdefault("MPLBACKEND", "agg")

# What a test takes depends on what else the machine does.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shard", metavar="K/N", help="run the K-th of N parts of the tests; all parts together are all")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if told := config.getoption("--shard"):
        number, parts = _shard(told)
        # By its name, so that a test stays in its part whatever else is added, and everywhere the same.
        kept = [item for item in items if zlib.crc32(item.nodeid.encode()) % parts == number - 1]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def _shard(told: str) -> tuple[int, int]:
    number, _, parts = told.partition("/")
    if not (number.isdecimal() and parts.isdecimal() and 1 <= int(number) <= int(parts)):
        raise pytest.UsageError(f"--shard {told!r} is no part: write 1/4 for the first of four.")
    return int(number), int(parts)


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def models(root: Path) -> Path:
    """Folder of the model files."""
    return root / "models"


@pytest.fixture(scope="session")
def uncompiled() -> Any:
    """PyTensor's mode that runs NumPy functions one by one: ready at once, for graphs that run a few times."""
    from pytensor.compile.mode import Mode
    from pytensor.link.vm import VMLinker

    return Mode(linker=VMLinker(c_thunks=False), optimizer="fast_compile")


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of the reference data; the test is skipped, and counted, where it is missing."""
    if not REFERENCE_DATA.is_dir():
        pytest.skip(MISSING_REFERENCE)
    return REFERENCE_DATA


@pytest.fixture(scope="session")
def promotion_weeks(models: Path) -> pd.DataFrame:
    """The table of the simulated shop: 1,000 weeks, a true effect of 133 EUR."""
    return pd.read_csv(models / "data" / "promotion.csv")


@pytest.fixture(scope="session")
def promotion_posterior(models: Path, promotion_weeks: pd.DataFrame) -> Posterior:
    """The shop's mechanisms, drawn exactly, once a run."""
    study = bayescause.Study.read(models / "promotion.toml")
    return bayescause.fit(study.model, promotion_weeks, study.questions, seed=1)


@pytest.fixture(scope="session")
def smoking_posterior(models: Path) -> Posterior:
    """The mechanism of weight change in NHEFS, drawn exactly, once a run."""
    study = bayescause.Study.read(models / "smoking.toml")
    return bayescause.fit(study.model, pd.read_csv(models / "data" / "nhefs.csv"), study.questions, seed=1)


_without_reference: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and MISSING_REFERENCE in str(report.longrepr):
        _without_reference.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if _without_reference and REFERENCE_REQUIRED and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _without_reference:
        terminalreporter.write_line(
            f"{len(_without_reference)} tests were skipped for want of reference data in {REFERENCE_DATA}"
            + (": they were required." if REFERENCE_REQUIRED else " (set BAYESCAUSE_REFERENCE_DATA)."),
            red=REFERENCE_REQUIRED,
            yellow=not REFERENCE_REQUIRED,
        )
