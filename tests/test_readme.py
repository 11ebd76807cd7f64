"""What the README, the documentation and the docstrings show is what happens.

On a page, a ``python`` block is run (one namespace a page), a ``text`` block after it is what it printed, and a
``console`` block holds commands, each after ``$``, with what they print. ``...`` stands for anything.
"""

import doctest
import importlib
import os
import pkgutil
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser, SkipParser

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "bayescause").rglob("*.py")
    if path.name != "__main__.py"
)
FORGIVING = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

run_python = PythonEvaluator()


def printed_by(example: Example) -> None:
    with redirect_stdout(StringIO()) as said:
        run_python(example)
    example.document.namespace["_said"] = said.getvalue()


def was_printed(example: Example) -> None:
    same(example.parsed, example.document.namespace.pop("_said", ""), example)


def answers(example: Example) -> None:
    for command in example.parsed.removeprefix("$ ").split("\n$ "):
        typed, _, shown = command.partition("\n")
        words = shlex.split(typed, comments=True)
        program = [sys.executable, "-m", "bayescause"] if words[0] == "bayescause" else [words[0]]
        done = subprocess.run([*program, *words[1:]], capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        assert done.returncode in {0, 4}, said
        if shown.strip():
            same(shown, said, example)


def same(shown: str, said: str, example: Example) -> None:
    if not doctest.OutputChecker().check_output(shown.strip() + "\n", said.strip() + "\n", FORGIVING):
        pytest.fail(f"{example.path}, line {example.line}: shown\n{shown}\nbut it said\n{said}", pytrace=False)


reader = Sybil(
    parsers=[
        SkipParser(),
        CodeBlockParser("python", printed_by),
        CodeBlockParser("text", was_printed),
        CodeBlockParser("console", answers),
    ]
)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch) -> Path:
    """An empty folder in which the zoo can be seen, so that nothing is written into the repository."""
    (tmp_path / "models").symlink_to(ROOT / "models", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    monkeypatch.setitem(os.environ, "COLUMNS", "120")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_happens(page, elsewhere):
    for example in reader.parse(page).examples():
        example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_files_and_names_of_the_package_that_a_page_names_are_there(page):
    told = page.read_text(encoding="utf-8")
    files = re.findall(r"\b(?:benchmarks|examples|models|tests|bayescause|docs)/[\w/.-]+\.(?:py|toml|csv|md|png)", told)
    assert [file for file in files if not (ROOT / file).exists()] == []
    dotted = {name for name in re.findall(r"`~?(bayescause(?:\.\w+)+)`", told) if not (ROOT / name).exists()}
    assert [name for name in sorted(dotted) if not is_there(name)] == []


def is_there(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


@pytest.mark.parametrize("name", MODULES)
def test_a_docstring_shows_what_happens(name, elsewhere):
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=FORGIVING, verbose=False)
    with redirect_stdout(StringIO()) as complaints:
        for test in doctest.DocTestFinder(exclude_empty=True).find(module):
            runner.run(test)
    assert not runner.failures, complaints.getvalue()
