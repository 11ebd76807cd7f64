"""The models that come with the package are found, read, and tell the truth about their data."""

import csv
import importlib.util
import subprocess
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

import pytest

from bayescause.identification.identify import identify
from bayescause.study.study import Study
from bayescause.study.zoo import models as zoo

NAMES = ("smoking", "cholestyramine", "kidney_stones", "promotion", "tar")


def rows(models: Path, name: str) -> list[dict[str, str]]:
    with (models / "data" / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", NAMES)
def test_every_model_can_be_read_and_every_question_be_answered_or_bounded(name):
    study = Study.read(zoo()[name])
    verdicts = [identify(study.model.graph, question) for question in study.questions]
    assert all(verdict.is_identified or verdict.bounds is not None for verdict in verdicts)
    assert study.data.file.is_file()


@pytest.mark.parametrize("name", NAMES)
def test_every_model_tells_its_story_before_its_first_key(name):
    text = zoo()[name].read_text()
    assert "# The story." in text[: text.index("schema = 1")]


def test_smoking_holds_the_1566_people_of_the_reference(models, reference_data):
    with (reference_data / "nhefs" / "nhefs.csv").open() as file:
        reference = list(csv.DictReader(file))
    people = rows(models, "nhefs")
    assert people == [{name: row[name] for name in people[0]} for row in reference]


def test_smoking_quotes_the_plain_difference_of_2_54_kg(models):
    gain = {arm: [float(row["wt82_71"]) for row in rows(models, "nhefs") if row["qsmk"] == arm] for arm in "01"}
    difference = sum(gain["1"]) / len(gain["1"]) - sum(gain["0"]) / len(gain["0"])
    assert difference == pytest.approx(2.54, abs=0.005)  # REFERENCE_NUMBERS E1


def test_kidney_stones_count_the_700_patients_of_the_paper(models):
    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows(models, "kidney_stones"):
        counted[row["treatment"], row["stone_size"]][int(row["success"])] += int(row["patients"])
    assert dict(counted) == {
        ("open surgery", "small"): [6, 81],
        ("open surgery", "large"): [71, 192],
        ("keyhole", "small"): [36, 234],
        ("keyhole", "large"): [25, 55],
    }


def test_cholestyramine_holds_the_337_men_of_the_trial_in_the_shares_of_the_paper(models):
    counted: dict[str, list[int]] = defaultdict(list)
    for row in rows(models, "cholestyramine"):
        counted[row["assigned"]].append(int(row["patients"]))
    # REFERENCE_NUMBERS E11: shares to three digits, in the order neither, improved, taken, both.
    assert {arm: sum(men) for arm, men in counted.items()} == {"placebo": 172, "drug": 165}
    assert [round(men / 172, 3) for men in counted["placebo"]] == [0.919, 0.081]
    assert [round(men / 165, 3) for men in counted["drug"]] == [0.315, 0.073, 0.139, 0.473]


def test_tar_holds_the_800_people_of_pearls_table(models):
    people = {(row["smoking"], row["tar"], row["cancer"]): int(row["people"]) for row in rows(models, "tar")}
    ill = {lungs: (people[*lungs, "yes"], people[*lungs, "yes"] + people[*lungs, "no"]) for lungs in
           [("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no")]}  # fmt: skip
    assert list(ill.values()) == [(323, 380), (18, 20), (1, 20), (38, 380)]


def test_the_promotion_is_what_its_script_simulates(root: Path, models):
    spec = importlib.util.spec_from_file_location("simulate_promotion", root / "benchmarks" / "simulate_promotion.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    simulated = script.simulate()
    for name, values in simulated.items():
        assert [float(row[name]) for row in rows(models, "promotion")] == pytest.approx(values.tolist())
    assert f"on sales: {script.TRUE_EFFECT:g} EUR a week" in (models / "promotion.toml").read_text()


def test_the_zoo_is_found_in_an_editable_install(models):
    assert next(iter(zoo().values())) == models / "smoking.toml"


def test_the_zoo_is_found_in_a_wheel(root: Path, tmp_path):
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=root, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    probe = "from bayescause.study.zoo import models; print(*models().values())"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r}); {probe}"]
    found = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.split()
    assert [Path(path).relative_to(tmp_path / "installed").as_posix() for path in found] == [
        f"bayescause/models/{name}.toml" for name in NAMES
    ]
    assert {path.name for path in (tmp_path / "installed/bayescause/models/data").iterdir()} == {
        "nhefs.csv",
        "cholestyramine.csv",
        "kidney_stones.csv",
        "promotion.csv",
        "tar.csv",
    }
