"""What all tests share: the reference data, small data sets with known truth, and posteriors that are drawn once."""

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REFERENCE_DATA = Path(os.environ.get("BAYESCAUSE_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
REFERENCE_REQUIRED = os.environ.get("BAYESCAUSE_REFERENCE_REQUIRED") == "1"
MISSING_REFERENCE = "reference data are not here"

# Compiled code is kept for one run of the suite: a stale cache must not hide a change, and the home may be read-only.
_COMPILED = tempfile.TemporaryDirectory(prefix="bayescause-tests-", ignore_cleanup_errors=True)
os.environ.setdefault("PYTENSOR_FLAGS", f"base_compiledir={_COMPILED.name}/pytensor")
os.environ.setdefault("NUMBA_CACHE_DIR", f"{_COMPILED.name}/numba")
os.environ.setdefault("MPLCONFIGDIR", f"{_COMPILED.name}/matplotlib")
os.environ.setdefault("MPLBACKEND", "agg")


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def models(root: Path) -> Path:
    """Folder of the model files."""
    return root / "models"


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of the reference data; the test is skipped, and counted, where it is missing."""
    if not REFERENCE_DATA.is_dir():
        pytest.skip(MISSING_REFERENCE)
    return REFERENCE_DATA


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
