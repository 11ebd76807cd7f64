"""Lines of keys are those that an editor shows."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayescause.study.places import line_of, lines_of_keys, path_in_words

TEXT = '''# a comment with [brackets] = and "quotes"
schema = 1
title = "a # no comment"

[graph]
edges = """
a -> b   # [not.a.table]
c = {a b}
"""
latent = [
  "u", # ]
]
[variables]
a.kind = "binary"
"b c" = { label = "x = {y}", levels = ["no", "yes"] }
[[questions]]
of = 'a'
[[questions]]
of = "b"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("schema",), 2),
        (("title",), 3),
        (("graph",), 5),
        (("graph", "edges"), 6),
        (("graph", "latent"), 10),
        (("variables", "a", "kind"), 14),
        (("variables", "b c"), 15),
        (("questions", 0), 16),
        (("questions", 1, "of"), 19),
    ],
)
def test_every_key_has_the_line_on_which_it_stands(path, line):
    assert lines_of_keys(TEXT)[path] == line


def test_a_key_inside_an_inline_table_has_the_line_of_the_table():
    assert line_of(("variables", "b c", "levels", 1), lines_of_keys(TEXT)) == 15


def test_a_key_that_is_missing_is_placed_at_its_table():
    assert line_of(("questions", 1, "estimand"), lines_of_keys(TEXT)) == 18


def test_a_path_is_written_as_a_user_would_write_it():
    assert path_in_words(("questions", 0, "contrast", 1)) == "questions[1].contrast[2]"


def test_the_models_of_the_zoo_have_all_their_keys_placed(models: Path):
    for path in models.glob("*.toml"):
        lines = lines_of_keys(path.read_text())
        raw = path.read_text().splitlines()
        for keys, line in lines.items():
            named = [key for key in keys if isinstance(key, str)][-1]
            assert named in raw[line - 1]


@given(st.text(alphabet="ab.=[]{}\"'#\n \\,1", max_size=60))
def test_whatever_tomllib_reads_the_scanner_reads_too(text):
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    top = {path[0] for path in lines_of_keys(text)}
    assert top == set(content)
