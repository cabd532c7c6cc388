"""One training by several processes: some that play torchrun's, and torchrun itself as a user starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import as_ranks
import numpy as np
import pytest
import torch
from as_ranks import by_ranks, free_port

from charnet.training import experiment

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks")


@pytest.mark.parametrize(
    ("name", "count", "batch", "rate"),
    [
        ("mlp", 2, 7, 0.02),
        ("mlp", 3, 2, 0.02),  # some shares are empty
        ("cnn", 2, 7, 0.002),
        ("cnn", 3, 2, 1e-6),  # a batch norm of two pictures makes much of every rounding
    ],
)
def test_ranks_train_as_one_process_does(config, name, count, batch, rate):
    """But for rounding; dropout alone draws other numbers, and is left out."""
    config.model.name, config.optim.batch_size, config.optim.epochs, config.optim.lr = name, batch, 2, rate
    (alone,) = by_ranks(1, as_ranks.train, config)
    together = by_ranks(count, as_ranks.train, config)
    for each in together:
        assert all(np.array_equal(each[key], value) for key, value in together[0].items())
        apart = {key: each[key] - value for key, value in alone.items() if not key.endswith("num_batches_tracked")}
        # As a whole: where a gradient is nothing but rounding, AdamW's step is as long as any.
        assert flat(apart) < (1e-5 if name == "mlp" else 1e-3) * flat({key: alone[key] for key in apart})


def flat(values: dict[str, np.ndarray]) -> float:
    """Their length as one vector."""
    return float(np.sqrt(sum(np.square(value, dtype=np.float64).sum() for value in values.values())))


def test_dropout_differs_from_rank_to_rank():
    (one, mine), (other, theirs) = by_ranks(2, as_ranks.draw)
    assert one == other and mine != theirs


def test_ctrl_c_on_one_rank_ends_the_same_step_of_all():
    assert by_ranks(3, as_ranks.count_to_ctrl_c) == [7, 7, 7]


def test_what_differs_is_told_with_its_rank():
    first, *others = by_ranks(3, as_ranks.differ)
    host = socket.gethostname()
    assert str(first) == f"rank 2 (on {host}): its settings differ from those of rank 0; start all with the same"
    assert [type(error) for error in others] == [SystemExit, SystemExit]  # one line is enough


def test_an_error_on_one_rank_is_told_by_the_first():
    first, _ = by_ranks(2, as_ranks.fail_on_one)
    assert str(first) == "rank 1: data/letters: no such folder"


def test_a_rank_that_is_lost_is_told_at_once():
    first, _ = by_ranks(2, as_ranks.lose_one)
    assert isinstance(first, ConnectionError)
    assert str(first).startswith("another rank ended or can't be reached; the last checkpoint is kept, and resume=")
    assert "\n" not in str(first)


def test_a_rank_that_trains_for_long_is_waited_for():
    """Longer than for the letters to be read."""
    assert by_ranks(2, as_ranks.take_long) == [1, 2]


def test_folds_are_spread_over_the_ranks_with_the_same_figures(config):
    settings = replace(config, folds=4)
    Path("whole").mkdir()
    whole = experiment.run(settings, Path("whole"))
    told = by_ranks(3, experiment.run, settings, Path("run"))
    for result in told:
        assert {**result, "seconds": 0, "images_per_second": 0} == {**whole, "seconds": 0, "images_per_second": 0}
    assert Path("run/weights.json").read_bytes() == Path("whole/weights.json").read_bytes()
    assert {path.name for path in Path("run").glob("fold-*/checkpoint.pt")} == {"checkpoint.pt"}
    assert sorted(path.parent.name for path in Path("run").glob("fold-*/events*")) == [
        f"fold-{k}" for k in (1, 2, 3, 4)
    ]


def test_more_ranks_than_folds_are_refused(config):
    first, *_ = by_ranks(4, experiment.run, replace(config, folds=2), Path("run"))
    assert str(first) == (
        "folds=2 for 4 processes: each trains whole folds, and one the network that is kept; start 3 at most: "
        "torchrun --nproc-per-node=3"
    )


def torchrun(*words: object, cwd: Path, options: tuple[str, ...] = ("--standalone",), count: int = 2) -> Any:
    command = [sys.executable, "-m", "torch.distributed.run", f"--nproc-per-node={count}", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(
        [*command, str(ROOT / "train.py"), *map(str, words)],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_torchrun_then_a_rank_that_dies_then_resume_alone(tmp_path: Path, letters: Path):
    """As typed: one folder, each line once, and a checkpoint that another number of ranks goes on from."""
    words = [f"data.root={letters}", "optim.epochs=100000", "optim.batch_size=8", "hydra.run.dir=run"]
    with torchrun(*words, cwd=tmp_path) as process:
        while not (tmp_path / "run/checkpoint.pt").is_file():
            assert process.poll() is None
        found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(found[-1]), signal.SIGKILL)
        told, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert (
        errors.count("error: another rank ended or can't be reached; the last checkpoint is kept, and resume=run") <= 1
    )
    assert told.splitlines()[:3] == [f"reading {letters}", "3 labels: l o z", "24 pictures, 10 x 16 pixels"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["letters", "run"]
    state = torch.load(tmp_path / "run/checkpoint.pt", weights_only=True)
    state["settings"]["optim"]["epochs"] = state["epoch"] + 1
    torch.save(state, tmp_path / "run/checkpoint.pt")
    with torchrun("resume=run", cwd=tmp_path, count=1) as process:
        told, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert json.loads((tmp_path / "run/metrics.json").read_text())["epochs"] == state["epoch"] + 1


def test_a_run_whose_rank_died_is_resumed_to_the_very_weights(tmp_path: Path, letters: Path, thorough: bool):
    if not thorough:
        pytest.skip("takes a minute: --thorough")
    words = [f"data.root={letters}", "optim.epochs=3000", "optim.batch_size=8"]
    with torchrun(*words, "hydra.run.dir=whole", cwd=tmp_path) as process:
        process.communicate(timeout=120)
    with torchrun(*words, "hydra.run.dir=run", cwd=tmp_path) as process:
        while not (tmp_path / "run/checkpoint.pt").is_file():
            assert process.poll() is None
        found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(found[-1]), signal.SIGKILL)
        process.communicate(timeout=60)
    assert not (tmp_path / "run/weights.json").exists()
    with torchrun("resume=run", cwd=tmp_path) as process:
        process.communicate(timeout=120)
    assert (tmp_path / "run/weights.json").read_bytes() == (tmp_path / "whole/weights.json").read_bytes()


def test_two_machines_on_two_addresses(tmp_path: Path, letters: Path):
    """torchrun's rendezvous between them; the second has the letters and a folder of its own."""
    (tmp_path / "other").mkdir()
    words = [f"data.root={letters}", "optim.epochs=3", "hydra.run.dir=run"]
    meet = ("--nnodes=2", "--rdzv-backend=c10d", f"--rdzv-endpoint=127.0.0.1:{free_port()}")
    with (
        torchrun(*words, cwd=tmp_path, options=(*meet, "--local-addr=127.0.0.1"), count=1) as first,
        torchrun(*words, cwd=tmp_path / "other", options=(*meet, "--local-addr=127.0.0.2"), count=1) as second,
    ):
        told = [each.communicate(timeout=120) for each in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], told
    runs = [place for place in (tmp_path, tmp_path / "other") if (place / "run/metrics.json").is_file()]
    assert len(runs) == 1  # the one that came first
    assert sorted(out.count("everything is in run") for out, _ in told) == [0, 1]


def test_a_sweep_under_torchrun_is_refused(tmp_path: Path):
    with torchrun("-m", "seed=0,1", cwd=tmp_path) as process:
        told, errors = process.communicate(timeout=60)
    assert errors.count("error: -m under torchrun: its processes train one network together; start the sweep with") == 1
    assert told == "" and not list(tmp_path.iterdir())
