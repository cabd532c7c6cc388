"""Figures against scikit-learn."""

import math

import numpy as np
import pytest
from sklearn.metrics import log_loss, precision_recall_fscore_support, top_k_accuracy_score

from charnet.measure import evaluation

LABELS = "abcdef"


def answers(count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Likelihoods that are right more often than not, and right answers; the last label is never read."""
    random = np.random.default_rng(0)
    targets = random.integers(0, len(LABELS), count)
    logits = random.normal(0, 1.5, (count, len(LABELS))) + 2.0 * np.eye(len(LABELS))[targets]
    logits[:, -1] = -9
    return 1 / (1 + np.exp(-logits)), targets


def test_figures_are_those_of_scikit_learn():
    likelihoods, targets = answers()
    found = evaluation.measure(likelihoods, targets, LABELS)
    shares = likelihoods / likelihoods.sum(axis=1, keepdims=True)
    assert found["accuracy"] == pytest.approx(top_k_accuracy_score(targets, shares, k=1))
    assert found["top3"] == pytest.approx(top_k_accuracy_score(targets, shares, k=3))
    assert found["loss"] == pytest.approx(log_loss(targets, shares))
    assert found["low"] < found["accuracy"] < found["high"]
    read = likelihoods.argmax(axis=1)
    precision, recall, _, count = precision_recall_fscore_support(targets, read, labels=range(6), zero_division=0)
    rows = list(found["per_label"].values())
    assert [row["precision"] or 0 for row in rows] == pytest.approx(precision)
    assert [row["recall"] for row in rows] == pytest.approx(recall)
    assert [row["count"] for row in rows] == count.tolist()
    assert rows[-1]["precision"] is None
    assert found["macro"] == pytest.approx({"precision": precision.mean(), "recall": recall.mean()})


def test_a_label_without_pictures_counts_in_no_mean():
    likelihoods = np.array([[0.9, 0.1, 0.2], [0.2, 0.8, 0.1], [0.7, 0.6, 0.1]])
    found = evaluation.measure(likelihoods, np.array([0, 1, 1]), "abc")
    assert found["per_label"]["c"] == {"precision": None, "recall": None, "count": 0}
    assert found["macro"] == {"precision": 0.75, "recall": 0.75}
    assert found["confusions"] == [{"label": "b", "read": "a", "count": 1}]


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_network_that_always_answers_the_same_is_not_always_right(value: float):
    found = evaluation.measure(np.full((4, 4), value), np.arange(4), "abcd")
    assert (found["accuracy"], found["top3"]) == (0.25, 0.75)
    assert found["loss"] == pytest.approx(math.log(4))
    assert found["ece"] == pytest.approx(abs(value - 0.25))


def test_the_worst_confusions_come_first():
    likelihoods, targets = answers()
    rows = evaluation.measure(likelihoods, targets, LABELS)["confusions"]
    counts = [row["count"] for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == (likelihoods.argmax(axis=1) != targets).sum()
    assert all(row["label"] != row["read"] for row in rows)


def test_what_a_person_reads():
    likelihoods, targets = answers()
    found = evaluation.measure(likelihoods, targets, LABELS) | {"writers": 1234}
    lines = evaluation.describe(found)
    assert lines[0] == "300 pictures by 1,234 writers"
    assert lines[1].startswith(f"right: {found['accuracy']:.1%} (95 % interval {found['low']:.1%} to ")
    heading = lines.index("label  pictures  precision  recall")
    table = [line.split() for line in lines[heading + 1 : heading + 1 + len(LABELS)]]
    assert [row[0] for row in table] == list(LABELS)
    assert sum(int(row[1]) for row in table) == 300
    assert table[-1][2] == "-"  # never read
    first = found["confusions"][0]
    of = found["per_label"][first["label"]]["count"]
    worst = lines[lines.index("most frequent mistakes:") + 1 : -1]
    assert worst[0] == f"  {first['label']} as {first['read']}: {first['count']} of {of}"
    assert len(worst) == min(evaluation.WORST, len(found["confusions"]))


def test_nothing_is_said_of_what_there_is_none_of():
    found = evaluation.measure(np.eye(2), np.arange(2), "ab")
    assert evaluation.describe(found | {"writers": 1})[0] == "2 pictures by 1 writer"
    lines = evaluation.describe(found | {"writers": None})
    assert lines[0] == "2 pictures"
    assert "most frequent mistakes:" not in lines
