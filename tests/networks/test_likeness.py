"""Unlikeness computed one picture at a time, and what is refused as a likeness."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from samples import make_likeness, make_network

from charnet.networks import classify, json_checks, json_file
from charnet.networks.facts import Facts
from charnet.networks.likeness import MAX_LOGIT, Likeness, logits
from charnet.spec import Spec

ABC = Spec(("a", "b", "c"))


@pytest.mark.parametrize("mirrored", [0, 2])
def test_unlikeness_against_the_formula(mirrored: int):
    likeness = make_likeness(5, mirrored)
    likelihoods = np.random.default_rng(3).random((40, 5))
    likelihoods[0], likelihoods[1, 2] = 0, 1
    found = likeness.unlikeness(likelihoods)
    for row, value in zip(likelihoods.tolist(), found, strict=True):
        logs = [max(-12, min(12, -math.inf if p == 0 else math.inf if p == 1 else math.log(p / (1 - p)))) for p in row]
        white = [sum(logs[i] * likeness.whitening[i][j] for i in range(5)) for j in range(5)]
        own = sum((x - y) ** 2 for x, y in zip(white, likeness.means[row.index(max(row))], strict=True))
        others = [sum((x - y) ** 2 for x, y in zip(white, mean, strict=True)) for mean in likeness.mirrored]
        assert value == pytest.approx(2 * own - min(others, default=0))


def test_logits_are_finite():
    assert logits(np.array([0.0, 0.5, 1.0, 1e-30])).tolist() == [-MAX_LOGIT, 0, MAX_LOGIT, -MAX_LOGIT]
    assert logits(np.array([0.9], np.float32)) == pytest.approx([math.log(9)], abs=1e-6)


@pytest.mark.parametrize("mirrored", [0, 1, 3])
def test_it_is_read_as_it_was_written(mirrored: int):
    likeness = make_likeness(3, mirrored)
    assert Likeness.from_dict(json.loads(json.dumps(likeness.to_dict()))) == likeness
    network = replace(make_network(ABC), facts=Facts(0.5, "sample", 0.4, likeness))
    assert json_file.parse(json_file.dump(network)).facts == network.facts


@pytest.mark.parametrize(
    "changes",
    [
        {"limit": None},
        {"limit": float("nan")},
        {"limit": "7"},
        {"whitening": [[1.0, 0.0, 0.0]] * 2},
        {"whitening": []},
        {"means": [[0.0] * 3] * 2 + [[0.0] * 2]},
        {"means": [[0.0] * 3] * 2 + [[0.0, 0.0, float("inf")]]},
        {"means": [[0.0] * 3] * 2 + [[0.0, 0.0, True]]},
        {"means": "abc"},
        {"mirrored": [[0.0] * 4]},
        {"mirrored": [[0.0] * 3] * 4},
        {"mirrored": [[1e300] * 3]},
        {"mirrored": [[]]},
        {"whitening": [[0.0] * 101] * 101, "means": [[0.0] * 101] * 101, "mirrored": []},
    ],
)
def test_nonsense_is_no_likeness(changes: dict[str, object]):
    assert Likeness.from_dict(make_likeness(3, 2).to_dict() | changes) is None


@pytest.mark.parametrize("values", [None, 3, [], "x", {}])
def test_another_kind_of_value_is_none(values: object):
    assert Likeness.from_dict(values) is None


def test_one_for_other_labels_is_left_out():
    facts = Facts(sure=0.5, likeness=make_likeness(4, 1)).to_dict()
    assert json_checks.facts(facts, 3) == Facts(sure=0.5)
    assert json_checks.facts(facts, 4).likeness == make_likeness(4, 1)


def test_doubts_say_what_they_are_about():
    far = replace(make_likeness(3, 0), limit=-1.0)  # which no picture reaches
    near = replace(far, limit=1e9)
    rows = np.array([[0.9, 0.0, 0.1], [0.6, 0.5, 0.0], [0.3, 0.1, 0.0]])
    plain = ["", classify.ALIKE, classify.FAINT]
    for likeness, expected in ((far, [classify.UNLIKE] * 3), (near, plain), (None, plain)):
        network = classify.Classifier(ABC, "x", lambda framed: rows, Facts(sure=0.5, likeness=likeness))
        assert network.doubts(rows) == expected
        assert network.sure(rows).tolist() == [not doubt for doubt in expected]
        assert [network.ranking(row).doubt for row in rows] == expected
    assert network.doubts(rows[:0]) == [] and network.sure(rows[:0]).tolist() == []


@pytest.mark.parametrize("name", ["letters", "letters-cnn"])
def test_the_shipped_networks_doubt_what_is_no_letter(name: str):
    network = classify.load(name)
    assert network.facts.likeness
    noise = network.likelihoods(np.random.default_rng(0).random((50, 16, 10)).astype(np.float32))
    assert network.sure(noise).mean() < 0.1
