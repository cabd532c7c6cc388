"""A process that trains some folds of a run for another (charnet/training/side_by_side.py).

It is told in a line on standard input: {"work": file, "folds": [places]}; later {"stop": true} may end it with its
epoch. It tells {"ready": true}, later {"fold", "epoch", "figures"} as it goes, and {"failed"}: what a user can
mend. What it makes are checkpoints.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from charnet.system import files
from charnet.system.answer import answer
from charnet.system.process import Message
from charnet.training import standby
from charnet.training.config import TrainConfig

if TYPE_CHECKING:
    from charnet.training.fitting import Work
    from charnet.training.folds import Fold

UPDATES = 100  # of a fold's progress


def main() -> int:
    started, stopped = standby.listen()
    from charnet.training import devices, fitting  # while whoever started it does the same

    tell({"ready": True})
    message = started.get()

    def train() -> None:
        work, folds = read(Path(message["work"]))
        with devices.threads(1):
            for place in message["folds"]:
                progress = Told(place, work.config.optim.epochs)
                try:
                    fit = fitting.train(work, folds[place], progress, stopped=stopped.is_set)
                except ValueError as error:
                    tell({"failed": str(error)})
                    break
                if fit.interrupted:
                    break

    return answer(train)


class Told:
    """Progress that is told."""

    def __init__(self, place: int, total: int) -> None:
        self._place, self._total = place, total
        self._every = math.ceil(total / UPDATES)

    def due(self, done: int) -> bool:
        return done % self._every == 0 or done == self._total

    def show(self, done: int, figures: str = "") -> None:
        if self.due(done):
            tell({"fold": self._place, "epoch": done, "figures": figures})


def tell(message: Message) -> None:
    print(json.dumps(message), flush=True)


def write(work: Work, folds: Sequence[Fold]) -> Path:
    """A file of what a helper needs, plain types and tensors, beside what the run leaves."""
    import torch

    path = files.hidden(work.folder / "folds")
    content = {
        "settings": asdict(work.config),
        "letters": [work.letters.pictures, work.letters.targets],
        "fingerprint": work.fingerprint,
        "folder": str(work.folder),
        "resumed": work.resumed,
        "folds": [asdict(fold) for fold in folds],
    }
    work.folder.mkdir(parents=True, exist_ok=True)
    torch.save(content, path)
    return path


def read(path: Path) -> tuple[Work, list[Fold]]:
    """The same again, its tensors mapped, so that all helpers share them."""
    import torch

    from charnet.training.fitting import Work
    from charnet.training.folds import Fold
    from charnet.training.memory import InMemory

    content = torch.load(path, mmap=True, weights_only=True)
    work = Work(
        config=TrainConfig.from_dict(content["settings"]),
        letters=InMemory(*content["letters"]),
        fingerprint=content["fingerprint"],
        folder=Path(content["folder"]),
        resumed=content["resumed"],
    )
    return work, [Fold(**fold) for fold in content["folds"]]


if __name__ == "__main__":
    sys.exit(main())
