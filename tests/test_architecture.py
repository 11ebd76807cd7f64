"""The house stands as it was drawn: layers, sizes, names, and what may be loaded when."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "bayescause"
MODULES = sorted(PACKAGE.rglob("*.py"))
HOMELESS = {"utils", "util", "helpers", "common", "base", "misc", "manager", "core", "tools"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
"""Lines without the signature and the docstring; the usual function has 3 to 10."""

parts = pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


def dotted(module: Path) -> str:
    inside = module.relative_to(PACKAGE.parent).with_suffix("")
    return ".".join(inside.parts[:-1] if inside.name == "__init__" else inside.parts)


def loaded_by(statement: str) -> set[str]:
    """Top-level packages that a fresh Python has loaded after ``statement``."""
    probe = f"{statement}\nimport sys; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_package_loads_nothing_heavy():
    assert not loaded_by("import bayescause") & {"pymc", "arviz", "numpy", "pandas", "xarray", "matplotlib", "scipy"}


def test_the_lower_rooms_load_no_sampling():
    lower = [
        dotted(module)
        for module in MODULES
        if module.relative_to(PACKAGE).parts[0] in {"graph", "identification", "scm", "compilation"}
    ]
    sampling = {"pymc", "pytensor", "arviz", "arviz_base", "arviz_stats", "xarray", "nutpie"}
    assert not loaded_by("\n".join(f"import {name}" for name in lower)) & sampling


def test_an_identification_loads_no_sampling():
    statement = "import bayescause as bc; bc.identify(bc.CausalGraph.parse('x -> y'), bc.AverageEffect(of='x', on='y'))"
    assert not loaded_by(statement) & {"pymc", "pytensor", "arviz", "nutpie", "pandas"}


def test_an_answer_by_straight_lines_waits_for_no_library_that_samples_or_plots():
    statement = (
        "import sys; sys.modules['dask'] = None\n"  # the tests' own; where it is installed, xarray loads it
        "import bayescause as bc\n"
        "data = {'x': [0, 1] * 20, 'y': [float(i % 5 + i % 2) for i in range(40)]}\n"
        "str(bc.ask(bc.StructuralModel.parse('y ~ x'), data, bc.AverageEffect(of='x', on='y')))"
    )
    late = {"pymc", "pytensor", "arviz_base", "arviz_stats", "nutpie", "numba", "scipy", "matplotlib", "duckdb"}
    assert loaded_by(statement) & late == set()


@parts
def test_a_module_opens_with_a_sentence_and_its_public_names(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    names = [
        node.targets[0].id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]
    assert "__all__" in names or module.name in {"__init__.py", "__main__.py"}


@parts
def test_a_module_holds_one_idea(module):
    assert module.stem not in HOMELESS
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@parts
def test_a_function_fits_in_one_look(module):
    functions = (
        node for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    )
    long = {function.name: size for function in functions if (size := _statement_lines(function)) > LONGEST_FUNCTION}
    assert not long


def _statement_lines(function: ast.FunctionDef) -> int:
    first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 1


@parts
def test_nothing_prints_evaluates_or_unpickles(module):
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"print", "eval", "exec", "__import__"}
    assert "import pickle" not in module.read_text(encoding="utf-8")


@parts
def test_no_statement_is_asserted_about_the_users_input(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]


PLUGINS = next(
    contract["modules"]
    for contract in tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    if contract["type"] == "independence"
)


@pytest.mark.parametrize(
    "folder", sorted(name.removeprefix("bayescause.").removesuffix(".*").replace(".", "/") for name in PLUGINS)
)
def test_a_plug_in_names_itself_in_its_own_file(folder):
    for module in sorted((PACKAGE / folder).glob("[!_]*.py")):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        shorts = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "short"
        ]
        assert len(shorts) == 1, f"{module} must hold one class with a literal `short`"
        assert isinstance(shorts[0].value, ast.Constant)


WITH_FILES = {"cli", "study", "reporting", "compilation"}
"""Rooms that read and write files."""
TOUCHES = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "to_netcdf", "to_csv"}


@parts
def test_only_the_rooms_with_files_touch_them(module):
    calls = (node for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    named = {
        getattr(call.func, "attr", "") or ("open" if getattr(call.func, "id", "") == "open" else "") for call in calls
    }
    assert module.relative_to(PACKAGE).parts[0] in WITH_FILES or not named & TOUCHES


def test_every_folder_that_extending_names_holds_plug_ins_that_import_no_other(root):
    told = re.findall(r"`bayescause/([\w/]+)/`", (root / "docs" / "extending.md").read_text(encoding="utf-8"))
    assert {f"bayescause.{folder.replace('/', '.')}.*" for folder in told} == set(PLUGINS)


def test_every_test_file_mirrors_a_room():
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()} | {
        "cli",
        "contracts",
        "truth",
        "models",
        "browser",
    }
    folders = {path.name for path in Path(__file__).parent.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= rooms
