"""Words drawn anew, and their ink as paper and cameras leave it."""

from dataclasses import replace

import numpy as np

from charnet.pictures.writing import HEIGHT
from charnet.training import word_augment
from charnet.training.config import AugmentConfig
from charnet.training.word_samples import WordSample


def test_a_picture_without_strokes_is_distorted_as_a_whole():
    ink = np.zeros((HEIGHT, 40), np.float32)
    ink[10:20, 10:14] = 1
    word = WordSample.of("l", 0, None, ink)
    assert word_augment.undistorted(word) is ink
    still = replace(AugmentConfig(), scale=0, shear=0, rotation=0, shift=0)
    same = word_augment.distort(word, still, 1, np.random.default_rng(0))
    assert isinstance(same, np.ndarray) and np.abs(same - ink).max() < 1e-5
    other = word_augment.distort(word, AugmentConfig(), 1, np.random.default_rng(0))
    assert isinstance(other, np.ndarray) and other.shape[0] == HEIGHT and other.sum() > 10


def test_worn_ink_is_ink_still_and_the_same_by_the_same_seed():
    clean = np.zeros((60, HEIGHT, 48), np.float32)
    clean[:, 8:24, 20:24] = 1
    first, again = (word_augment.degrade(clean.copy(), 1, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first, again) and first.shape == clean.shape
    assert first.min() >= 0 and first.max() <= 1
    inside, outside = first[:, 8:24, 20:24].mean(axis=(1, 2)), first[:, :, 32:].mean(axis=(1, 2))
    assert (inside > 0.3).all() and (inside > 3 * outside).all()
    assert np.mean([np.abs(one - other).max() > 0.05 for one, other in zip(first, clean, strict=True)]) > 0.5


def test_drawings_of_a_batch_are_blank_behind_their_ends():
    ink = np.ones((HEIGHT, 5), np.float32)
    bar = word_augment.Strokes([np.array([(10.0, 4.0), (10.0, 28.0)])], 19, 2.0)
    found = word_augment.stack([ink, bar])
    assert found.shape == (2, HEIGHT, 20) and found[0, :, :5].all() and not found[0, :, 5:].any()
    assert found[1, 8:24, 9:11].min() > 0.9 and not found[1, :, 14:].any()
