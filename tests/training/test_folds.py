"""Folds by this process and by workers, which are processes of their own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from charnet.letters import folder
from charnet.system import files, pool, process
from charnet.system.progress import Progress
from charnet.training import augment, experiment, fitting
from charnet.training.config import TrainConfig
from charnet.training.data import LetterTensors, make_folds
from charnet.training.folds import FoldBars, Workers

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def workers() -> Iterator[Workers]:
    """One, which is ready."""
    with Workers(1) as started:
        started.receive(FoldBars([], None), wait=True)  # type: ignore[arg-type]
        yield started


def makers(fold: str) -> set[int]:
    """The processes that wrote a fold's events."""
    return {int(path.name.split(".")[-2]) for path in Path("run", fold).glob("events*")}


def test_the_same_figures_bit_for_bit_and_all_are_shown(config, workers, capsys):
    settings = replace(config, folds=3)
    Path("whole").mkdir()
    whole = experiment.run(replace(config, folds=3), Path("whole"), workers=Workers(0))
    capsys.readouterr()
    result = experiment.run(settings, Path("run"), workers=workers)
    assert Path("run/weights.json").read_bytes() == Path("whole/weights.json").read_bytes()
    assert {**result, "seconds": 0, "images_per_second": 0} == {**whole, "seconds": 0, "images_per_second": 0}
    assert makers("") == makers("fold-2") == {os.getpid()}
    assert makers("fold-1") == makers("fold-3") != {os.getpid()}
    shown = capsys.readouterr().out
    assert all(f"{title} epoch 20/20" in shown for title in ("all", "fold 1/3", "fold 2/3", "fold 3/3"))
    assert not list(Path("run").glob(".*"))


def test_a_worker_that_is_late_is_not_waited_for(config, monkeypatch):
    monkeypatch.setattr(process, "subprocess", subprocess)  # it imports torch, while this process has done so
    with Workers(1) as late:
        experiment.run(replace(config, folds=2), Path("run"), workers=late)
    assert makers("fold-1") == {os.getpid()}


def test_ctrl_c_ends_all_with_their_checkpoints(config, workers, monkeypatch, capsys):
    real, calls = augment.distort, []

    def distort(*given):
        calls.append(given)
        if len(calls) > 9 and makers("fold-1"):
            monkeypatch.setattr(augment, "distort", real)
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(augment, "distort", distort)
    config.optim.epochs = 1_000_000
    experiment.run(replace(config, folds=2), Path("run"), workers=workers)
    assert "to go on: python train.py resume=run" in capsys.readouterr().out
    assert all(torch.load(Path("run", place, "checkpoint.pt"))["epoch"] < 1_000_000 for place in ("", "fold-1"))


def test_a_worker_that_is_killed_is_one_error_and_resuming_ends_with_the_very_weights(config, workers, monkeypatch):
    Path("whole").mkdir()
    experiment.run(replace(config, folds=2), Path("whole"), workers=Workers(0))
    real = augment.distort

    def distort(*given):
        for _ in range(1000):
            if makers("fold-1"):  # the other process has begun
                break
            time.sleep(0.01)
        for pid in makers("fold-1"):
            with contextlib.suppress(ProcessLookupError):  # it was killed at the batch before
                os.kill(pid, signal.SIGKILL)
        return real(*given)

    monkeypatch.setattr(augment, "distort", distort)
    monkeypatch.setattr(fitting, "CHECKPOINT_SECONDS", 0)
    with pytest.raises(ChildProcessError, match=r"trained folds was killed \(signal 9\): memory may be short"):
        experiment.run(replace(config, folds=2), Path("run"), workers=workers)
    monkeypatch.setattr(augment, "distort", real)
    experiment.run(replace(config, folds=2, resume="run"), Path("run"), workers=Workers(0))
    assert Path("run/weights.json").read_bytes() == Path("whole/weights.json").read_bytes()


def test_as_many_as_pay(monkeypatch):
    monkeypatch.setattr(pool, "cores", lambda: 4)
    counts = []
    monkeypatch.setattr(Workers, "__init__", lambda self, count: counts.append(count))
    for config in (
        TrainConfig(),
        TrainConfig(folds=2),
        TrainConfig(folds=5),
        TrainConfig(folds="writers"),
        TrainConfig(folds=5, device="cuda"),
    ):
        Workers.start(config)
    assert counts == [0, 2, 3, 3, 0]


def test_a_script_without_a_guard_trains_folds(tmp_path: Path, letters: Path):
    """Workers do not run the program that starts them."""
    script = f"""
from charnet.training import TrainConfig, run
config = TrainConfig(folds=2)
config.data.root, config.optim.epochs = {str(letters)!r}, 3
print(len(run(config, "run")["folds"]))
"""
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr, done.stdout.splitlines()[-1]) == (0, "", "2")
    assert json.loads((tmp_path / "run/metrics.json").read_text())["mean"] is not None


def test_a_fold_that_diverges_in_a_worker_is_told_as_here(config, workers):
    config.folds = 2
    letters = folder.read(Path(config.data.root), config.data.spec())
    data = LetterTensors.of(letters, torch.device("cpu"))
    run = fitting.Run(config, replace(data, pictures=data.pictures * float("nan")), "", Path("run"))
    folds = make_folds(letters, config)
    assert workers.assign(run, folds) == [0, 2]
    with pytest.raises(ValueError, match=r"training diverged in epoch 1; lower optim.lr"):
        workers.finish(FoldBars(folds, Progress("", 1)), stop=False)


def test_a_worker_that_ends_without_its_folds_is_an_error(config, workers, monkeypatch):
    """Whatever its exit status: none of the folds may be missing from the figures."""
    (worker,) = workers._folds
    run = fitting.Run(
        config, LetterTensors.of(folder.read(Path(config.data.root), config.data.spec()), "cpu"), "", Path("run")
    )
    folds = plan_of(config)
    assert workers.assign(run, folds) == [0, 2]
    workers._messages.put((worker, {"ended": ""}))
    with pytest.raises(ChildProcessError, match="ended too early"):
        workers.finish(FoldBars(folds, Progress("", 1)), stop=False)


def plan_of(config):
    return make_folds(folder.read(Path(config.data.root), config.data.spec()), replace(config, folds=2))


def test_a_full_disk_is_one_error_and_leaves_no_part(config, workers, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(files, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        experiment.run(replace(config, folds=2), Path("run"), workers=workers)
    assert not list(Path("run").glob(".*"))
