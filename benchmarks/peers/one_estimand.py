"""One question of the promotion, of any estimand, read, asked and printed: ``one_estimand.py SHORT SHAPE FILE``."""

import json
import sys
from dataclasses import fields
from itertools import combinations
from typing import Any

import bayescause as bc
from bayescause.errors import SpecError
from bayescause.plugins import find
from bayescause.query.estimand import ESTIMANDS

SHAPES = {
    "straight": "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic + promo + loyalty",
    "products": "promo ~ loyalty + season; traffic ~ promo*season; sales ~ traffic + promo*loyalty",
    "chances": "promo ~ loyalty + season; traffic ~ promo + season; busy ~ traffic + promo + loyalty",
}
"""The promotion as it is, with units whose effects differ, and with an outcome that is yes or no."""

LIKELY = {
    "through": ("traffic",),
    "held": {"traffic": 110.0},
    "given": ("loyalty",),
    "intervention": {"set": 1},
}
"""Keys that some estimands insist on."""

AT = {"at": (30.0, 40.0, 50.0)}
"""Where along the modifier: its values are too many for groups."""


def question_of(short: str, outcome: str) -> Any:
    """The least question of the estimand ``short`` that the promotion can be asked, or None if there is none."""
    plugin = find(ESTIMANDS, short)
    known = [key for key in LIKELY if key in {field.name for field in fields(plugin)}]
    for number in range(len(known) + 1):
        for keys in combinations(known, number):
            points = AT if "given" in keys else {}
            try:
                return plugin(of="promo", on=outcome, **{key: LIKELY[key] for key in keys}, **points)
            except SpecError:
                continue
    return None


def main(short: str, shape: str, file: str) -> None:
    """Print how many numbers the answer has, and the first of them."""
    outcome = "busy" if shape == "chances" else "sales"
    question = question_of(short, outcome)
    model = bc.StructuralModel.parse(f"{SHAPES[shape]}; loyalty <-> season")
    try:
        effect = bc.ask(model, file, question, seed=1)
    except SpecError as error:  # the effect depends on more than the modifier
        print(json.dumps({"reasons": list(error.faults)}))
        return
    told = {"reasons": list(effect.reasons)} if effect.draws is None else {"numbers": effect.draws[0, 0].size}
    print(str(effect), file=sys.stderr)
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
