"""How torchrun's ranks meet. The first alone writes and shows anything; the others work in a folder that goes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist

from charnet.system import torchrun
from charnet.training.ranks import ALONE, Ranks, reached

TOGETHER = timedelta(minutes=30)  # within which all ranks have read their letters
FITS = timedelta(days=30)  # within which all ranks have trained their folds; one that ends is missed at once
STALLED = timedelta(minutes=1)  # without a word from a rank during training, after which it counts as lost


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
    with reached():
        dist.init_process_group("cpu:gloo,cuda:nccl" if on_cuda else "gloo", timeout=TOGETHER)
    try:
        group, patient = dist.new_group(timeout=STALLED), dist.new_group(timeout=FITS)
        ranks = Ranks(torchrun.rank(), torchrun.ranks(), group, patient)
        ranks.agree("its version of charnet or torch", code(), "install the same on all machines")
        with ExitStack() as stack:
            before = ranks.first_of({} if ranks.rank else packed(folder, needed))
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
