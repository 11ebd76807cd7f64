"""A table becomes a model file that waits for answers, and runs when it has them."""

import csv
import json
from pathlib import Path

import pytest

from bayescause.cli import main
from bayescause.study.study import Study


@pytest.fixture
def shop(tmp_path, models: Path, monkeypatch) -> Path:
    """The promotion's table as a spreadsheet in Germany writes it."""
    with (models / "data" / "promotion.csv").open() as file:
        header, *rows = csv.reader(file)
    at = header.index("promo")
    for row in rows:
        row[at] = {"0": "no", "1": "yes"}[row[at]]
    lines = [";".join(header), *(";".join(row).replace(".", ",") for row in rows)]
    (tmp_path / "shop.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drafted(shop: Path) -> str:
    assert main(["new", "shop.csv", "--of", "promo", "--on", "sales"]) == 0
    return (shop / "shop.toml").read_text()


def test_the_format_of_the_table_is_found_and_said(shop, capsys):
    text = drafted(shop)
    assert 'separator = ";"\ndecimal = ","' in text
    said = capsys.readouterr().out
    assert said.startswith('shop.csv: 1,000 rows, 5 columns; separator ";", decimal comma.          Wrote shop.toml.\n')
    assert "sort the three other columns" in said


def test_levels_that_are_text_are_named_with_the_untreated_one_first(shop):
    assert 'promo = { label = "promo", levels = ["no", "yes"] } # your file says no / yes' in drafted(shop)


def test_every_other_column_stops_the_check_until_it_is_sorted(shop, capsys):
    drafted(shop)
    assert main(["check", "shop.toml"]) == 3
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "shop.toml, line 12: `? season` is not sorted yet.",
        "shop.toml, line 13: `? loyalty` is not sorted yet.",
        "shop.toml, line 14: `? traffic` is not sorted yet.",
        "3 things to mend, nothing was run.",
    ]


def test_a_sorted_file_passes_the_check(shop, capsys):
    text = drafted(shop)
    lines = text.splitlines()
    lines[11] = "season -> {promo sales}"
    lines[12] = "loyalty -> {promo sales}"
    lines[13] = "promo -> traffic -> sales"
    (shop / "shop.toml").write_text("\n".join(lines))
    assert main(["check", "shop.toml"]) == 0
    assert "1,000 rows" in capsys.readouterr().out


def test_a_sorted_file_runs_and_finds_the_true_effect_from_decimal_commas_and_yes_and_no(shop, capsys):
    text = drafted(shop)
    for old, new in {
        "? season": "season -> {promo sales} #",
        "? loyalty": "loyalty -> {promo sales} #",
        "? traffic": "{promo season} -> traffic -> sales #",
    }.items():
        text = text.replace(old, new)
    (shop / "shop.toml").write_text(text)
    capsys.readouterr()
    assert main(["run", "shop.toml", "--json"]) == 0
    question = json.loads(capsys.readouterr().out)["questions"][0]
    # The truth is 133 and the answer's sd is 12: 95 in 100 samples lie within two of them, and this one is fixed.
    assert abs(question["mean"] - 133) < 2 * 12
    assert question["unadjusted"] > 133 + 4 * 12


def test_a_file_that_is_there_is_not_overwritten(shop, capsys):
    (shop / "shop.toml").write_text("mine")
    assert main(["new", "shop.csv", "--of", "promo", "--on", "sales"]) == 3
    assert (shop / "shop.toml").read_text() == "mine"
    assert capsys.readouterr().err.endswith("Give another name with --to.\n1 thing to mend, nothing was written.\n")


def test_a_column_that_is_not_there_is_told_with_the_nearest_name(shop, capsys):
    assert main(["new", "shop.csv", "--of", "prom", "--on", "sale"]) == 3
    said = capsys.readouterr().err
    assert "'prom' is not a column of shop.csv. Did you mean `promo`?" in said
    assert "'sale' is not a column of shop.csv. Did you mean `sales`?" in said


def test_names_with_spaces_quotes_and_backslashes_survive_the_round_trip(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("odd.csv").write_text("what we did,Umsatz (€),a\\b,it's\n0,1.5,1,2\n1,2.5,3,1\n0,1.0,2,5\n", encoding="utf-8")
    assert main(["new", "odd.csv", "--of", "what we did", "--on", "Umsatz (€)"]) == 0
    path = Path("odd.toml")
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("?")))
    assert Study.read(path).questions[0].on == "Umsatz (€)"


def test_a_name_with_a_double_quote_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("odd.csv").write_text('x,y,"a ""b"""\n0,1,1\n1,2,3\n')
    assert main(["new", "odd.csv", "--of", "x", "--on", "y"]) == 3
    assert "Rename it in the table." in capsys.readouterr().err


def test_a_treatment_that_is_a_number_is_compared_at_its_quartiles(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("dose.csv").write_text("dose,cure\n" + "\n".join(f"{dose},{2 * dose}" for dose in range(101)) + "\n")
    main(["new", "dose.csv", "--of", "dose", "--on", "cure"])
    assert Study.read(Path("dose.toml")).questions[0].contrast == (25, 75)
