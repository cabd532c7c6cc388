"""Letters drawn beside each other are a word; the strokes of one letter stay one letter."""

from pathlib import Path

import numpy as np
import pytest

from charnet.collector import word
from charnet.networks import classify
from charnet.pictures import ink

LETTERS = Path(__file__).parent.parent.parent / "data" / "letters"


@pytest.fixture(scope="module")
def classifier() -> classify.Classifier:
    return classify.load("letters")


def drawn(label: str, n: int, left: float = 0.1, scale: float = 1.0) -> list[list[list[float]]]:
    """A letter of the collection, its ink from `left` on."""
    strokes = ink.from_png(LETTERS / label / f"{n}.png")
    assert strokes is not None
    low = min(float(stroke[:, 0].min()) for stroke in strokes)
    return [[[(x - low) * scale + left, 0.3 + y * scale, t, p] for x, y, t, p in stroke.tolist()] for stroke in strokes]


def in_a_row(text: str, n: int, gap: float = 0.09) -> list[list[list[float]]]:
    strokes: list[list[list[float]]] = []
    left = 0.04
    for label in text:
        strokes += drawn(label, n, left, 0.3)
        left = max(point[0] for stroke in strokes for point in stroke) + gap
    return strokes


def test_one_letter_is_no_word(classifier) -> None:
    """Of 520 letters one may fall apart: the cross of an x whose halves stand wide apart reads as two letters."""
    apart = [
        f"{label}/{n}"
        for label in "abcdefghijklmnopqrstuvwxyz"
        for n in range(20)
        if word.read(classifier, drawn(label, n))
    ]
    assert len(apart) <= 1, apart


@pytest.mark.parametrize("text", ["hi", "jam", "now", "exit"])
def test_letters_side_by_side_are_cut_at_the_paper_between_them(classifier, text: str) -> None:
    for n in range(5):
        strokes = in_a_row(text, n)
        letters = word.read(classifier, strokes)
        assert len(letters) == len(text)
        # Each is read as it would be alone, wherever it stands and however large it is.
        alone = [ink.framed(drawn(label, n), classifier.spec) for label in text]
        likelihoods = classifier.likelihoods(np.stack(alone))
        assert [letter.ranking[0][0] for letter in letters] == [classifier.ranking(row)[0][0] for row in likelihoods]
        assert [letter.sure for letter in letters] == classifier.sure(likelihoods).tolist()
        lefts = [letter.box[0] for letter in letters]
        assert lefts == sorted(lefts) and not any(letter.space for letter in letters)


def test_boxes_hold_the_ink_with_the_pens_width(classifier) -> None:
    strokes = in_a_row("hi", 3)
    points = np.array([point[:2] for stroke in strokes for point in stroke])
    first, second = (letter.box for letter in word.read(classifier, strokes))
    assert first[0] == pytest.approx(points[:, 0].min() - word.PEN / 2)
    assert second[0] + second[2] == pytest.approx(points[:, 0].max() + word.PEN / 2)
    assert min(first[1], second[1]) == pytest.approx(points[:, 1].min() - word.PEN / 2)


def test_a_wide_gap_is_a_space(classifier) -> None:
    letters = word.read(classifier, in_a_row("ho", 3, gap=0.4))
    assert [letter.space for letter in letters] == [False, True]


def test_dots_accents_and_crossing_strokes_join_their_letter() -> None:
    stem, bar = np.array([[0.3, 0.3], [0.3, 0.8]]), np.array([[0.2, 0.5], [0.4, 0.5]])
    dot, away = np.array([[0.38, 0.2], [0.39, 0.2]]), np.array([[0.7, 0.3], [0.7, 0.8]])
    assert word.group_strokes([stem, bar]) == [[0, 1]]
    assert word.group_strokes([stem, dot]) == [[0, 1]]
    assert word.group_strokes([away, stem, dot, bar]) == [[1, 2, 3], [0]]
    assert word.group_strokes([stem]) == [[0]]


def test_a_drawing_of_many_strokes_is_no_word(monkeypatch: pytest.MonkeyPatch):
    """To compare each with each of hundreds takes minutes."""
    monkeypatch.setattr(word, "group_strokes", None)  # must not be called
    dots = [[[n % 10 / 10, n // 10 / 10]] for n in range(word.MAX_STROKES + 1)]
    assert word.read(classify.load("letters"), dots) == []
