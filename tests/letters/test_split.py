"""Against scikit-learn, which divides in the same ways."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.model_selection import GroupKFold, StratifiedKFold

from charnet.letters import split
from charnet.letters.folder import LetterSet
from charnet.letters.samples import writer_of


def make(counts: list[int], writers: int = 0) -> LetterSet:
    """So many letters of each label, by so many writers in turn, or by one who isn't named; nothing on the disk."""
    targets = np.repeat(np.arange(len(counts)), counts)
    names = [f"w{number % writers}-{number}.png" if writers else f"{number}.png" for number in range(len(targets))]
    paths = [Path(f"{target}/{name}") for target, name in zip(targets, names, strict=True)]
    return LetterSet(np.zeros((len(targets), 1, 1), np.uint8), targets, paths)


def writers_of(letters: LetterSet) -> np.ndarray:
    return np.array([writer_of(path) for path in letters.paths])


def per_label(letters: LetterSet, chosen: np.ndarray) -> list[int]:
    return np.bincount(letters.targets[chosen], minlength=letters.targets.max() + 1).tolist()


def test_about_a_share_of_each_label_is_held_out():
    letters = make([1, 2, 10, 24])
    held = split.hold_out(letters, 0.2, "sample", seed=0)
    assert per_label(letters, held) == [0, 1, 2, 5]  # a label's only picture trains
    assert np.array_equal(held, split.hold_out(letters, 0.2, "sample", seed=0))
    assert not np.array_equal(held, split.hold_out(letters, 0.2, "sample", seed=1))
    assert not split.hold_out(letters, 0, "sample", seed=0).any()


def test_folds_are_as_even_as_those_of_scikit_learn():
    letters = make([8, 13, 30])
    fold = split.assign_folds(letters, 4, "sample", seed=0)
    theirs = [held for _, held in StratifiedKFold(4).split(letters.targets, letters.targets)]
    for label in range(3):
        ours = sorted(per_label(letters, fold == k)[label] for k in range(4))
        assert ours == sorted(per_label(letters, held)[label] for held in theirs)
    assert max(np.bincount(fold)) - min(np.bincount(fold)) <= 1
    assert not np.array_equal(fold, split.assign_folds(letters, 4, "sample", seed=1))


@pytest.mark.parametrize("folds", [0, 3])
def test_copies_stay_together(folds: int):
    letters, twice = make([20, 20, 2]), np.repeat(np.arange(21), 2)
    letters.pictures = np.random.default_rng(0).integers(1, 256, (21, 4, 4), np.uint8)[twice]
    for seed in range(5):
        if folds:
            side = split.assign_folds(letters, folds, "sample", seed)
        else:
            side = split.hold_out(letters, 0.2, "sample", seed)
            assert 0 < side[:20].sum() < 10 and not side[40:].any()  # all of the third label are copies of one
        assert np.array_equal(side[::2], side[1::2])
        assert len(np.unique(side)) == (folds or 2)


@pytest.mark.parametrize("seed", range(3))
def test_a_writer_is_in_one_fold(seed: int):
    letters, random = make([200]), np.random.default_rng(seed)
    letters.paths = [Path(f"0/w{int(random.exponential(4))}-{number}.png") for number in range(200)]
    writers = writers_of(letters)
    fold = split.assign_folds(letters, 3, "writer", seed)
    assert all(len(set(fold[writers == writer])) == 1 for writer in writers)
    theirs = [len(held) for _, held in GroupKFold(3).split(writers, groups=writers)]
    assert sorted(np.bincount(fold, minlength=3)) == sorted(theirs)


def test_a_writer_is_never_on_both_sides():
    letters = make([60, 60], writers=12)
    writers = writers_of(letters)
    held = split.hold_out(letters, 0.25, "writer", seed=0)
    assert not set(writers[held]) & set(writers[~held])
    assert held.mean() == 0.25
    assert set(writers[held]) != set(writers[split.hold_out(letters, 0.25, "writer", seed=1)])


def test_the_writer_that_is_named_is_held_out_whatever_the_seed_and_the_share():
    letters = make([60, 60], writers=12)
    writers = writers_of(letters)
    for seed, share in ((0, 0.25), (1, 0.01)):
        held = split.hold_out(letters, share, "writer", seed, str(writers[7]))
        assert np.array_equal(held, writers == writers[7])
    with pytest.raises(ValueError, match=r"data\.writer: no picture is by zoe; there are some by .* and 7 more"):
        split.hold_out(letters, 0.2, "writer", 0, "zoe")


def test_a_letter_whose_writer_is_not_named_is_by_the_one_who_collects():
    letters = make([10])
    letters.paths[0] = Path("0/kai-0.png")
    for seed in range(4):  # whoever is asked first
        assert split.hold_out(letters, 0.1, "writer", seed).tolist() == [True] + [False] * 9
        assert split.hold_out(letters, 0.9, "writer", seed).tolist() in ([False] + [True] * 9, [True] + [False] * 9)
    assert sorted(np.bincount(split.assign_folds(letters, 2, "writer", seed=0))) == [1, 9]


def test_of_few_writers_one_is_held_out_whatever_its_share():
    letters = make([6, 6], writers=2)
    assert {split.hold_out(letters, 0.1, "writer", seed).sum() for seed in range(4)} == {6}
    letters.paths[1:] = [Path("0/kai-0.png")] * 11
    assert split.hold_out(letters, 0.01, "writer", seed=0).sum() == 1


def test_too_few_to_divide():
    for letters, rule, words in (
        (make([1, 1, 1]), "sample", r"data\.validation: one picture a label.*set it to 0"),
        (make([9, 9]), "writer", r"one writer only; use data\.split=sample"),
    ):
        with pytest.raises(ValueError, match=words):
            split.hold_out(letters, 0.2, rule, seed=0)
    with pytest.raises(ValueError, match="folds: 5 for 3 pictures"):
        split.assign_folds(make([1, 1, 1]), 5, "sample", seed=0)
    with pytest.raises(ValueError, match="1 writers for 5 parts"):
        split.assign_folds(make([9, 9]), 5, "writer", seed=0)


def test_what_trains_is_limited_for_each_label_and_a_smaller_limit_takes_of_a_larger():
    targets = np.repeat([0, 1, 2], [3, 9, 20])
    train = np.arange(32) % 4 != 0
    found = [split.limit(train, targets, limit, seed=1) for limit in (2, 5, 99)]
    assert [np.bincount(targets[kept]).tolist() for kept in found] == [[2, 2, 2], [2, 5, 5], [2, 7, 15]]
    assert not (found[0] & ~found[1]).any() and not (found[1] & ~found[2]).any()
    assert (found[2] == train).all() and (split.limit(train, targets, 0, seed=1) == train).all()
    assert (split.limit(train, targets, 5, seed=1) == found[1]).all()
    assert (split.limit(train, targets, 5, seed=2) != found[1]).any()
