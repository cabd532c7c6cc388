"""Which samples are read as another letter, and which are probably mislabelled: `python -m charnet.audit FOLDER`.

What is listed is for a person to look at. What is called probable is what `--move` takes unless told otherwise.
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

HIDDEN = 100  # units of the network that reads for the audit; more than 20 find more wrong labels
EPOCHS = 100  # passes over the pictures, more of them where a pass has few steps
SHOWN = 40  # suspects on the contact sheet and in the table; the lists have all
MOVE = (
    "move to FOLDER-review: those probably mislabelled (--move alone), so many of the worst (--move 10), or numbers of "
    "the last audit's sheet, without a new audit (--move 3,7,12 or --move 1-10; one alone: --move 7-7)"
)


def main(argv: Sequence[str] | None = None) -> int:
    return answer(lambda: audit(parse(argv)))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments, and as `config` the settings of the trainings that they ask for."""
    parser = usage.parser("audit", "Find samples with wrong labels.")
    add, usual = parser.add_argument, DataConfig()
    add("folder", type=Path, metavar="FOLDER", help="folder with one folder of pictures per label")
    add(
        "--top",
        type=options.whole_number(0),
        metavar="N",
        help="list the N worst, 0 = all (default: all read as another letter)",
    )
    add(
        "--folds",
        type=options.whole_number(2),
        default=5,
        help="parts of the data; a network trained on the others reads each (default %(default)s)",
    )
    add("--epochs", type=options.whole_number(1), help=f"of each training (default {EPOCHS}, more for few pictures)")
    add("--seed", type=options.whole_number(0), default=0, help="same seed, same list (default %(default)s)")
    add("--labels", default=usual.labels, help="as data.labels of a training (default: the letter folders found)")
    options.add_framing(parser)
    add("--out", type=Path, default=Path("outputs/audit"), help="folder for sheet and lists (default %(default)s)")
    add("--json", action="store_true", help="one JSON object per suspect, worst first")
    move = parser.add_mutually_exclusive_group()
    move.add_argument("--move", nargs="?", const=PROBABLE, type=_choice, metavar="WHICH", help=MOVE)
    move.add_argument("--restore", action="store_true", help="no audit: bring back all that was moved")
    given = parser.parse_args(_bare_move(sys.argv[1:] if argv is None else argv))
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
    people = sys.stderr if given.json else sys.stdout
    if isinstance(given.move, list) and (listed := shortlist.read(given.out, given.folder)) is not None:
        named = shortlist.unchanged(shortlist.choose(listed, given.move), given.out)
        print(to_json(named) if given.json else "", end="")
        move(given.folder, named, people)
        return
    found = find(given, people)
    if given.move:
        move(given.folder, shortlist.choose(found, given.move), people)
    elif found:
        probable = "the probable ones: --move; " if any(row["probable"] for row in found) else ""
        print(f"to move out {probable}by number: --move 3,7 or --move 1-10", file=people)


def find(given: argparse.Namespace, people: TextIO) -> list[Suspect]:
    """Audit, write the sheet and the lists, and say what was found."""
    from charnet.training import suspects

    found, letters = suspects.find(given.config, given.top, 0 if given.epochs else suspects.STEPS)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / shortlist.FILE).unlink(missing_ok=True)  # so that a list never stands beside another audit's sheet
    lines = report.describe(found, len(letters))
    places = {str(path): place for place, path in enumerate(letters.paths)}
    pictures = letters.pictures[[places[row["path"]] for row in found[:SHOWN]]]
    figures.save(report.sheet(found[:SHOWN], pictures), given.out / "suspects.png")
    files.write_bytes(given.out / "suspects.txt", "".join(line + "\n" for line in lines).encode())
    shortlist.write(given.out, found)
    print(to_json(found) if given.json else "", end="")
    more = [f"... {len(lines) - SHOWN - 1:,} more in the list"] if len(lines) > SHOWN + 1 else []
    print("\n".join(lines[: SHOWN + 1] + more), file=people)
    print(f"all of this: {printable(given.out)}/suspects.png, suspects.txt, suspects.jsonl", file=people)
    return found


def move(folder: Path, chosen: Sequence[Suspect], people: TextIO) -> None:
    if not chosen:
        print("nothing moved; to move some: --move 3,7 (by number) or --move 10 (the ten worst)", file=people)
        return
    moved = review.move_out(folder, [Path(row["path"]) for row in chosen])
    back = f"{usage.typed('audit')} {printable(folder)} --restore"
    print(f"{moved:,} moved to {printable(review.folder_of(folder))}; to bring them back: {back}", file=people)


def to_json(found: Sequence[Suspect]) -> str:
    return "".join(json.dumps(row) + "\n" for row in found)


def _choice(text: str) -> Choice:
    try:
        return shortlist.choice(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _bare_move(argv: Sequence[str]) -> list[str]:
    """Before a word that is no number, as in `--move FOLDER`, --move stands alone; argparse would give it that word."""
    following = [*argv, ""][1:]
    return [
        f"--move={PROBABLE}" if word == "--move" and not re.match("[0-9]+([-, ]|$)", after) else word
        for word, after in zip(argv, following, strict=True)
    ]


if __name__ == "__main__":
    sys.exit(main())
