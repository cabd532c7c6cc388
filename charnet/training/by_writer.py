"""How well each writer is read by a network that never saw that hand: figures by writer of a cross-validation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.letters.samples import writer_of
from charnet.measure import metrics
from charnet.system.answer import printable

# Number of a fold -> logits (n, labels) and targets (n,) of what it held out.
Held = dict[int, tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]]

SHOWN = 20  # writers that a person sees; programs get all
NOBODY = "(no writer)"  # whose names say none; most often drawings of one hand


def measure(held: Held, paths: dict[int, list[Path]]) -> dict[str, dict[str, Any]]:
    """Held-out logits and targets by fold, and where they come from -> {writer: accuracy, pictures}, the worst first.

    No picture trained the network that read it; nor did any other of its writer's where the folds are by writer.
    """
    right: dict[str, list[bool]] = {}
    for number, (logits, targets) in held.items():
        for path, hit in zip(paths[number], metrics.ranks(logits, targets) < 1, strict=True):
            right.setdefault(writer_of(path) or NOBODY, []).append(bool(hit))
    found = {writer: {"accuracy": float(np.mean(hits)), "pictures": len(hits)} for writer, hits in right.items()}
    return dict(sorted(found.items(), key=lambda item: item[1]["accuracy"]))


def lines(found: dict[str, dict[str, Any]]) -> list[str]:
    """The figures for a person."""
    shown = [(printable(writer), row) for writer, row in list(found.items())[:SHOWN]]
    wide = max(len(writer) for writer in ("writer", *(writer for writer, _ in shown)))
    rows = [f"{'writer':<{wide}}  pictures  read right, by a network that never saw this hand"]
    rows += [f"{writer:<{wide}}  {row['pictures']:8,}  {row['accuracy']:.1%}" for writer, row in shown]
    return rows + ([f"... and {len(found) - SHOWN:,} better ones, in metrics.json"] if len(found) > SHOWN else [])
