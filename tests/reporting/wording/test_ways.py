"""An owner reads of ways round a mediator in plain words."""

from types import SimpleNamespace

import pytest

import bayescause as bc
from bayescause.reporting.wording.ways import way_of

NAMES = SimpleNamespace(label={"traffic": "visitors"}.get)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (bc.NaturalDirectEffect(of="promo", on="sales", through=("traffic",)), "other than through visitors"),
        (bc.NaturalIndirectEffect(of="promo", on="sales", through=("traffic",)), "through visitors"),
        (bc.AverageEffect(of="promo", on="sales"), ""),
    ],
)
def test_the_way_of_an_effect_is_told_in_the_users_labels(question, words):
    assert way_of(question, NAMES) == words
