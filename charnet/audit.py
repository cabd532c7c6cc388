"""Which samples are probably filed under a wrong label, or unreadable: `python -m charnet.audit FOLDER`.

Every picture is read by a network that was trained without it (cross-validation), and cleanlab scores its label by the
likelihood that this network gives it: Northcutt et al., "Confident learning" (2021). Those read as another letter are
the suspects. docs/log.md has the scores and networks that were compared.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from charnet import files, review, tracking
from charnet.config import DataConfig, ModelConfig, OptimConfig, TrainConfig
from charnet.spec import FRAMINGS, Spec

if TYPE_CHECKING:
    from charnet.data import Letters

HIDDEN = 100  # units of the network that reads for the audit; more than 20 find more wrong labels
EPOCHS, STEPS = 100, 400  # passes over the pictures, more of them where a pass has few steps
SHOWN = 40  # suspects on the contact sheet and in the table; the lists have all

Suspect = dict[str, Any]  # path, label, suggested, score


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m charnet.audit", description="Find samples with wrong labels.")
    add, usual = parser.add_argument, DataConfig()
    add("folder", type=Path, metavar="FOLDER", help="folder with one folder of pictures a label")
    add("--top", type=_from(0), metavar="N", help="list the N worst, 0 = all (default: all read as another letter)")
    add("--folds", type=_from(2), default=5, help="parts of the data, each read by the others (default %(default)s)")
    add("--epochs", type=_from(1), help=f"of each training (default {EPOCHS}, more for few pictures)")
    add("--seed", type=_from(0), default=0, help="same seed, same list (default %(default)s)")
    add("--labels", default=usual.labels, help="as data.labels of a training (default a to z)")
    add("--width", type=int, default=usual.width, help="pixels (default %(default)s)")
    add("--height", type=int, default=usual.height, help="pixels (default %(default)s)")
    add("--framing", choices=FRAMINGS, default=usual.framing, help="default %(default)s")
    add("--out", type=Path, default=Path("outputs/audit"), help="folder for sheet and lists (default %(default)s)")
    add("--json", action="store_true", help="one JSON object a suspect, worst first")
    move = parser.add_mutually_exclusive_group()
    move.add_argument("--move", action="store_true", help="move what is listed to FOLDER-review")
    move.add_argument("--restore", action="store_true", help="no audit: bring back all that was moved")
    given = parser.parse_args(argv)
    try:
        config = TrainConfig(
            model=ModelConfig(hidden=HIDDEN),
            data=DataConfig(str(given.folder), given.labels, given.width, given.height, given.framing),
            optim=OptimConfig(epochs=given.epochs or EPOCHS),
            folds=given.folds,
            seed=given.seed,
        )
    except ValueError as error:
        parser.error(str(error).replace("data.", "--", 1))
    try:
        if given.restore:
            print(f"{review.restore(given.folder):,} brought back to {given.folder}")
            return 0
        found, letters = find(config, given.top, 0 if given.epochs else STEPS)
        given.out.mkdir(parents=True, exist_ok=True)
        lines = describe(found, len(letters))
        files.write_bytes(given.out / "suspects.jsonl", "".join(json.dumps(row) + "\n" for row in found).encode())
        files.write_bytes(given.out / "suspects.txt", "".join(line + "\n" for line in lines).encode())
        draw(given.out / "suspects.png", found[:SHOWN], letters)
        if given.json:
            print("".join(json.dumps(row) + "\n" for row in found), end="")
        people = sys.stderr if given.json else sys.stdout
        more = [f"... {len(lines) - SHOWN - 1:,} more in the list"] if len(lines) > SHOWN + 1 else []
        print("\n".join(lines[: SHOWN + 1] + more), file=people)
        print(f"all of this: {given.out}/suspects.png, suspects.txt, suspects.jsonl", file=people)
        if given.move:
            moved = review.move_out(given.folder, [Path(row["path"]) for row in found])
            back = f"python -m charnet.audit {given.folder} --restore"
            print(f"{moved:,} moved to {review.folder_of(given.folder)}; to bring them back: {back}", file=people)
        sys.stdout.flush()
    except BrokenPipeError:  # as in `... | head`
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
    except (ValueError, OSError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def find(config: TrainConfig, top: int | None = None, steps: int = STEPS) -> tuple[list[Suspect], Letters]:
    """The suspects, worst first, and all pictures; each training has the epochs of the settings and at least `steps`.

    `top` is how many to list, 0 = all pictures, None = those that are read as another letter. `score` is cleanlab's
    self-confidence, the likelihood of the label given, from 0 to 1. Raises `ImportError` without cleanlab.
    """
    try:
        from cleanlab.rank import get_label_quality_scores
    except ImportError:
        raise ImportError("the audit needs cleanlab: pip install 'charnet[audit]'") from None
    import torch

    from charnet import evaluate
    from charnet.data import Letters

    spec = config.data.spec()
    pictures, given, paths = evaluate.read(Path(config.data.root), spec)
    # Labels without pictures are left out, for cleanlab can't score what no network has learned.
    there, targets = np.unique(given, return_inverse=True)
    spec = replace(spec, labels=tuple(spec.labels[i] for i in there))
    letters = Letters(torch.from_numpy(pictures), torch.from_numpy(targets), paths)
    batches = math.ceil(len(letters) * (1 - 1 / config.folds) / config.optim.batch_size)
    epochs = max(config.optim.epochs, math.ceil(steps / batches))
    shares = out_of_fold(replace(config, optim=replace(config.optim, epochs=epochs)), letters, spec)
    scores = get_label_quality_scores(targets, shares, method="self_confidence", adjust_pred_probs=False)
    read = shares.argmax(axis=1)
    order = np.argsort(scores, kind="stable")
    order = order[read[order] != targets[order]] if top is None else order[: top or None]
    suspects = [
        {
            "path": str(letters.paths[i]),
            "label": spec.labels[targets[i]],
            "suggested": spec.labels[read[i]],
            "score": round(float(scores[i]), 6),
        }
        for i in order
    ]
    return suspects, letters


def out_of_fold(config: TrainConfig, letters: Letters, spec: Spec) -> npt.NDArray[np.float64]:
    """The likelihoods (n, labels) of each picture, of sum 1, by the network that was trained without its fold."""
    import torch

    from charnet import training

    torch.set_num_threads(1)
    pictures = letters.pictures.float() / 255
    shares = torch.zeros(len(letters), spec.outputs, dtype=torch.float64)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        for number, part in enumerate(training.plan(letters, config)[:-1]):  # the last trains on all
            torch.manual_seed(config.seed + number)
            model = training.build(config.model, spec, "")
            state = {"part": number, "epoch": 0, "seconds": 0.0, "seen": 0, "held": {}}
            if training.fit(model, pictures, letters.targets, part, config, state, Path(folder), _Quiet()):
                raise KeyboardInterrupt
            shares[part.held] = training.predict(model, pictures[part.held]).double().softmax(1)
    return shares.numpy()


class _Quiet(tracking.Tracker):
    """Keeps no events: these networks are thrown away."""

    def __init__(self) -> None:
        pass

    def scalars(self, values: Mapping[str, float], epoch: int) -> None:
        pass


def describe(found: Sequence[Suspect], total: int) -> list[str]:
    """A heading, then a line a suspect, for a person."""
    heading = f"{len(found):,} of {total:,} pictures listed, worst first: score of the label, label, read as, file"
    return [heading] + [f"{row['score']:.4f}  {row['label']} -> {row['suggested']}  {row['path']}" for row in found]


def draw(path: Path, found: Sequence[Suspect], letters: Letters) -> None:
    """The contact sheet of these suspects."""
    index = {str(path): number for number, path in enumerate(letters.paths)}
    pictures = letters.pictures.numpy()[[index[row["path"]] for row in found]] / 255
    captions = [f"{'/'.join(Path(row['path']).parts[-2:])}: {row['suggested']}? {row['score']:.3f}" for row in found]
    title = f"the {len(found)} worst" if found else "no suspects"
    files.write_bytes(path, tracking.to_png(tracking.pixels(tracking.contact_sheet(pictures, captions, title))))


def _from(least: int) -> Callable[[str], int]:
    """What argparse takes for a whole number from `least`."""

    def whole(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least}")
        return int(text)

    return whole


if __name__ == "__main__":
    sys.exit(main())
