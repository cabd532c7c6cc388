"""Words as a training draws them."""

import numpy as np
import pytest
import torch

from charnet.pictures.writing import HEIGHT, STEP
from charnet.training.config import AugmentConfig
from charnet.training.word_samples import WordSample
from charnet.training.words import WordTensors

BAR = np.array([(0.0, 0.0), (0.0, 10.0)])
BOX = np.array([(0, 5), (0, 10), (5, 10), (5, 5), (0, 5)], float)


def some(count: int = 6) -> WordTensors:
    """Words and letters of two writers; the last of each is held out."""
    texts = ["lo", "l", "o", "ll", "O", "."] * count
    drawn = [
        WordSample.of(
            text, place % 2, [(BAR if letter == "l" else BOX) + [7 * at, 0] for at, letter in enumerate(text)]
        )
        for place, text in enumerate(texts)
    ]
    return WordTensors.of(drawn, ("l", "o", "O", "."), np.arange(len(drawn) - 2))


def test_words_as_they_are_fill_the_height_alike():
    tensors = some()
    pictures = tensors.originals(torch.tensor([0, 1, 2]))
    assert pictures.shape[:2] == (3, HEIGHT) and pictures.shape[2] % STEP == 0
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
    mine = {key: {id(tensors.words[index]) for index in found} for key, found in tensors.by_writer.items()}
    assert not held_out & set().union(*mine.values())
    for writer in (0, 1):
        for (of, _), found in mine.items():
            if of == writer:
                assert all(word.writer == writer for word in tensors.words if id(word) in found)


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
