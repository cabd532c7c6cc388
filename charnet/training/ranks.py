"""One training by several processes, which torchrun starts, one a rank, on one machine or on several.

Every rank draws the same order of an epoch and the same random numbers, and takes its share of each batch; gradients
are summed over the ranks before the one update, so that all ranks hold the same weights throughout.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from charnet.system import torchrun
from charnet.system.answer import message
from charnet.training import devices

KEPT = "the last checkpoint is kept, and resume=FOLDER goes on from it"

MENDABLE = (ValueError, OSError, ImportError, MemoryError)

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Ranks:
    """This rank among all; by itself one of one, for which nothing here does anything."""

    rank: int = 0
    count: int = 1
    group: Any = None  # torch's, which gives a rank up soon
    patient: Any = None  # one that waits for whole fits
    stopped: bool = False  # by Ctrl-C

    def share(self, count: int) -> slice:
        """Which of so many things are this rank's; shares differ by one at most, and may be empty."""
        return slice(count * self.rank // self.count, count * (self.rank + 1) // self.count)

    def seeded(self, device: torch.device, *numbers: int) -> torch.Generator:
        """Random numbers that are the same for all ranks; those of dropout, torch's own, are each rank's."""
        if self.count == 1:
            return devices.seeded(device, *numbers)
        devices.seeded(device, *numbers, self.rank)
        return torch.Generator(device).manual_seed(devices.seed(*numbers))

    def add_up(self, tensors: Sequence[Tensor], count: int) -> int:
        """Sum tensors over the ranks, in place and at once, and a count, which is returned.

        Raises `KeyboardInterrupt` on all ranks once one has got Ctrl-C.
        """
        if self.count == 1:
            return count
        more = torch.tensor([count, self.stopped], dtype=tensors[0].dtype, device=tensors[0].device)
        flat = torch.cat([*(tensor.flatten() for tensor in tensors), more])
        self._reduce(flat)
        *parts, more = flat.split([*(tensor.numel() for tensor in tensors), 2])
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.copy_(part.view_as(tensor))
        total, stopped = more.tolist()
        if stopped:
            raise KeyboardInterrupt
        return round(float(total))

    def totals(self, *values: float) -> list[float]:
        """Sums of numbers over the ranks."""
        if self.count == 1:
            return list(values)
        summed = torch.tensor(values, dtype=torch.float64)
        self._reduce(summed)
        return [float(value) for value in summed]

    def all_of(self, value: T, group: Any = None) -> list[T]:
        """What each rank has, in their order; `group` is one of torch's that waits longer than the usual."""
        values: list[Any] = [value] * self.count
        if self.count > 1:
            with reached():
                dist.all_gather_object(values, value, group=group)
        return values

    def first_of(self, value: T) -> T:
        """What the first rank has."""
        found = [value]
        if self.count > 1:
            with reached():
                dist.broadcast_object_list(found)
        return found[0]

    def together(self, work: Callable[[], T], long: bool = False) -> T:
        """Do on each rank what may fail on one; what went wrong anywhere is raised everywhere.

        The first of each machine does it before the others, which find its cache; `long` work, which takes hours, is
        done by all at once.
        """
        if self.count == 1:
            return work()
        error: BaseException | None = None
        for first in (True, False):
            if long or (torchrun.rank_here() == 0) is first:
                try:
                    result = work()
                except MENDABLE as caught:
                    error = caught
            if long:
                break
            self.all_of(None)
        told = self.all_of(message(error) if error else "", self.patient if long else None)
        if error and not self.rank:
            raise error
        for rank, text in enumerate(told):
            if text:
                raise ValueError(f"rank {rank}: {text}")
        return result

    def agree(self, what: str, mine: object, advice: str) -> None:
        """`ValueError` that names the rank whose digest of something is not the first one's."""
        for rank, (theirs, host) in enumerate(found := self.all_of((mine, socket.gethostname()))):
            if theirs != found[0][0]:
                raise ValueError(f"rank {rank} (on {host}): {what} differ from those of rank 0; {advice}")

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Within the block Ctrl-C, which reaches the ranks one after another, ends the same step of all."""
        if self.count == 1 or threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(*_: object) -> None:
            self.stopped = True

        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _reduce(self, tensor: Tensor) -> None:
        with reached():
            dist.all_reduce(tensor, group=self.group)


ALONE = Ranks()


@contextmanager
def reached() -> Iterator[None]:
    """torch's errors of what can't be reached, in words."""
    try:
        yield
    except (RuntimeError, ValueError) as error:  # gloo's, nccl's and torchrun's store's are of either kind
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        if torchrun.rank_here():
            raise SystemExit(1) from None  # the first of this machine says it
        raise ConnectionError(f"another rank ended or can't be reached; {KEPT} ({reason})") from error
