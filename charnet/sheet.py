"""Sheets to fill in by hand: `python -m charnet.sheet print --out sheet.pdf`, then `... read PHOTO... --out FOLDER`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from charnet.letters.config import join, parse
from charnet.sheets import layout
from charnet.spec import LOWERCASE
from charnet.system import files
from charnet.system.answer import UsageError, answer, printable


def main(argv: Sequence[str] | None = None) -> int:
    given = parse_arguments(argv)
    return answer(lambda: print_sheet(given))


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m charnet.sheet", description="Sheets to fill in by hand.")
    commands = parser.add_subparsers(dest="command", required=True)
    printing = commands.add_parser("print", help="make a PDF to print", description="Make a PDF to print.")
    printing.add_argument("--out", type=Path, required=True, metavar="SHEET.pdf", help="new file to write")
    letters = "characters run together (abc), or names with spaces between ('yes no'); default a to z"
    printing.add_argument("--labels", default=join(LOWERCASE), help=letters)
    printing.add_argument("--each", type=int, default=10, metavar="N", help="boxes for each label (default 10)")
    printing.add_argument("--writer", default="", metavar="NAME", help="who fills it in: names the samples")
    printing.add_argument("--paper", choices=list(layout.PAPERS), default="a4", help="default %(default)s")
    printing.add_argument("--json", action="store_true", help="one JSON object a box: page, label, box in millimetres")
    return parser.parse_args(argv)


def print_sheet(given: argparse.Namespace) -> None:
    try:
        sheet = layout.pages(parse(given.labels), given.each, given.writer, given.paper)
    except ValueError as error:
        raise UsageError(str(error)) from None
    taken = ValueError(f"{given.out} exists; name a new file with --out")
    if given.out.exists():
        raise taken
    if not given.out.parent.is_dir():
        raise FileNotFoundError(f"{given.out.parent}: no such folder; make it first")
    from charnet.sheets.print import to_pdf  # matplotlib takes half a second

    part = files.hidden(given.out)
    try:
        part.write_bytes(to_pdf(sheet))
        if not files.move(part, given.out):
            raise taken
    finally:
        part.unlink(missing_ok=True)
    boxes = [(page.number, box) for page in sheet for box in page.boxes()]
    if given.json:
        for number, box in boxes:
            place = [round(length, 3) for length in (box.left, box.top, box.width, box.height)]
            print(json.dumps({"page": number, "label": box.label, "box": place}))
        return
    pages = f"{len(sheet)} page{'s' * (len(sheet) > 1)}"
    print(
        f"{printable(given.out)}: {pages} of {given.paper} paper, {len(boxes):,} boxes; print at 100 %, fill in, then"
    )
    print("python -m charnet.sheet read PHOTO... --out FOLDER")


if __name__ == "__main__":
    sys.exit(main())
