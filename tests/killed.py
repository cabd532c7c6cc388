"""Programs that are killed, before a step of theirs on the disk or after a while.

Each runs in a fork of one process, which has imported what takes long: `with Programs(folder) as programs`.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parent.parent
MOVES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate"}
OPENED = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Programs:
    """A process that forks trainings in `folder`. They checkpoint after each epoch, not after seconds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def train(self, *words: str, step: int = 0, after: float = 0) -> dict[str, Any]:
        """{"status": of the exit, -9 where it was killed; "steps": on the disk, told in words; "seconds"; "said"}.

        It is killed before that step (from 1), or after so many seconds.
        """
        assert self._process.stdin and self._process.stdout
        print(json.dumps({"words": words, "step": step, "after": after}), file=self._process.stdin, flush=True)
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


def serve(folder: Path) -> None:
    import torch.utils.tensorboard
    from matplotlib.backends import backend_agg

    from charnet import train
    from charnet.training import fitting

    assert torch.utils.tensorboard and backend_agg and fitting.CHECKPOINT_SECONDS
    fitting.CHECKPOINT_SECONDS = 0
    os.chdir(folder)
    notes = Path(tempfile.mkdtemp())
    steps, said = notes / "steps", notes / "said"
    for line in sys.stdin:
        job, began = json.loads(line), time.monotonic()
        if not (child := os.fork()):
            for number, path in ((0, os.devnull), (1, said), (2, said)):
                os.dup2(
                    os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if number == 1 else 0)), number
                )
            _count(steps, job["step"])
            sys.argv[1:] = job["words"]
            os._exit(train.main())
        if job["after"]:
            time.sleep(job["after"])
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        found = {"status": status, "seconds": time.monotonic() - began, "said": said.read_text()}
        print(json.dumps({**found, "steps": steps.read_text().splitlines()}), flush=True)
    shutil.rmtree(notes)


def _count(steps: Path, fatal: int) -> None:
    """Note each step that changes a folder or opens a file to write; die before the fatal one."""
    file, seen = os.open(steps, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in MOVES or (event == "open" and arguments[2] & OPENED):
            seen += 1
            if seen == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            os.write(file, f"{event} {arguments[0]!a}\n".encode())

    sys.addaudithook(hook)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
