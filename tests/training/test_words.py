"""Words as a training draws them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from charnet.pictures.writing import HEIGHT
from charnet.training import words
from charnet.training.config import AugmentConfig
from charnet.training.words import WordTensors, written

BAR = np.array([(0.0, 0.0), (0.0, 10.0)])
BOX = np.array([(0, 5), (0, 10), (5, 10), (5, 5), (0, 5)], float)


def some(count: int = 6) -> WordTensors:
    """Words and letters of two writers; the last of each is held out."""
    texts = ["lo", "l", "o", "ll", "O", "."] * count
    drawn = [
        written(text, place % 2, [(BAR if letter == "l" else BOX) + [7 * at, 0] for at, letter in enumerate(text)])
        for place, text in enumerate(texts)
    ]
    return WordTensors.of(drawn, ("l", "o", "O", "."), np.arange(len(drawn) - 2))


@pytest.mark.parametrize(
    ("text", "height"), [("one", 1), ("lone", 1.8), ("pone", 1.8), ("play", 2.6), ("A1", 1.8), ("-", 0.0)]
)
def test_sizes_are_in_heights_of_a_small_letter(text: str, height: float):
    strokes = [np.array([(0, 0), (100, 0)])] if text == "-" else [100 * BOX, 100 * BOX + 700]
    word = written(text, 0, strokes)
    points = np.concatenate(word.strokes)
    assert np.ptp(points[:, 1]) == pytest.approx(height, abs=1e-4)
    assert points[:, 0].min() == pytest.approx(0) and word.width == pytest.approx(np.ptp(points[:, 0]))


def test_letters_stand_on_the_line():
    for text, bottom in (("one", 0), ("gone", 0.8), ("l", 0), (",", 0.35), ('"', -1.2)):
        points = np.concatenate(written(text, 0, [BOX]).strokes)
        assert points[:, 1].max() == pytest.approx(bottom, abs=1e-4), text


def test_words_as_they_are_fill_the_height_alike():
    tensors = some()
    pictures = tensors.originals(torch.tensor([0, 1, 2]))
    assert pictures.shape[:2] == (3, HEIGHT) and pictures.shape[2] % words.STEP == 0
    assert pictures.min() >= 0 and pictures.max() <= 1
    for picture in pictures.numpy():
        rows = np.arange(HEIGHT) + 0.5
        mass = picture.sum(axis=1)
        middle = mass @ rows / mass.sum()
        assert abs(middle - HEIGHT / 2) < 2
        assert np.sqrt(mass @ (rows - middle) ** 2 / mass.sum()) == pytest.approx(4.5, abs=1)


def test_a_batch_is_drawn_anew_and_the_same_by_the_same_seed():
    tensors, config = some(), AugmentConfig()
    first, again, other = (tensors.batch(torch.arange(8), config, 1, seed) for seed in (1, 1, 2))
    assert torch.equal(first[0], again[0]) and torch.equal(first[1], again[1])
    assert first[0].shape != other[0].shape or not torch.equal(first[0], other[0])
    for pictures, targets in (first, other):
        assert pictures.shape[1] == HEIGHT and pictures.min() >= 0 and pictures.max() <= 1
        assert targets.max() <= 5 and ((targets > 0).sum(1) > 0).all()


def test_a_line_joins_what_one_writer_wrote_and_nothing_held_out():
    tensors = some()
    held_out = {id(word) for word in tensors.words[-2:]}
    mine = {key: {id(tensors.words[index]) for index in found} for key, found in tensors.others.items()}
    assert not held_out & set().union(*mine.values())
    for writer in (0, 1):
        for (of, _), found in mine.items():
            if of == writer:
                assert all(word.writer == writer for word in tensors.words if id(word) in found)


def test_texts_of_lines_are_those_of_their_parts():
    random = np.random.default_rng(0)
    parts = [written("lo", 0, [BAR, BOX]), written("O", 0, [BOX]), written("ll", 0, [BAR])]
    for _ in range(20):
        line = words.joined(parts, random)
        assert line.text.replace(" ", "") == "loOll" and line.text.startswith("lo")
        assert len(line.strokes) == 4 and line.width > sum(part.width for part in parts) - 1
    assert words.joined(parts[1:2] * 3, random, spaced=False).text == "OOO"


def test_letters_apart_keep_their_shape():
    word = written("lol", 0, [BAR, BOX + np.array([3, 0]), BAR + np.array([12, 0])])
    wide = words.spread_out(word, np.random.default_rng(0))
    assert wide.width > word.width and len(wide.strokes) == 3
    for before, after in zip(word.strokes, wide.strokes, strict=True):
        assert np.ptp(after - before, axis=0) == pytest.approx([0, 0], abs=1e-5)


def test_batches_are_of_words_of_one_length_and_hold_each_once():
    tensors = some(40)
    order = torch.randperm(len(tensors.words), generator=torch.Generator().manual_seed(0))
    batches = tensors.batches(order, 16)
    assert sorted(torch.cat(list(batches)).tolist()) == list(range(len(tensors.words)))
    assert all(len({len(tensors.words[index].text) for index in batch.tolist()}) == 1 for batch in batches[:2])


def test_batches_drawn_ahead_come_in_their_order():
    tensors, config = some(), AugmentConfig()
    batches = list(torch.arange(30).split(6))
    found = list(tensors.draw(batches, config, 1, torch.Generator().manual_seed(3)))
    again = list(tensors.draw(batches, config, 1, torch.Generator().manual_seed(3)))
    assert len(found) == 5
    assert all(torch.equal(one[0], other[0]) for one, other in zip(found, again, strict=True))


def test_a_picture_without_strokes_is_distorted_as_a_whole():
    ink = np.zeros((HEIGHT, 40), np.float32)
    ink[10:20, 10:14] = 1
    word = written("l", 0, None, ink)
    assert words.plain(word) is ink
    still = replace(AugmentConfig(), scale=0, shear=0, rotation=0, shift=0)
    same = words.redrawn(word, still, 1, np.random.default_rng(0))
    assert isinstance(same, np.ndarray) and np.abs(same - ink).max() < 1e-5
    other = words.redrawn(word, AugmentConfig(), 1, np.random.default_rng(0))
    assert isinstance(other, np.ndarray) and other.shape[0] == HEIGHT and other.sum() > 10
