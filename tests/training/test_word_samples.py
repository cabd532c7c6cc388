"""Words and letters at one size, and lines of several of them."""

import numpy as np
import pytest

from charnet.training import word_samples
from charnet.training.word_samples import WordSample

BAR = np.array([(0.0, 0.0), (0.0, 10.0)])
BOX = np.array([(0, 5), (0, 10), (5, 10), (5, 5), (0, 5)], float)


@pytest.mark.parametrize(
    ("text", "height"), [("one", 1), ("lone", 1.8), ("pone", 1.8), ("play", 2.6), ("A1", 1.8), ("-", 0.0)]
)
def test_sizes_are_in_heights_of_a_small_letter(text: str, height: float):
    strokes = [np.array([(0, 0), (100, 0)])] if text == "-" else [100 * BOX, 100 * BOX + 700]
    word = WordSample.of(text, 0, strokes)
    points = np.concatenate(word.strokes)
    assert np.ptp(points[:, 1]) == pytest.approx(height, abs=1e-4)
    assert points[:, 0].min() == pytest.approx(0) and word.width == pytest.approx(np.ptp(points[:, 0]))


def test_letters_stand_on_the_line():
    for text, bottom in (("one", 0), ("gone", 0.8), ("l", 0), (",", 0.35), ('"', -1.2)):
        points = np.concatenate(WordSample.of(text, 0, [BOX]).strokes)
        assert points[:, 1].max() == pytest.approx(bottom, abs=1e-4), text


def test_texts_of_lines_are_those_of_their_parts():
    random = np.random.default_rng(0)
    parts = [WordSample.of("lo", 0, [BAR, BOX]), WordSample.of("O", 0, [BOX]), WordSample.of("ll", 0, [BAR])]
    for _ in range(20):
        line = word_samples.concatenate(parts, random)
        assert line.text.replace(" ", "") == "loOll" and line.text.startswith("lo")
        assert len(line.strokes) == 4 and line.width > sum(part.width for part in parts) - 1
    assert word_samples.concatenate(parts[1:2] * 3, random, spaced=False).text == "OOO"


def test_letters_apart_keep_their_shape():
    word = WordSample.of("lol", 0, [BAR, BOX + np.array([3, 0]), BAR + np.array([12, 0])])
    wide = word_samples.spread_out(word, np.random.default_rng(0))
    assert wide.width > word.width and len(wide.strokes) == 3
    for before, after in zip(word.strokes, wide.strokes, strict=True):
        assert np.ptp(after - before, axis=0) == pytest.approx([0, 0], abs=1e-5)
