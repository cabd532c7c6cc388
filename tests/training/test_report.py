from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import log_loss, top_k_accuracy_score

from charnet.training import report
from charnet.training.checkpoint import State
from charnet.training.config import TrainConfig
from charnet.training.loop import Epoch


def answers(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    targets = random.integers(0, 5, count)
    return (random.normal(0, 1, (count, 5)) + 1.5 * np.eye(5)[targets]).astype(np.float32), targets


def test_figures_of_all_folds_together_are_those_of_scikit_learn():
    config = TrainConfig(folds=2, seed=4)
    held = {0: answers(40, 0), 1: answers(60, 1)}
    state = State(asdict(config), epoch=7, seconds=2.0, seen=5000)
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
    report.tell(result, Path("outputs/noon"), interrupted=True, used="in use now: 5 labels")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("validation (split by sample): ") and lines[0].endswith("at epoch 4")
    assert lines[1] == "test: 50.0% right (95 % interval 40.0% to 60.0%)"
    assert lines[3] == "in use now: 5 labels"
    assert lines[4] == "interrupted; to go on: python train.py resume=outputs/noon"
    assert lines[5].startswith("everything is in outputs/noon; next: python predict.py PICTURE")
    report.tell(
        result, Path("outputs/noon"), interrupted=False, used="not in use: 1.0% right is no better than a guess"
    )
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
    report.tell(result, Path("outputs/noon"), interrupted=False, used="")
    assert capsys.readouterr().out.splitlines()[0] == f"cross-validation by sample: {told}"


def test_a_line_beside_the_bar():
    epoch = Epoch(3, loss=0.1234, accuracy=0.5, rate=0.1)
    assert report.line(epoch, None, 1234.5) == "loss 0.123  train 50.0%  1,234 pictures/s"
    assert report.line(epoch, (1.5, 0.25), 10) == "loss 0.123  train 50.0%  validation 25.0%  10 pictures/s"
