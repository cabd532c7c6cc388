"""Trainings that are killed, before a step of theirs on the disk or after a while."""

import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any

import warm

MOVES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate"}
OPENED = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# They checkpoint after each epoch, not after seconds.
TRAIN = f"""
import sys
sys.path.append({str(Path(__file__).parent)!r})
import killed
from charnet import train
from charnet.training import fitting
assert fitting.CHECKPOINT_SECONDS
fitting.CHECKPOINT_SECONDS = 0
killed.count(sys.argv.pop(1), int(sys.argv.pop(1)))
sys.exit(train.main())
"""


@dataclass
class Ended:
    status: int  # of the exit, -9 where it was killed
    steps: list[str]  # on the disk
    seconds: float
    said: str


def train(folder: Path, *words: str, step: int = 0, after: float = 0) -> Ended:
    """A training in `folder` that is killed before that step on the disk (from 1), or after so many seconds."""
    with tempfile.NamedTemporaryFile() as notes:
        began = time.monotonic()
        program = warm.Program("-c", TRAIN, notes.name, step, *words, cwd=folder)
        if after:
            try:
                program.wait(after)
            except TimeoutExpired:
                program.kill()
        said = "".join(program.communicate(120))
        steps = Path(notes.name).read_text().splitlines()
    assert program.returncode is not None
    return Ended(program.returncode, steps, time.monotonic() - began, said)


def count(notes: str, fatal: int) -> None:
    """Note each step that changes a folder or opens a file to write; die before the fatal one."""
    file, seen = os.open(notes, os.O_WRONLY), 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in MOVES or (event == "open" and arguments[2] & OPENED):
            seen += 1
            if seen == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            os.write(file, f"{event} {arguments[0]!a}\n".encode())

    sys.addaudithook(hook)
