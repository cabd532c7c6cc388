"""One training by several processes, which torchrun starts, one a rank, on one machine or on several.

Every rank draws the same order of an epoch and the same random numbers, and takes its share of each batch; gradients
are summed over the ranks before the one update, so that all ranks hold the same weights throughout. The first rank
alone writes and shows anything: the others work in a folder that is thrown away.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from charnet.system import torchrun
from charnet.system.answer import words
from charnet.training import devices

TOGETHER = timedelta(minutes=30)  # within which all ranks have read their letters
STALLED = timedelta(minutes=1)  # without a word from a rank during training, after which it counts as lost

KEPT = "the last checkpoint is kept, and resume=FOLDER goes on from it"

MENDABLE = (ValueError, OSError, ImportError, MemoryError)

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Ranks:
    """This rank among all; by itself one of one, for which nothing here does anything."""

    rank: int = 0
    count: int = 1
    group: Any = None  # torch's, which gives a rank up soon
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

    def all_of(self, value: T) -> list[T]:
        """What each rank has, in their order."""
        values: list[Any] = [value] * self.count
        if self.count > 1:
            with _reached():
                dist.all_gather_object(values, value)
        return values

    def first_of(self, value: T) -> T:
        """What the first rank has."""
        found = [value]
        if self.count > 1:
            with _reached():
                dist.broadcast_object_list(found)
        return found[0]

    def together(self, work: Callable[[], T], in_turn: bool = True) -> T:
        """Do on each rank what may fail on one; what went wrong anywhere is raised everywhere.

        `in_turn` has the first of each machine do it before the others, which find its cache.
        """
        if self.count == 1:
            return work()
        error: BaseException | None = None
        for first in (True, False):
            if not in_turn or (torchrun.rank_here() == 0) is first:
                try:
                    result = work()
                except MENDABLE as caught:
                    error = caught
            if not in_turn:
                break
            self.all_of(None)
        told = self.all_of(words(error) if error else "")
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
        with _reached():
            dist.all_reduce(tensor, group=self.group)


ALONE = Ranks()


@contextmanager
def joined(folder: Path, device: str, needed: str) -> Iterator[tuple[Ranks, Path]]:
    """The ranks of this run, and where this one works: the first in the run's `folder`, the others elsewhere.

    There they find the files of that folder whose names are like `needed`. `ValueError` where the code differs.
    """
    if torchrun.ranks() == 1:
        yield ALONE, folder
        return
    if device == "mps":
        raise ValueError("device=mps: torchrun's processes need cpu or cuda")
    on_cuda = device in ("auto", "cuda") and torch.cuda.is_available()
    if on_cuda:
        torch.cuda.set_device(torchrun.rank_here())
    with _reached():
        dist.init_process_group("cpu:gloo,cuda:nccl" if on_cuda else "gloo", timeout=TOGETHER)
    try:
        group = dist.new_group(timeout=STALLED)
        ranks = Ranks(torchrun.rank(), torchrun.ranks(), group)
        ranks.agree("its version of charnet or torch", code(), "install the same on all machines")
        with ExitStack() as stack:
            before = ranks.first_of(packed(folder, needed))
            if ranks.rank:
                nowhere = stack.enter_context(open(os.devnull, "w"))  # noqa: PTH123 - no path on Windows
                stack.enter_context(redirect_stdout(nowhere))
                stack.enter_context(redirect_stderr(nowhere))
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="charnet-")))
                unpack(folder, before)
            yield ranks, folder
    except ValueError:
        if torchrun.rank():
            raise SystemExit(1) from None  # the first rank says it
        raise
    finally:
        dist.destroy_process_group()


@contextmanager
def _reached() -> Iterator[None]:
    """torch's errors of what can't be reached, in words."""
    try:
        yield
    except (RuntimeError, ValueError) as error:  # gloo's, nccl's and torchrun's store's are of either kind
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        if torchrun.rank_here():
            raise SystemExit(1) from None  # the first of this machine says it
        raise ConnectionError(f"another rank ended or can't be reached; {KEPT} ({reason})") from error


def code() -> str:
    """A digest of the code that runs here."""
    digest = hashlib.sha256(torch.__version__.encode())
    for path in sorted((home := Path(__file__).parents[1]).rglob("*.py")):
        digest.update(str(path.relative_to(home)).encode() + path.read_bytes())
    return digest.hexdigest()


def packed(folder: Path, pattern: str) -> dict[str, bytes]:
    """Files of a folder by their name within it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob(pattern) if path.is_file()}


def unpack(folder: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
