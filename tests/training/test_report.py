import math
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.metrics import log_loss, top_k_accuracy_score
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

from charnet.letters import folder, samples
from charnet.letters.folder import LetterSet
from charnet.networks.in_use import Use
from charnet.spec import Spec
from charnet.training import experiment, report
from charnet.training.checkpoint import State
from charnet.training.config import ModelConfig, TrainConfig
from charnet.training.data import make_folds
from charnet.training.loop import Epoch, Validation
from charnet.training.mlp import Mlp


def answers(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    targets = random.integers(0, 5, count)
    return (random.normal(0, 1, (count, 5)) + 1.5 * np.eye(5)[targets]).astype(np.float32), targets


def test_figures_of_all_folds_together_are_those_of_scikit_learn():
    config = TrainConfig(folds=2, seed=4)
    held = {0: answers(40, 0), 1: answers(60, 1)}
    state = State(asdict(config), epoch=7, seconds=2.0, pictures=5000)
    result = report.summarise(config, [state], held)
    logits, targets = (np.concatenate(each) for each in zip(*held.values(), strict=True))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert result["accuracy"] == pytest.approx(top_k_accuracy_score(targets, logits, k=1))
    assert result["top3"] == pytest.approx(top_k_accuracy_score(targets, logits, k=3))
    assert result["loss"] == pytest.approx(log_loss(targets, shares), abs=1e-5)
    bounds = np.array([result["low"], result["high"]])  # where the share is 1.96 standard deviations away (Wilson)
    assert np.abs(bounds - result["accuracy"]) == pytest.approx(
        1.95996 * np.sqrt(bounds * (1 - bounds) / 100), abs=1e-5
    )
    each = [(logits.argmax(1) == targets).mean() for logits, targets in held.values()]
    assert result["folds"] == pytest.approx(each)
    assert (result["mean"], result["sd"]) == pytest.approx((np.mean(each), np.std(each, ddof=1)))
    assert (result["images_per_second"], result["epochs"], result["seed"]) == (2500, 7, 4)


def test_without_anything_held_out_there_are_no_figures():
    result = report.summarise(TrainConfig(), [State({}, epoch=3)], {})
    assert (result["accuracy"], result["top3"], result["loss"], result["best_epoch"]) == (None, None, None, 3)
    assert (result["low"], result["high"]) == (None, None)


def test_the_lines_at_the_end(capsys: pytest.CaptureFixture[str]):
    config = TrainConfig()
    result = report.summarise(config, [State(asdict(config), epoch=9, best_epoch=4, seconds=1.0)], {0: answers(100, 0)})
    result["test"] = {"accuracy": 0.5, "top3": 0.9, "low": 0.4, "high": 0.6}
    report.print_result(result, Path("outputs/noon"), interrupted=True, used=Use(True, "in use now: 5 labels"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("validation (split by sample): ") and lines[0].endswith("at epoch 4")
    assert lines[1] == "test: 50.0% right (95 % interval 40.0% to 60.0%)"
    assert lines[3] == "in use now: 5 labels"
    assert lines[4] == "interrupted; to go on: python train.py resume=outputs/noon"
    assert lines[5].startswith("everything is in outputs/noon; next: python predict.py PICTURE")
    report.print_result(result, Path("outputs/noon"), interrupted=False, used=Use(False, "not in use: it guesses"))
    assert "next: python predict.py --weights outputs/noon PICTURE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("folds", "told"),
    [
        ([0.5, 0.75], "mean 62.50%, sd 17.68% (50.0%, 75.0%)"),
        ([0.5] * 6 + [0.75] * 6, "mean 62.50%, sd 13.06% (12 folds from 50.0% to 75.0%)"),
    ],
)
def test_many_folds_are_not_listed_one_by_one(folds: list[float], told: str, capsys: pytest.CaptureFixture[str]):
    config = TrainConfig(folds=len(folds))
    result = report.summarise(config, [State(asdict(config), epoch=9, seconds=1.0)], {0: answers(100, 0)})
    result |= {"folds": folds, "mean": np.mean(folds), "sd": np.std(folds, ddof=1)}
    report.print_result(result, Path("outputs/noon"), interrupted=False, used=Use(False, ""))
    assert capsys.readouterr().out.splitlines()[0] == f"cross-validation by sample: {told}"


def test_a_line_beside_the_bar():
    epoch = Epoch(3, loss=0.1234, accuracy=0.5, lr=0.1, validation=None)
    assert report.line(epoch, 1234.5) == "loss 0.123  train 50.0%  1,234 pictures/s"
    epoch.validation = validation(1.5)
    assert report.line(epoch, 10) == "loss 0.123  train 50.0%  validation 25.0%  10 pictures/s"


def read(folder: Path) -> EventAccumulator:
    return EventAccumulator(str(folder), size_guidance={"images": 0, "tensors": 0}).Reload()


def validation(loss: float) -> Validation:
    """One of four letters is read right."""
    network = Mlp(Spec(tuple("abcd")), ModelConfig())
    return Validation(loss, torch.eye(4), torch.tensor([0, 0, 0, 0]), network)


def test_what_is_written_is_read_by_tensorboard(tmp_path: Path):
    log = report.open_log(tmp_path)
    for number in (1, 2, 3):
        report.log_epoch(log, Epoch(number, 1 / number, 0.5, 0.01, validation(2 / number)), speed=1000)
    log.close()
    events = read(tmp_path)
    losses = events.Scalars(report.TRAIN_LOSS)
    assert [(event.step, event.value) for event in losses] == [(n, pytest.approx(1 / n)) for n in (1, 2, 3)]
    assert [event.value for event in events.Scalars(report.VALIDATION_ACCURACY)] == [0.25] * 3


def test_a_resumed_run_replaces_what_the_broken_off_one_wrote_beyond_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    now = time.time()
    for first, loss in ((1, 1.0), (4, 2.0)):
        monkeypatch.setattr(
            time, "time", lambda later=first: now + later
        )  # files are read in the order of their seconds
        log = report.open_log(tmp_path, first)
        for number in range(first, 7):
            report.log_epoch(log, Epoch(number, loss, 0.5, 0.01, None), speed=1)
        log.close()
    values = {event.step: event.value for event in read(tmp_path).Scalars(report.TRAIN_LOSS)}
    assert values == {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2}


def test_what_a_run_shows(config):
    experiment.run(config, Path("run"))
    events = read(Path("run"))
    expected = {
        report.TRAIN_LOSS,
        report.TRAIN_ACCURACY,
        report.VALIDATION_LOSS,
        report.VALIDATION_ACCURACY,
        report.LEARNING_RATE,
        report.SPEED,
    }
    assert expected <= set(events.Tags()["scalars"])
    assert [event.step for event in events.Scalars(report.TRAIN_LOSS)] == list(range(1, 21))
    assert all(math.isfinite(event.value) for event in events.Scalars(report.VALIDATION_LOSS))
    assert set(events.Tags()["images"]) == {
        *(report.CONFUSION, report.MISTAKES, report.HIDDEN_UNITS, report.HIDDEN_FILM)
    }
    assert [event.step for event in events.Images(report.HIDDEN_UNITS)] == [0, 1, 2, 6, 20]
    assert report.RESULT in set(events.Tags()["scalars"])  # beside the hyper-parameters, in the run itself
    assert not [path for path in Path("run").iterdir() if path.is_dir()]
    for name in ("confusion.png", "mistakes.png", "hidden.png"):
        with Image.open(Path("run") / name) as picture:
            assert picture.width > 300


def test_settings_that_are_always_shown_and_those_that_were_changed(tmp_path: Path):
    config = TrainConfig(seed=3)
    config.augment.bend = 0.5
    log = report.open_log(tmp_path)
    report.log_hyper_parameters(log, State(asdict(config)), {"accuracy": 0.9, "test": {"accuracy": 0.8}})
    log.close()
    events = read(tmp_path)
    start = events.summary_metadata["_hparams_/session_start_info"].plugin_data.content
    found = HParamsPluginData.FromString(start).session_start_info.hparams
    assert set(found) == {*report.COMPARED, "augment.bend"}
    assert (found["seed"].number_value, found["augment.bend"].number_value) == (3, 0.5)
    assert events.Scalars(report.RESULT)[0].value == pytest.approx(0.9)
    assert events.Scalars(report.TEST_RESULT)[0].value == pytest.approx(0.8)


FULL = """
import resource, signal, sys, time
from pathlib import Path
from charnet.system.answer import answer
from charnet.training import report
from charnet.training.loop import Epoch
folder = Path(sys.argv[1])
log = report.open_log(folder)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))  # as a disk that is full: no write goes further
def write():
    with report.disk_errors(folder):
        for number in range(100):
            report.log_epoch(log, Epoch(number, 1.0, 0.5, 0.1, None), 1.0)
            log.flush()
status = answer(write)
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
sys.exit(status)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are POSIX's")
def test_a_disk_that_fills_is_one_line_with_the_folder(tmp_path: Path):
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {tmp_path}: ")
    assert done.stderr.count("\n") == 1


@pytest.fixture
def by_three(config: TrainConfig) -> LetterSet:
    """The drawings of anna, ben, and some that name nobody."""
    for path in Path(config.data.root).rglob("*.png"):
        n = int(path.stem)
        if n < 6:
            path.rename(path.with_name(f"{'anna' if n < 4 else 'ben'}-{n}.png"))
    return folder.read(Path(config.data.root), config.data.spec())


def test_figures_by_writer_are_counted_one_by_one() -> None:
    logits, targets = np.eye(3, dtype=np.float32)[[0, 1, 2, 0]], np.array([0, 1, 1, 0])
    paths = [Path(f"x/{name}.png") for name in ("anna-0", "anna-1", "ben-0", "7")]
    found = report.by_writer({0: (logits[:2], targets[:2]), 1: (logits[2:], targets[2:])}, {0: paths[:2], 1: paths[2:]})
    assert list(found.items()) == [
        ("ben", {"accuracy": 0, "pictures": 1}),
        ("anna", {"accuracy": 1, "pictures": 2}),
        ("(no writer)", {"accuracy": 1, "pictures": 1}),
    ]
    assert [line.split() for line in report.writer_table(found)[1:3]] == [["ben", "1", "0.0%"], ["anna", "2", "100.0%"]]


def test_of_many_writers_the_worst_are_shown() -> None:
    found = {f"w{n}": {"accuracy": n / 100, "pictures": 1} for n in range(50)}
    *rows, rest = report.writer_table(found)
    assert len(rows) == 21 and rest == "... and 30 better ones, in metrics.json"


def test_a_fold_a_writer(config: TrainConfig, by_three: LetterSet) -> None:
    given = replace(config, folds="writers")
    assert given.data.split == "writer"
    *folds, _ = make_folds(by_three, given)
    held = [{samples.writer_of(by_three.paths[place]) for place in fold.held_out.tolist()} for fold in folds]
    assert sorted(map(sorted, held)) == [[""], ["anna"], ["ben"]]


def test_trained_on_all_but_anna_anna_is_read(
    config: TrainConfig, by_three: LetterSet, capsys: pytest.CaptureFixture[str]
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


def test_what_is_no_number_of_folds_is_refused(config: TrainConfig, by_three: LetterSet) -> None:
    with pytest.raises(
        ValueError, match="folds: 'anna' is not a number; use 0 for none, a number such as 5, or writers"
    ):
        replace(config, folds="anna")
    for path in Path(config.data.root).rglob("*-*.png"):
        path.unlink()
    alone = folder.read(Path(config.data.root), config.data.spec())
    with pytest.raises(ValueError, match="one writer only"):
        make_folds(alone, replace(config, folds="writers"))
    assert TrainConfig.from_dict(asdict(replace(config, folds="writers"))).folds == "writers"
