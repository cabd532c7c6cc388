"""Find samples that are read as another letter, and probably mislabelled ones: `python -m charnet.audit FOLDER`.

A person looks at the list; `--move` without a value moves the samples that it calls probably mislabelled.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from charnet.letters import review, shortlist
from charnet.letters.shortlist import PROBABLE, Choice, Suspect
from charnet.measure import figures
from charnet.measure import suspects as report
from charnet.system import files, options, usage
from charnet.system.answer import answer, printable
from charnet.training.config import DataConfig, ModelConfig, OptimConfig, TrainConfig

HIDDEN = 100  # hidden units of the audit's networks; more than 20 find more wrong labels
EPOCHS = 100  # passes over the pictures; more where a pass has few steps
SHOWN = 40  # suspects on the contact sheet and in the printed table; the files list all
MOVE = (
    "move samples to FOLDER-review: the probably mislabelled ones (--move), the ten worst (--move 10), or those with "
    "these numbers in the last audit, without a new one (--move 3,7,12 or --move 1-10; a single one: --move 7-7)"
)


def main(argv: Sequence[str] | None = None) -> int:
    return answer(lambda: audit(parse(argv)))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the arguments; `config` holds the settings of the trainings."""
    parser = usage.parser("audit", "Find samples with wrong labels.")
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="folder with one folder of pictures per label")
    add(
        "--top",
        type=options.whole_number(0),
        metavar="N",
        help="list the N worst, 0 = all (default: those read as another letter)",
    )
    add(
        "--folds",
        type=options.whole_number(2),
        default=5,
        help="parts of the data; each is read by a network trained on the others (default %(default)s)",
    )
    add("--epochs", type=options.whole_number(1), help=f"of each training (default {EPOCHS}, more for few pictures)")
    add(
        "--seed",
        type=options.whole_number(0),
        default=0,
        help="the same seed gives the same list (default %(default)s)",
    )
    add("--labels", default="", help="as data.labels of a training (default: the letter folders found)")
    options.add_framing(parser)
    add(
        "--out",
        type=Path,
        default=Path("outputs/audit"),
        help="folder for the contact sheet and the lists (default %(default)s)",
    )
    add("--json", action="store_true", help="one JSON object per suspect, worst first")
    move = parser.add_mutually_exclusive_group()
    move.add_argument("--move", nargs="?", const=PROBABLE, type=_choice, metavar="WHICH", help=MOVE)
    move.add_argument("--restore", action="store_true", help="no audit: move all samples in FOLDER-review back")
    given = parser.parse_args(_with_default_move(sys.argv[1:] if argv is None else argv))
    try:
        given.config = TrainConfig(
            model=ModelConfig(hidden=HIDDEN),
            data=DataConfig(str(given.folder), given.labels, given.width, given.height, given.framing),
            optim=OptimConfig(epochs=given.epochs or EPOCHS),
            folds=given.folds,
            seed=given.seed,
        )
    except ValueError as error:
        parser.error(str(error).replace("data.", "--", 1))
    return given


def audit(given: argparse.Namespace) -> None:
    if given.restore:
        print(f"{review.restore(given.folder):,} brought back to {printable(given.folder)}")
        return
    messages = sys.stderr if given.json else sys.stdout
    if isinstance(given.move, list) and (listed := shortlist.read(given.out, given.folder)) is not None:
        chosen = shortlist.unchanged(shortlist.choose(listed, given.move), given.out)
        print(to_json(chosen) if given.json else "", end="")
        move(given.folder, chosen, messages)
        return
    found = find(given, messages)
    if given.move:
        move(given.folder, shortlist.choose(found, given.move), messages)
    elif found:
        probable = "the probable ones: --move; " if any(suspect["probable"] for suspect in found) else ""
        print(f"to move out {probable}by number: --move 3,7 or --move 1-10", file=messages)


def find(given: argparse.Namespace, messages: TextIO) -> list[Suspect]:
    """Find the suspects, write the contact sheet and the lists, and print the worst."""
    from charnet.training import suspects

    found, letters = suspects.find(given.config, given.top, 0 if given.epochs else suspects.STEPS)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / shortlist.FILE).unlink(missing_ok=True)  # the list must not belong to another audit than the sheet
    lines = report.describe(found, len(letters))
    index = {str(path): number for number, path in enumerate(letters.paths)}
    pictures = letters.pictures[[index[suspect["path"]] for suspect in found[:SHOWN]]]
    figures.save(report.sheet(found[:SHOWN], pictures), given.out / "suspects.png")
    files.write_bytes(given.out / "suspects.txt", "".join(line + "\n" for line in lines).encode())
    shortlist.write(given.out, found)
    print(to_json(found) if given.json else "", end="")
    more = [f"... {len(lines) - SHOWN - 1:,} more in the list"] if len(lines) > SHOWN + 1 else []
    print("\n".join(lines[: SHOWN + 1] + more), file=messages)
    print(f"saved: {printable(given.out)}/suspects.png, suspects.txt, suspects.jsonl", file=messages)
    return found


def move(folder: Path, chosen: Sequence[Suspect], messages: TextIO) -> None:
    """Move samples to the review folder, and print how to bring them back."""
    if not chosen:
        print("nothing moved; to move some: --move 3,7 (by number) or --move 10 (the ten worst)", file=messages)
        return
    moved = review.move_out(folder, [Path(suspect["path"]) for suspect in chosen])
    back = f"{usage.typed('audit')} {printable(folder)} --restore"
    print(f"{moved:,} moved to {printable(review.folder_of(folder))}; to bring them back: {back}", file=messages)


def to_json(suspects: Sequence[Suspect]) -> str:
    return "".join(json.dumps(suspect) + "\n" for suspect in suspects)


def _choice(text: str) -> Choice:
    try:
        return shortlist.choice(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _with_default_move(argv: Sequence[str]) -> list[str]:
    """Give --move its default value where no number follows: argparse would take FOLDER in `--move FOLDER` for it."""
    following = [*argv, ""][1:]
    return [
        f"--move={PROBABLE}" if word == "--move" and not re.match("[0-9]+([-, ]|$)", after) else word
        for word, after in zip(argv, following, strict=True)
    ]


if __name__ == "__main__":
    sys.exit(main())
