"""One training by several processes ("ranks"), which torchrun starts on one machine or on several.

Every rank draws the same order of an epoch and trains on its share of each batch; the gradients are summed over the
ranks before each step, so that all hold the same weights. Distortions, dropout and the statistics of batch norm are
each rank's own. The first rank alone writes and shows anything. Without torchrun nothing here does anything.
"""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn

from charnet.system import torchrun
from charnet.system.answer import words

READING = timedelta(minutes=30)  # within which all ranks have read their letters; one that ends is missed at once
STALLED = timedelta(minutes=1)  # without a word from a rank during training, after which it counts as lost

T = TypeVar("T")

_interrupted = False  # by Ctrl-C, which reaches the ranks one after another
_training: Any = None  # torch's group of all ranks that gives one up when it has STALLED


def rank() -> int:
    """The number of this rank, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    """How many ranks there are."""
    return dist.get_world_size() if dist.is_initialized() else 1


@contextmanager
def joined(folder: Path, device: str) -> Iterator[Path]:
    """Within the block the ranks are connected. Gives where this rank writes: the first to the run's `folder`.

    The others write to a temporary folder and print nothing. On all of them Ctrl-C ends the same step.
    """
    if torchrun.ranks() == 1:
        yield folder
        return
    if device == "mps":
        raise ValueError("device=mps: torchrun's processes need cpu or cuda")
    on_cuda = device != "cpu" and torch.cuda.is_available()
    if on_cuda:
        torch.cuda.set_device(torchrun.rank_here())
    global _training
    with reached():
        dist.init_process_group("cpu:gloo,cuda:nccl" if on_cuda else "gloo", timeout=READING)
        _training = dist.new_group(timeout=STALLED)
    try:
        with ExitStack() as stack:
            stack.enter_context(_interruptible())
            if rank():
                nowhere = stack.enter_context(open(os.devnull, "w"))  # noqa: PTH123 - no path on Windows
                stack.enter_context(redirect_stdout(nowhere))
                stack.enter_context(redirect_stderr(nowhere))
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="charnet-")))
            yield folder
    except ValueError:
        if torchrun.rank():
            raise SystemExit(1) from None  # the first rank says it
        raise
    finally:
        dist.destroy_process_group()


def shard(indices: Tensor) -> Tensor:
    """This rank's share of some indices (n,); shares differ by one at most."""
    return indices.tensor_split(world_size())[rank()] if dist.is_initialized() else indices


def sum_gradient(gradient: Tensor) -> None:
    """Sum a gradient (n,) over the ranks, in place. Raises `KeyboardInterrupt` on all once one has got Ctrl-C."""
    if dist.is_initialized():
        summed = all_reduce(torch.cat([gradient, gradient.new_full((1,), _interrupted)]))
        gradient.copy_(summed[:-1])
        if summed[-1]:
            raise KeyboardInterrupt


def sums(*values: float) -> list[float]:
    """Sums of numbers over the ranks."""
    return all_reduce(torch.tensor(values, dtype=torch.float64)).tolist() if dist.is_initialized() else list(values)


def gather(rows: Tensor, count: int) -> Tensor:
    """The rows of all `shard`s of `count` indices, in order (count, ...)."""
    if not dist.is_initialized():
        return rows
    whole = rows.new_zeros(count, *rows.shape[1:])
    whole[shard(torch.arange(count, device=rows.device))] = rows
    return all_reduce(whole)


def broadcast_buffers(network: nn.Module) -> None:
    """Give all ranks the first one's statistics of batch norm, as DistributedDataParallel does."""
    for buffer in network.buffers() if dist.is_initialized() else ():
        with reached():
            dist.broadcast(buffer, 0)


def broadcast(value: T) -> T:
    """What the first rank has."""
    values = [value]
    if dist.is_initialized():
        with reached():
            dist.broadcast_object_list(values)
    return values[0]


def on_every_rank(work: Callable[[], T]) -> T:
    """Do what may fail on one rank alone, such as reading files; an error on one is raised by all, with its rank."""
    if not dist.is_initialized():
        return work()
    error: Exception | None = None
    try:
        result = work()
    except (ValueError, OSError, ImportError, MemoryError) as caught:
        error = caught
    messages = all_gather(words(error) if error else "")
    if error and not rank():
        raise error
    for number, message in enumerate(messages):
        if message:
            raise ValueError(f"rank {number}: {message}")
    return result


def assert_same(what: str, value: object, advice: str) -> None:
    """Raises `ValueError` with the first rank whose value is not that of rank 0."""
    if dist.is_initialized():
        found = all_gather((value, socket.gethostname()))
        for number, (theirs, host) in enumerate(found):
            if theirs != found[0][0]:
                raise ValueError(f"rank {number} (on {host}): {what} differ from those of rank 0; {advice}")


def all_reduce(tensor: Tensor) -> Tensor:
    with reached():
        dist.all_reduce(tensor, group=_training)
    return tensor


def all_gather(value: T) -> list[T]:
    values: list[Any] = [None] * world_size()
    with reached():
        dist.all_gather_object(values, value)
    return values


@contextmanager
def reached() -> Iterator[None]:
    """Within the block torch's errors about a rank that can't be reached become one line."""
    try:
        yield
    except (RuntimeError, ValueError) as error:  # gloo's, nccl's and torchrun's store's are of either kind
        if torchrun.rank_here():
            raise SystemExit(1) from None  # the first of this machine says it
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        kept = "the last checkpoint is kept, and resume=FOLDER goes on from it"
        raise ConnectionError(f"another rank ended or can't be reached; {kept} ({reason})") from error


@contextmanager
def _interruptible() -> Iterator[None]:
    """Within the block Ctrl-C is noted, for `sum_gradient` to end the same step of all ranks."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def note(*_: object) -> None:
        global _interrupted
        _interrupted = True

    global _interrupted
    _interrupted = False
    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
