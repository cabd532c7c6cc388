"""Processes that play torchrun's, and what they do, by name: each is forked from one that has only imported torch.

Forks of the tests' own process can't train: where anything has started torch's threads, as the export to ONNX does,
autograd refuses to run in a fork.
"""

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import torch
from charnet.training.memory import InMemory
from torch.distributed import distributed_c10d

from charnet.letters import folder
from charnet.system.progress import Progress
from charnet.training import cnn, fitting, rendezvous
from charnet.training.config import TrainConfig
from charnet.training.fitting import Work
from charnet.training.folds import plan


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def by_ranks(count: int, work: Callable[..., Any], *arguments: object) -> list[Any]:
    """What `work`, a module's function, gives, or the error it raises, in each of so many ranks."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["torch"])
    answers, here = context.Queue(), {**os.environ, **_environment(count)}
    children = [
        context.Process(target=_one, args=(rank, here, Path.cwd(), answers, work, arguments)) for rank in range(count)
    ]
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
    told = {"WORLD_SIZE": count, "LOCAL_WORLD_SIZE": count, "MASTER_PORT": free_port()}
    return {name: str(value) for name, value in told.items()} | {
        "TORCHELASTIC_RUN_ID": "test",
        "MASTER_ADDR": "127.0.0.1",
    }


def _one(
    rank: int, environment: dict[str, str], place: Path, answers: Any, work: Callable[..., Any], arguments: Any
) -> None:
    os.chdir(place)
    os.environ |= {**environment, "RANK": str(rank), "LOCAL_RANK": str(rank)}
    torch.set_num_threads(1)
    try:
        answers.put((rank, work(*arguments)))
    except (Exception, SystemExit) as error:
        answers.put((rank, error))


def train(config: TrainConfig) -> dict[str, np.ndarray]:
    """The best loss and the weights after a training by all ranks, without dropout, which draws other numbers."""
    cnn.DROPOUT = 0.0
    with rendezvous.joined(Path("run"), "cpu", "*.pt") as (group, place):
        letters = folder.read(Path(config.data.root), config.data.spec())
        (fold,) = plan(letters, config)
        work = Work(config, InMemory.of(letters, torch.device("cpu")), "", place, ranks=group)
        fit = fitting.train(work, fold, Progress(fold.title, config.optim.epochs))
        assert group.rank == 0 or not place.is_relative_to(Path.cwd())
        weights = {name: value.numpy() for name, value in fit.network.state_dict().items()}
        return {"loss": np.array(fit.state.best_loss), **weights}


def draw() -> list[float]:
    """A random number that all ranks share, and one of this rank's own."""
    with rendezvous.joined(Path("run"), "cpu", "*.pt") as (group, _):
        shared = group.seeded(torch.device("cpu"), 1, 2)
        return [torch.rand((), generator=shared).item(), torch.rand(()).item()]


def count_to_ctrl_c() -> int:
    """The step that ends by Ctrl-C, which rank 1 gets at 7."""
    with rendezvous.joined(Path("run"), "cpu", "*.pt") as (group, _), group.interruptible():
        for step in range(100):
            if group.rank == 1 and step == 7:
                signal.raise_signal(signal.SIGINT)
            try:
                assert group.add_up([torch.ones(2)], 3) == 9
            except KeyboardInterrupt:
                return step
    return -1


def differ() -> None:
    with rendezvous.joined(Path("run"), "cpu", "*.pt") as (group, _):
        group.agree("its settings", 5 if group.rank == 2 else 4, "start all with the same")


def fail_on_one() -> None:
    with rendezvous.joined(Path("run"), "cpu", "*.pt") as (group, _):
        group.together(_fail_but_on_the_first)


def _fail_but_on_the_first() -> None:
    if torch.distributed.get_rank():
        raise FileNotFoundError("data/letters: no such folder")


def lose_one() -> None:
    with rendezvous.joined(Path("run"), "cpu", "*.pt") as (group, _):
        if group.rank == 1:
            raise OSError("gone")
        group.add_up([torch.ones(2)], 1)


def take_long() -> int:
    """What both ranks make where one takes longer than all the others may wait for the letters."""
    with rendezvous.joined(Path("run"), "cpu", "*.pt") as (group, _):
        distributed_c10d._set_pg_timeout(timedelta(seconds=1))

        def work() -> int:
            time.sleep(3 * group.rank)
            return group.rank + 1

        return group.together(work, long=True)
