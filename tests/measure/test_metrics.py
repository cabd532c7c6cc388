"""Against scikit-learn, and published values of Wilson's interval."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, top_k_accuracy_score

from charnet.measure import evaluation, metrics
from charnet.networks.classify import Classifier
from charnet.spec import Spec

RANDOM = np.random.default_rng(0)
LOGITS = RANDOM.normal(0, 2, (300, 7))
TARGETS = RANDOM.integers(0, 7, 300)


def test_summary_against_scikit_learn():
    found = metrics.summary(LOGITS, TARGETS)
    probabilities = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
    assert found["accuracy"] == pytest.approx(accuracy_score(TARGETS, LOGITS.argmax(axis=1)))
    assert found["top3"] == pytest.approx(top_k_accuracy_score(TARGETS, LOGITS, k=3))
    assert found["loss"] == pytest.approx(log_loss(TARGETS, probabilities))


def test_large_logits_do_not_overflow():
    assert metrics.summary(np.array([[1e4, 0.0], [0.0, 1e4]]), np.array([0, 0]))["loss"] == pytest.approx(5e3)


@pytest.mark.parametrize("labels", [1, 2, 3, 7])
def test_what_is_no_number_is_never_right(labels: int):
    """One NaN in an answer is enough: what it would rank before or behind is not known."""
    targets = np.arange(300) % labels
    nothing = np.full((300, labels), np.nan)
    found = metrics.summary(nothing, targets)
    assert (found["accuracy"], found["top3"]) == (0, 0)
    assert (metrics.predictions(nothing) == -1).all()
    assert metrics.confusion(nothing, targets).sum() == 0
    one = np.eye(labels)[targets]
    one[::3, -1] = np.nan
    found = metrics.summary(one, targets)
    assert (found["accuracy"], found["top3"]) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert metrics.confusion(one, targets).trace() == 200


def test_an_answer_that_is_always_the_same_is_right_for_one_label_only():
    targets = np.repeat(np.arange(4), [10, 20, 30, 40])
    found = metrics.summary(np.zeros((100, 4)), targets)
    assert (found["accuracy"], found["top3"], found["loss"]) == (0.1, 0.6, pytest.approx(np.log(4)))


@pytest.mark.parametrize("seed", range(5))
def test_equal_scores_count_as_the_ranking_breaks_them(seed: int):
    """The figures of a run, those of an evaluation, the table of confusions and what a person is shown are at one."""
    random = np.random.default_rng(seed)
    spec = Spec(tuple("abcdef"))
    scores, targets = random.integers(0, 4, (200, 6)) / 3, random.integers(0, 6, 200)
    ranked = [sorted(range(6), key=lambda label: (-row[label], label)) for row in scores]
    places = np.array([row.index(target) for row, target in zip(ranked, targets, strict=True)])
    classifier = Classifier(spec, "", lambda pictures: pictures)
    assert [[label for label, _ in classifier.ranking(row)] for row in scores] == [
        [spec.labels[label] for label in row] for row in ranked
    ]
    for found in (metrics.summary(scores, targets), evaluation.measure(scores, targets, spec.labels)):
        assert (found["accuracy"], found["top3"]) == ((places < 1).mean(), (places < 3).mean())
    assert metrics.ranks(scores, targets).tolist() == places.tolist()
    assert metrics.predictions(scores).tolist() == [row[0] for row in ranked]
    assert np.array_equal(metrics.confusion(scores, targets), confusion_matrix(targets, [row[0] for row in ranked]))


def test_confusion_against_scikit_learn():
    expected = confusion_matrix(TARGETS, LOGITS.argmax(axis=1), labels=range(7))
    assert np.array_equal(metrics.confusion(LOGITS, TARGETS), expected)


@pytest.mark.parametrize("total", [1, 7, 49, 1001])
def test_no_interval_reaches_beyond_what_is_possible(total: int):
    low, high = metrics.wilson(0, total)
    assert f"{low:.1%}" == "0.0%" and low == 0 < high < 1
    low, high = metrics.wilson(total, total)
    assert 0 < low < high <= 1


def test_wilson_against_published_values():
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    for right, total, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert metrics.wilson(right, total) == pytest.approx((low, high), abs=5e-5)


def test_interval_holds_the_accuracy():
    found = metrics.with_interval(LOGITS, TARGETS)
    assert found["low"] < found["accuracy"] < found["high"]
    assert (found["low"], found["high"]) == metrics.wilson(round(300 * found["accuracy"]), 300)


def test_shares_sum_to_one_and_have_logarithms():
    shares = metrics.normalise(np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.2, 0.1, 0.1]]))
    assert shares.sum(axis=1) == pytest.approx(1)
    assert np.isfinite(np.log(shares)).all()
    assert shares[0] == pytest.approx(1 / 3)
    assert shares[2] == pytest.approx([0.5, 0.25, 0.25])


def test_calibration_error_by_the_book():
    top = RANDOM.random(300)
    right = RANDOM.random(300) < top**2
    top[:2] = 0, 1  # the ends belong to a bin too
    expected = 0.0
    for number in range(15):
        inside = (top > number / 15) & (top <= (number + 1) / 15)
        inside |= (number == 0) & (top == 0)
        if inside.any():
            expected += inside.mean() * abs(right[inside].mean() - top[inside].mean())
    assert metrics.calibration_error(top, right) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [("", "", 0), ("abc", "abc", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("ab", "ba", 2)],
)
def test_edits_between_texts(one: str, other: str, wanted: int):
    assert metrics.edits(one, other) == metrics.edits(other, one) == wanted
