"""Where a run goes: a folder that no other has, named by what was asked for."""

from __future__ import annotations

import itertools
import re
from contextlib import suppress
from pathlib import Path

LONGEST = 100  # characters of a job's folder


def claim(folder: Path, mark: str) -> Path:
    """Make a folder that no one else has: `folder`, or the first of folder-2, folder-3, ... without `mark` in it."""
    for n in itertools.count(1):
        found = folder if n == 1 else folder.with_name(f"{folder.name}-{n}")
        (found if mark else found.parent).mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            (found / mark).mkdir()  # fails where it is there, whoever was quicker
            return found
    raise AssertionError("there is always another number")


def job_folder(number: int, overrides: str, sweeper: str) -> str:
    """The name of a job's folder: `hidden=40+lr=0.1` for the overrides model.hidden=40+optim.lr=0.1.

    With the job's number where that would not be the only one of its name or is no name for a folder: other sweepers
    than Hydra's basic one may try the same settings twice, and some file systems take A for a.
    """
    overrides = re.sub(r"\d+\.\d{5,}(e-?\d+)?", lambda number: f"{float(number[0]):.4g}", overrides)
    short = re.sub(r"(^|\+)[+~]*(?:[\w@/]+\.)*(\w+)=", r"\1\2=", overrides)
    name = re.sub(r"[^\w.=+-]+", "_", short)[:LONGEST].strip(".")
    plain = name == short.lower() and name and sweeper.endswith(".BasicSweeper")
    return name if plain else f"{number}-{name}".strip("-")
