from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from charnet.letters import folder
from charnet.training import suspects
from charnet.training.config import TrainConfig
from charnet.training.data import make_folds


def test_a_letter_is_read_by_the_network_that_never_saw_it(config: TrainConfig):
    """Changing a letter changes what all others are read as, and of its own fold nothing but itself."""
    config = replace(config, folds=3)
    letters = folder.read(Path(config.data.root), config.data.spec())
    before = suspects.out_of_fold(config, letters, config.data.spec())
    assert before.sum(axis=1) == pytest.approx(np.ones(24))
    fold = make_folds(letters, config)[0]
    changed = int(fold.held_out[0])
    letters.pictures[changed] = 255 - letters.pictures[changed]
    after = suspects.out_of_fold(config, letters, config.data.spec())
    same = np.flatnonzero((before == after).all(axis=1)).tolist()
    assert same == [int(place) for place in fold.held_out if place != changed]


def test_the_wrong_label_comes_first(config: TrainConfig, letters: Path):
    (letters / "l/3.png").rename(letters / "z/stray.png")
    found, read = suspects.find(replace(config, folds=4), top=0)
    assert len(found) == len(read) == 24
    assert (Path(found[0]["path"]).name, found[0]["label"], found[0]["suggested"]) == ("stray.png", "z", "l")
    scores = [row["score"] for row in found]
    assert scores == sorted(scores)
    only, _ = suspects.find(replace(config, folds=4))
    assert [row["path"] for row in only] == [row["path"] for row in found if row["label"] != row["suggested"]]


def test_labels_without_pictures_are_left_out(config: TrainConfig, capsys: pytest.CaptureFixture[str]):
    config.data.labels = "aloz"
    found, _ = suspects.find(replace(config, folds=2), top=0)
    assert {row["label"] for row in found} == {"l", "o", "z"}
    assert "has no pictures of a" in capsys.readouterr().err
