"""Processes that play torchrun's, and what they do, by name: each is forked from one that imported this module.

Forks of the tests' own process can't train: where anything has started torch's threads, as the export to ONNX does,
autograd refuses to run in a fork.
"""

import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from charnet.system import torchrun
from charnet.system.progress import Progress
from charnet.training import cnn, distributed, experiment, fitting
from charnet.training.config import AugmentConfig, TrainConfig


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def by_ranks(count: int, work: Callable[..., Any], *arguments: object) -> list[Any]:
    """What `work`, a module's function, gives, or the error it raises, in each of so many ranks."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    answers, environment = context.Queue(), {**os.environ, **_environment(count)}
    children = [
        context.Process(target=_one, args=(rank, environment, Path.cwd(), answers, work, arguments))
        for rank in range(count)
    ]
    with pytest.MonkeyPatch.context() as patch:  # the fork server, which starts with the first, is not told sys.path
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        for child in children:
            child.start()
    try:
        found = dict(answers.get(timeout=60) for _ in children)
    finally:
        for child in children:
            child.join(5)
            child.kill()
    return [found[rank] for rank in range(count)]


def _environment(count: int) -> dict[str, str]:
    values = {"WORLD_SIZE": count, "LOCAL_WORLD_SIZE": count, "MASTER_PORT": free_port()}
    return {name: str(value) for name, value in values.items()} | {
        "TORCHELASTIC_RUN_ID": "test",
        "MASTER_ADDR": "127.0.0.1",
    }


def _one(
    rank: int, environment: dict[str, str], here: Path, answers: Any, work: Callable[..., Any], arguments: Any
) -> None:
    os.chdir(here)
    os.environ |= {**environment, "RANK": str(rank), "LOCAL_RANK": str(rank)}
    torch.set_num_threads(1)
    try:
        answers.put((rank, work(*arguments)))
    except (Exception, SystemExit) as error:
        answers.put((rank, error))


def train(config: TrainConfig) -> dict[str, np.ndarray]:
    """The best loss and the weights after a training by all ranks, without distortions and dropout, which differ."""
    cnn.DROPOUT = 0.0
    config = replace(config, augment=AugmentConfig(0, 0, 0, 0, 0, 0, 0))
    with distributed.joined(Path("run"), "cpu") as folder:
        data = experiment.read_letters(config, "")
        run = fitting.Run(config, data.tensors, "", folder)
        progress = Progress(data.kept.title, config.optim.epochs)
        fitted = fitting.train_fold(run, data.kept, fitting.EpochLines(progress.show, progress.due))
        fitted.log.close()
        assert torchrun.rank() == 0 or not folder.is_relative_to(Path.cwd())
        weights = {name: value.numpy() for name, value in fitted.network.state_dict().items()}
        return {"loss": np.array(fitted.state.best_loss), **weights}


def gathered(count: int) -> tuple[list[int], list[int]]:
    """This rank's share of so many indices, and all of them put together again."""
    with distributed.joined(Path("run"), "cpu"):
        mine = distributed.shard(torch.arange(count))
        whole = distributed.gather(mine[:, None].float(), count)
        return mine.tolist(), whole[:, 0].int().tolist()


def count_to_ctrl_c() -> int:
    """The step that ends by Ctrl-C, which rank 1 gets at 7."""
    with distributed.joined(Path("run"), "cpu"):
        for step in range(100):
            if torchrun.rank() == 1 and step == 7:
                signal.raise_signal(signal.SIGINT)
            gradient = torch.ones(2)
            try:
                distributed.sum_gradient(gradient)
            except KeyboardInterrupt:
                return step
            assert gradient.tolist() == [3, 3]
    return -1


def differ() -> None:
    with distributed.joined(Path("run"), "cpu"):
        distributed.assert_same("its settings", 5 if torchrun.rank() == 2 else 4, "start all with the same")


def fail_on_one() -> None:
    with distributed.joined(Path("run"), "cpu"):
        distributed.on_every_rank(_fail_but_on_the_first)


def _fail_but_on_the_first() -> None:
    if torchrun.rank():
        raise FileNotFoundError("data/letters: no such folder")


def lose_one() -> None:
    with distributed.joined(Path("run"), "cpu"):
        if torchrun.rank() == 1:
            raise OSError("gone")
        distributed.sum_gradient(torch.ones(2))


def train_from_other_networks(config: TrainConfig) -> dict[str, np.ndarray]:
    """Each rank names another network to start from, as two machines may have under one name."""
    return train(replace(config, init=f"start-{torchrun.rank()}.json"))
