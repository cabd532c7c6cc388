"""Which samples are probably filed under a wrong label, or unreadable: `python -m charnet.audit FOLDER`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charnet.letters import review
from charnet.measure import figures
from charnet.spec import FRAMINGS
from charnet.system import files, usage
from charnet.system.answer import answer, printable
from charnet.training.config import DataConfig, ModelConfig, OptimConfig, TrainConfig

if TYPE_CHECKING:
    from charnet.letters.folder import Letters

HIDDEN = 100  # units of the network that reads for the audit; more than 20 find more wrong labels
EPOCHS = 100  # passes over the pictures, more of them where a pass has few steps
SHOWN = 40  # suspects on the contact sheet and in the table; the lists have all

Suspect = dict[str, Any]  # path, label, suggested, score


def main(argv: Sequence[str] | None = None) -> int:
    return answer(lambda: audit(parse(argv)))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments, and as `config` the settings of the trainings that they ask for."""
    parser = usage.parser("audit", "Find samples with wrong labels.")
    add, usual = parser.add_argument, DataConfig()
    add("folder", type=Path, metavar="FOLDER", help="folder with one folder of pictures a label")
    add("--top", type=_from(0), metavar="N", help="list the N worst, 0 = all (default: all read as another letter)")
    add("--folds", type=_from(2), default=5, help="parts of the data, each read by the others (default %(default)s)")
    add("--epochs", type=_from(1), help=f"of each training (default {EPOCHS}, more for few pictures)")
    add("--seed", type=_from(0), default=0, help="same seed, same list (default %(default)s)")
    add("--labels", default=usual.labels, help="as data.labels of a training (default: the letter folders found)")
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
    from charnet.training import suspects

    people = sys.stderr if given.json else sys.stdout
    found, letters = suspects.find(given.config, given.top, 0 if given.epochs else suspects.STEPS)
    given.out.mkdir(parents=True, exist_ok=True)
    lines = describe(found, len(letters))
    files.write_bytes(given.out / "suspects.jsonl", "".join(json.dumps(row) + "\n" for row in found).encode())
    files.write_bytes(given.out / "suspects.txt", "".join(line + "\n" for line in lines).encode())
    draw(given.out / "suspects.png", found[:SHOWN], letters)
    if given.json:
        print("".join(json.dumps(row) + "\n" for row in found), end="")
    more = [f"... {len(lines) - SHOWN - 1:,} more in the list"] if len(lines) > SHOWN + 1 else []
    print("\n".join(lines[: SHOWN + 1] + more), file=people)
    print(f"all of this: {printable(given.out)}/suspects.png, suspects.txt, suspects.jsonl", file=people)
    if given.move:
        moved = review.move_out(given.folder, [Path(row["path"]) for row in found])
        back = f"{usage.typed('audit')} {printable(given.folder)} --restore"
        print(
            f"{moved:,} moved to {printable(review.folder_of(given.folder))}; to bring them back: {back}", file=people
        )


def describe(found: Sequence[Suspect], total: int) -> list[str]:
    """A heading, then a line a suspect, for a person."""
    heading = f"{len(found):,} of {total:,} pictures listed, worst first: score of the label, label, read as, file"
    return [heading] + [
        f"{row['score']:.4f}  {row['label']} -> {row['suggested']}  {printable(row['path'])}" for row in found
    ]


def draw(path: Path, found: Sequence[Suspect], letters: Letters) -> None:
    """The contact sheet of these suspects."""
    index = {str(path): number for number, path in enumerate(letters.paths)}
    pictures = letters.pictures[[index[row["path"]] for row in found]]
    captions = [f"{'/'.join(Path(row['path']).parts[-2:])}: {row['suggested']}? {row['score']:.3f}" for row in found]
    title = f"the {len(found)} worst" if found else "no suspects"
    figures.save(figures.contact_sheet(pictures, captions, title), path)


def _from(least: int) -> Callable[[str], int]:
    """What argparse takes for a whole number from `least`."""

    def whole(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least}")
        return int(text)

    return whole


if __name__ == "__main__":
    sys.exit(main())
