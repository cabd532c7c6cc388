from dataclasses import replace
from pathlib import Path

import pytest
from samples import make_network

from charnet.networks import classify, json_file
from charnet.networks.facts import NOTHING, Facts
from charnet.networks.letter_model import LetterModel
from charnet.spec import Spec


def test_they_travel_in_the_file(tmp_path: Path):
    facts = Facts(0.96, "writer", 0.8, letters=LetterModel.from_dict(LetterModel.of({"the": 3, "then": 1}).to_dict()))
    json_file.write(tmp_path / "w.json", replace(make_network(Spec()), facts=facts))
    assert classify.load(tmp_path / "w.json").facts == facts


@pytest.mark.parametrize("facts", [NOTHING, Facts(0.5), Facts(sure=1.0), Facts(split="sample")])
def test_there_and_back(facts: Facts):
    assert Facts.from_dict(facts.to_dict()) == facts
    assert None not in facts.to_dict().values()


@pytest.mark.parametrize(
    "values",
    [None, 3, [], {"accuracy": "0.5", "split": 7, "sure": 2}, {"accuracy": float("nan"), "sure": -1}, {"other": 1}],
)
def test_nonsense_about_a_network_is_no_reason_to_refuse_it(values: object):
    assert Facts.from_dict(values) == NOTHING
