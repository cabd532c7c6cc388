from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from charnet.letters import folder, samples
from charnet.letters.folder import LetterSet
from charnet.training import by_writer, experiment
from charnet.training.config import TrainConfig
from charnet.training.folds import plan


@pytest.fixture
def found(config: TrainConfig) -> LetterSet:
    """The drawings of anna, ben, and some that name nobody."""
    for path in Path(config.data.root).rglob("*.png"):
        n = int(path.stem)
        if n < 6:
            path.rename(path.with_name(f"{'anna' if n < 4 else 'ben'}-{n}.png"))
    return folder.read(Path(config.data.root), config.data.spec())


def test_figures_by_writer_are_counted_one_by_one() -> None:
    logits, targets = np.eye(3, dtype=np.float32)[[0, 1, 2, 0]], np.array([0, 1, 1, 0])
    paths = [Path(f"x/{name}.png") for name in ("anna-0", "anna-1", "ben-0", "7")]
    found = by_writer.measure(
        {0: (logits[:2], targets[:2]), 1: (logits[2:], targets[2:])}, {0: paths[:2], 1: paths[2:]}
    )
    assert list(found.items()) == [
        ("ben", {"accuracy": 0, "pictures": 1}),
        ("anna", {"accuracy": 1, "pictures": 2}),
        ("(no writer)", {"accuracy": 1, "pictures": 1}),
    ]
    assert [line.split() for line in by_writer.lines(found)[1:3]] == [["ben", "1", "0.0%"], ["anna", "2", "100.0%"]]


def test_of_many_writers_the_worst_are_shown() -> None:
    found = {f"w{n}": {"accuracy": n / 100, "pictures": 1} for n in range(50)}
    *rows, rest = by_writer.lines(found)
    assert len(rows) == 21 and rest == "... and 30 better ones, in metrics.json"


def test_a_fold_a_writer(config: TrainConfig, found: LetterSet) -> None:
    given = replace(config, folds="writers")
    assert given.data.split == "writer"
    *folds, _ = plan(found, given)
    held = [{samples.writer_of(found.paths[place]) for place in fold.held.tolist()} for fold in folds]
    assert sorted(map(sorted, held)) == [[""], ["anna"], ["ben"]]


def test_trained_on_all_but_anna_anna_is_read(
    config: TrainConfig, found: LetterSet, capsys: pytest.CaptureFixture[str]
) -> None:
    result = experiment.run(replace(config, folds="writers"), Path("run"))
    rows = result["by_writer"]
    assert {writer: row["pictures"] for writer, row in rows.items()} == {"anna": 12, "ben": 6, "(no writer)": 6}
    each = sorted(row["accuracy"] for row in rows.values())
    assert each == sorted(result["folds"])
    assert "anna" in capsys.readouterr().out
    assert "by_writer" not in experiment.run(
        replace(config, folds=2, data=replace(config.data, split="sample")), Path("run")
    )


def test_what_is_no_number_of_folds_is_refused(config: TrainConfig, found: LetterSet) -> None:
    with pytest.raises(
        ValueError, match="folds: 'anna' is not a number; use 0 for none, a number such as 5, or writers"
    ):
        replace(config, folds="anna")
    for path in Path(config.data.root).rglob("*-*.png"):
        path.unlink()
    alone = folder.read(Path(config.data.root), config.data.spec())
    with pytest.raises(ValueError, match="one writer only"):
        plan(alone, replace(config, folds="writers"))
    assert TrainConfig.from_dict(asdict(replace(config, folds="writers"))).folds == "writers"
