from dataclasses import replace
from pathlib import Path

import pytest

from charnet.letters import folder
from charnet.letters.folder import LetterSet
from charnet.training.config import TrainConfig
from charnet.training.folds import plan


@pytest.fixture
def found(config: TrainConfig) -> LetterSet:
    return folder.read(Path(config.data.root), config.data.spec())


def test_a_plain_run_has_one_fold_whose_held_out_letters_choose(config, found):
    (fold,) = plan(found, config)
    assert fold.chooses
    assert sorted(fold.train.tolist() + fold.held.tolist()) == list(range(24))
    assert len(fold.held) == 6  # 0.2 of 8, rounded, of each of three labels


def test_without_validation_nothing_chooses(config, found):
    config.data.validation = 0
    (fold,) = plan(found, config)
    assert (fold.chooses, len(fold.train), len(fold.held)) == (False, 24, 0)


def test_a_cross_validation_holds_out_every_letter_once_and_ends_with_all(config, found):
    *folds, last = plan(found, replace(config, folds=4))
    assert sorted(place for fold in folds for place in fold.held.tolist()) == list(range(24))
    assert all(not set(fold.held.tolist()) & set(fold.train.tolist()) for fold in folds)
    assert (len(last.train), len(last.held)) == (24, 0)
    assert [fold.chooses for fold in (*folds, last)] == [False] * 5
    assert [fold.title for fold in folds[:2]] == ["fold 1/4 epoch", "fold 2/4 epoch"]


def test_batches_too_small_for_batch_norm_are_refused(config, found):
    config.model.name, config.optim.batch_size = "cnn", 1
    with pytest.raises(ValueError, match=r"optim\.batch_size: 1 leaves batches of 1 picture.*raise it"):
        plan(found, config)
    config.optim.batch_size = 2
    plan(found, config)
