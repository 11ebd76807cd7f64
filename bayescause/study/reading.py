"""Reading a model file: TOML, schema, graph, variables, questions and analyses, with all faults of the file at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bayescause.errors import SpecError
from bayescause.study.faults import Fault, faults_of
from bayescause.study.hearing import heard
from bayescause.study.modelling import Drawing, draw_graph, model_of
from bayescause.study.questioning import (
    analyses_of,
    decided,
    gain_faults,
    places_of,
    questions_of,
    ruling_faults,
    slice_faults,
    unit_questions_of,
)
from bayescause.study.schema import DataPart, DecisionPart, ModelFile
from bayescause.study.study import CrossCheck, DataSource, Ruling
from bayescause.study.toml_text import TomlText, read_toml
from bayescause.surface import in_model_file

__all__ = ["parts_of"]


@in_model_file()
def parts_of(path: Path) -> dict[str, Any]:
    """What the model file at ``path`` holds, by the names of the fields of a study.

    Raises
    ------
    SpecError
        With every fault of the file, each with its line.
    """
    source = read_toml(path)
    file, faults = _validated(source)
    if file is None:
        raise _all_of(faults, source)
    with heard() as spoken:
        drawing, found = draw_graph(file.graph, source)
        faults += found
        asked, found = _asked(file, drawing, source)
        faults += found
        model, found = model_of(drawing, file.variables, source) if drawing else (None, [])
        faults += found
    if faults:
        raise _all_of(faults, source)
    own = places_of(file.questions)
    return {
        "path": path,
        "title": file.title,
        "unit": file.unit,
        "model": model,
        "questions": tuple(asked.questions),
        "unit_questions": tuple(asked.unit_questions),
        "data": _data_source(file.data, path),
        "slices": tuple(file.slices.by) if file.slices else (),
        "sensitivity": tuple(asked.analyses),
        "decision": asked.decision,
        "warnings": tuple(spoken),
        "lines": tuple(source.line(("questions", at)) for at in own),
        "unit_lines": tuple(source.line(("questions", at)) for at in range(len(file.questions)) if at not in own),
        "key_lines": source.lines,
        "replications": file.calibration.replications if file.calibration else None,
        "concordance": CrossCheck(file.concordance.draws, file.concordance.rows) if file.concordance else None,
    }


def _validated(source: TomlText) -> tuple[ModelFile | None, list[Fault]]:
    """The file; of a faulty one what is left without its faulty tables, so that the rest can be read too."""
    try:
        return ModelFile.model_validate(source.content), []
    except ValidationError as error:
        faults = list(faults_of(error, ModelFile))
        broken = {fault.path[0] for fault in faults}
    if "graph" in broken:
        return None, faults
    kept = {key: value for key, value in source.content.items() if key not in broken}
    rest = ModelFile.model_validate({"schema": 1, "title": "?", "questions": [{}], **kept})
    return (rest.model_copy(update={"questions": []}) if "questions" in broken else rest), faults


@dataclass(frozen=True)
class _Asked:
    questions: list[Any]
    unit_questions: list[Any]
    analyses: list[Any]
    decision: Ruling | None


def _asked(file: ModelFile, drawing: Drawing | None, source: TomlText) -> tuple[_Asked, list[Fault]]:
    questions, faults = questions_of(file.questions, drawing, source.line)
    of_units, found = unit_questions_of(file.questions, drawing, source.line)
    faults += found
    analyses, found = analyses_of(file.sensitivity, drawing, source.line)
    faults += found
    decision = None
    if file.decision:
        faults += ruling_faults(file.decision)
    if file.decision and questions and len(questions) + len(of_units) == len(file.questions):
        at, found = decided(file.decision, questions)
        faults += found
        if at is not None:
            faults += gain_faults(file.decision, questions[at], file.variables.get(questions[at].on))
        decision = None if at is None else _ruling(file.decision, at)
    if file.slices and drawing:
        faults += slice_faults(file.slices.by, questions, drawing, source.line)
    return _Asked(questions, of_units, analyses, decision), faults


def _all_of(faults: Iterable[Fault], source: TomlText) -> SpecError:
    """One error that lists ``faults`` in the order of their lines."""
    placed = [(fault.line or source.line(fault.path), fault.words) for fault in faults]
    ordered = sorted(dict.fromkeys(placed), key=lambda one: one[0] or 0)
    return SpecError(*(_told(source.path.name, line, words) for line, words in ordered))


def _told(name: str, line: int | None, words: str) -> str:
    return f"{name}: {words}" if line is None else f"{name}, line {line}: {words}"


def _data_source(part: DataPart | None, path: Path) -> DataSource:
    if part is None:
        return DataSource()
    return DataSource(
        path.parent / part.file,
        part.separator,
        part.decimal,
        part.frequency,
        part.missing,
        part.interventions,
        part.collected,
    )


def _ruling(part: DecisionPart, question: int) -> Ruling:
    return Ruling(question, part.act, part.instead, part.gain, part.cost, part.money, part.leaves_out)
