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
from samples import make_network

from charnet.networks import json_file
from charnet.training import experiment, folds

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks")


@pytest.mark.parametrize(("count", "batch"), [(2, 7), (3, 4)])
def test_the_mlp_is_trained_as_by_one_process(config, count, batch):
    """But for rounding, where nothing is distorted."""
    config.optim.batch_size, config.optim.epochs = batch, 2
    (alone,) = by_ranks(1, as_ranks.train, config)
    together = by_ranks(count, as_ranks.train, config)
    for each in together:
        assert all(np.array_equal(each[key], value) for key, value in together[0].items())
        # As a whole: where a gradient is nothing but rounding, AdamW's step is as long as any.
        assert flat({key: each[key] - value for key, value in alone.items()}) < 1e-5 * flat(alone)


def test_all_ranks_of_a_cnn_hold_the_same_weights_and_statistics(config):
    """Each has its own batch norm while it trains; the first one's is kept. Validation is that of one network."""
    config.model.name, config.optim.batch_size, config.optim.epochs = "cnn", 8, 3
    first, second = by_ranks(2, as_ranks.train, config)
    assert all(np.array_equal(second[key], value) for key, value in first.items())
    (alone,) = by_ranks(1, as_ranks.train, config)
    assert not np.allclose(first["norm.running_mean"], alone["norm.running_mean"], atol=1e-5)


def test_the_first_ranks_network_is_what_all_start_from(config):
    for number in range(2):
        json_file.write(Path(f"start-{number}.json"), make_network(config.data.spec(), seed=number))
    first, second = by_ranks(2, as_ranks.train_from_other_networks, config)
    assert all(np.array_equal(second[key], value) for key, value in first.items())


def test_too_few_pictures_for_every_rank_are_refused(config):
    config.optim.batch_size = 2
    first, *_ = by_ranks(3, as_ranks.train, config)
    assert str(first).startswith("optim.batch_size: 2 leaves batches of 2, and this training needs 3 pictures in each")


def flat(values: dict[str, np.ndarray]) -> float:
    """Their length as one vector."""
    return float(np.sqrt(sum(np.square(value, dtype=np.float64).sum() for value in values.values())))


def test_shares_are_put_together_again():
    found = by_ranks(3, as_ranks.gathered, 8)
    assert [mine for mine, _ in found] == [[0, 1, 2], [3, 4, 5], [6, 7]]
    assert all(whole == list(range(8)) for _, whole in found)


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


def test_folds_under_torchrun_are_refused(config):
    first, _ = by_ranks(2, experiment.run, replace(config, folds=2), Path("run"))
    assert str(first) == folds.UNDER_TORCHRUN


def test_a_run_by_two_ranks_has_one_folder_and_one_result(config):
    config.data.test = config.data.root
    first, second = by_ranks(2, experiment.run, config, Path("run"))
    assert first == second == json.loads(Path("run/metrics.json").read_text())
    assert Path("run/weights.json").is_file() and len(list(Path("run").glob("events*"))) == 2  # one of them hparams


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


@pytest.mark.thorough
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


@pytest.mark.thorough
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
