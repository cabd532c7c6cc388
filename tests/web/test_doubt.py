"""What the page says of doubt, compared with Python."""

from dataclasses import replace

import numpy as np
import pytest
from samples import make_likeness
from web_modules import Js

from charnet.networks import classify
from charnet.networks.facts import Facts
from charnet.spec import LOWERCASE, Spec

EACH = """(modules, rows, sure, likeness) => rows.map((row) => [
  modules["doubt.js"].doubtOf(row, { sure, likeness }), modules["doubt.js"].confidence(row),
  likeness && modules["doubt.js"].unlikeness(row, likeness),
])"""


@pytest.mark.parametrize("mirrored", [None, 0, 4])
def test_it_is_the_same_in_the_page(js: Js, mirrored: int | None) -> None:
    random = np.random.default_rng(0)
    rows = random.random((200, 26)) ** random.integers(1, 40, (200, 1))
    rows[0], rows[1], rows[2, 3] = 0, 1, 1
    likeness = None
    if mirrored is not None:
        likeness = make_likeness(26, mirrored)
        likeness = replace(likeness, limit=float(np.median(likeness.unlikeness(rows))) + 1e-3)
    network = classify.Classifier(Spec(LOWERCASE), "x", lambda framed: rows, Facts(sure=0.05, likeness=likeness))
    found = js(EACH, rows.tolist(), 0.05, likeness.to_dict() if likeness else None)
    doubts, confidences, unlikeness = zip(*found, strict=True)
    assert list(doubts) == network.doubts(rows)
    assert len(set(doubts)) >= 3
    assert np.allclose(confidences, classify.confidence(rows), atol=1e-12)
    if likeness:
        assert np.allclose(unlikeness, likeness.unlikeness(rows), rtol=1e-9, atol=1e-5)


def test_the_shipped_network(js: Js) -> None:
    network = classify.load("letters")
    likeness = network.facts.likeness
    assert likeness
    rows = network.likelihoods(np.random.default_rng(1).random((50, 16, 10)).astype(np.float32) ** 3)
    found = js(EACH, rows.tolist(), network.least, likeness.to_dict())
    assert [doubt for doubt, _, _ in found] == network.doubts(rows)
    assert np.allclose([value for _, _, value in found], likeness.unlikeness(rows), rtol=1e-9, atol=1e-5)
