"""One training by several processes ("ranks"), which torchrun starts. Without it nothing here does anything.

All ranks draw the same order of an epoch, and each trains on its share of every batch. The gradients are summed before
each step, so that all hold the same weights; distortions, dropout and the statistics of batch norm are each rank's own.
"""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from charnet.system import torchrun
from charnet.system.answer import message

READING = timedelta(minutes=30)  # within which all ranks have read their letters; one that ends is missed at once
STALLED = timedelta(minutes=1)  # without a message from a rank during training, after which it counts as lost

T = TypeVar("T")

_training: Any = None  # torch's group of all ranks that gives one up when it has STALLED
_interrupted = threading.Event()  # by Ctrl-C, which reaches the ranks one after another


@contextmanager
def connection_errors() -> Iterator[None]:
    """Within the block torch's errors about a rank that can't be reached become one line."""
    try:
        yield
    except (RuntimeError, ValueError) as error:  # gloo's, nccl's and torchrun's store's are of either kind
        if torchrun.local_rank():
            raise SystemExit(1) from None  # the first of this machine says it
        raise ConnectionError(
            "another rank ended or can't be reached; the last checkpoint is kept, and resume=FOLDER goes on from it"
        ) from error


@contextmanager
def joined(folder: Path, device: str) -> Iterator[Path]:
    """Within the block the ranks are connected. Gives where this rank writes: the first to the run's `folder`.

    The others write to a temporary folder and print nothing. On all of them Ctrl-C ends the same step.
    """
    if torchrun.world_size() == 1:
        yield folder
        return
    global _training
    on_cuda = device != "cpu" and torch.cuda.is_available()
    if on_cuda and (cards := torch.cuda.device_count()) < torchrun.local_world_size():
        raise ValueError(
            f"device: {torchrun.local_world_size()} processes for {cards} graphics cards; start {cards}, "
            "or add device=cpu"
        )
    if on_cuda:
        torch.cuda.set_device(torchrun.local_rank())
    with connection_errors():
        dist.init_process_group("cpu:gloo,cuda:nccl" if on_cuda else "gloo", timeout=READING)
        _training = dist.new_group(timeout=STALLED)
    try:
        with ExitStack() as stack:
            if threading.current_thread() is threading.main_thread():
                _interrupted.clear()
                before = signal.getsignal(signal.SIGINT)

                def interrupt(*_: object) -> None:
                    _interrupted.set()
                    signal.signal(signal.SIGINT, before)  # for a second Ctrl-C

                signal.signal(signal.SIGINT, interrupt)
                stack.callback(signal.signal, signal.SIGINT, before)
            if torchrun.rank():
                devnull = stack.enter_context(open(os.devnull, "w"))  # noqa: PTH123 - no path on Windows
                stack.enter_context(redirect_stdout(devnull))
                stack.enter_context(redirect_stderr(devnull))
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="charnet-")))
            yield folder
    except ValueError:
        if torchrun.rank():
            raise SystemExit(1) from None  # the first rank says it
        raise
    finally:
        _training = None
        dist.destroy_process_group()


def shard(indices: Tensor) -> Tensor:
    """This rank's share of some indices (n,); shares differ by one at most."""
    return indices.tensor_split(torchrun.world_size())[torchrun.rank()] if _training else indices


@connection_errors()
def all_reduce(tensor: Tensor) -> Tensor:
    """The sum of the ranks' tensors, in place."""
    if _training:
        dist.all_reduce(tensor, group=_training)
    return tensor


def sum_gradient(gradient: Tensor) -> None:
    """Sum a gradient (n,) over the ranks, in place. Raises `KeyboardInterrupt` on all once one has got Ctrl-C."""
    if _training:
        summed = all_reduce(torch.cat([gradient, gradient.new_full((1,), _interrupted.is_set())]))
        gradient.copy_(summed[:-1])
        if summed[-1]:
            raise KeyboardInterrupt


def gather(rows: Tensor, count: int) -> Tensor:
    """The rows that the ranks have made of their `shard`s of `count` indices, in order (count, ...)."""
    if not _training:
        return rows
    whole = rows.new_zeros(count, *rows.shape[1:])
    whole[shard(torch.arange(count, device=rows.device))] = rows
    return all_reduce(whole)


@connection_errors()
def broadcast_tensors(tensors: Iterable[Tensor]) -> None:
    """Give all ranks the first one's values, in place."""
    for tensor in tensors if _training else ():
        dist.broadcast(tensor, 0)


@connection_errors()
def broadcast(value: T) -> T:
    """What the first rank has."""
    values = [value]
    if _training:
        dist.broadcast_object_list(values)
    return values[0]


@connection_errors()
def all_gather(value: T) -> list[T]:
    """What each rank has, in their order."""
    values: list[Any] = [value] * torchrun.world_size()
    if _training:
        dist.all_gather_object(values, value)
    return values


def on_every_rank(work: Callable[[], T]) -> T:
    """Do what may fail on one rank alone, such as reading files; an error on one is raised by all, with its rank."""
    error: Exception | None = None
    try:
        result = work()
    except (ValueError, OSError, ImportError, MemoryError) as caught:
        error = caught
    for number, text in enumerate(all_gather(message(error) if error else "")):
        if text:
            raise error if error and not torchrun.rank() else ValueError(f"rank {number}: {text}")
    return result


def assert_same(what: str, value: object, advice: str) -> None:
    """Raises `ValueError` with the first rank whose value is not that of rank 0."""
    for number, (theirs, host) in enumerate(found := all_gather((value, socket.gethostname()))):
        if theirs != found[0][0]:
            raise ValueError(f"rank {number} (on {host}): {what} differ from those of rank 0; {advice}")
