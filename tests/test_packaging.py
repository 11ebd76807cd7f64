"""What is shipped is what was written: the wheel holds the zoo and its types, and both ways to install find the zoo."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory) -> Path:
    """The wheel as the build backend makes it, without the network."""
    pytest.importorskip("hatchling")
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_zoo_and_its_types(wheel, models):
    inside = set(zipfile.ZipFile(wheel).namelist())
    shipped = {f"bayescause/models/{path.relative_to(models).as_posix()}" for path in models.rglob("*.toml")}
    assert shipped
    assert shipped | {"bayescause/py.typed", "bayescause/models/data/nhefs.csv"} <= inside


def test_the_wheel_holds_every_module_and_template(wheel, root):
    inside = set(zipfile.ZipFile(wheel).namelist())
    written = {
        path.relative_to(root).as_posix()
        for path in (root / "bayescause").rglob("*")
        if path.suffix in {".py", ".j2", ".css"}
    }
    assert written <= inside


def test_the_wheel_holds_nothing_else(wheel):
    for name in zipfile.ZipFile(wheel).namelist():
        assert name.startswith("bayescause"), name
        assert "__pycache__" not in name
        assert "/tests/" not in name


def test_the_zoo_is_found_from_an_installed_wheel(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    assert Path(_zoo_folder(tmp_path)) == tmp_path / "bayescause" / "models"


def test_the_zoo_is_found_from_the_working_tree(root):
    assert Path(_zoo_folder(root)) == root / "models"


def test_the_command_is_installed():
    done = subprocess.run(
        [Path(sys.executable).with_name("bayescause"), "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "identify" in done.stdout


def _zoo_folder(where: Path) -> str:
    probe = f"import sys; sys.path.insert(0, {str(where)!r}); from bayescause.study.zoo import folder; print(folder())"
    done = subprocess.run([sys.executable, "-I", "-c", probe], cwd=where, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
