"""Sheets to fill in by hand: `python -m charnet.sheet print --out sheet.pdf`, then `... read PHOTO... --out FOLDER`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from charnet.letters import samples
from charnet.letters.config import join, parse
from charnet.networks import classify
from charnet.pictures import listing
from charnet.sheets import layout
from charnet.spec import LOWERCASE
from charnet.system import files, usage
from charnet.system.answer import UsageError, answer, printable


def main(argv: Sequence[str] | None = None) -> int:
    given = parse_arguments(argv)
    return answer(lambda: print_sheet(given) if given.command == "print" else read_photos(given))


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = usage.parser("sheet", "Sheets to fill in by hand.")
    commands = parser.add_subparsers(dest="command", required=True)
    printing = commands.add_parser("print", help="make a PDF to print", description="Make a PDF to print.")
    printing.add_argument("--out", type=Path, required=True, metavar="SHEET.pdf", help="new file to write")
    letters = "characters run together (abc), or names with spaces between ('yes no'); default a to z"
    printing.add_argument("--labels", default=join(LOWERCASE), help=letters)
    printing.add_argument("--each", type=int, default=10, metavar="N", help="boxes for each label (default 10)")
    printing.add_argument("--writer", default="", metavar="NAME", help="who fills it in: names the samples")
    printing.add_argument("--paper", choices=list(layout.PAPERS), default="a4", help="default %(default)s")
    printing.add_argument("--json", action="store_true", help="one JSON object per box: page, label, millimetres")
    reading = commands.add_parser("read", help="read photos or scans of filled-in sheets")
    reading.add_argument("photos", nargs="+", metavar="PHOTO", help="pictures of one page each, or folders of them")
    reading.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="letter folders to add to")
    reading.add_argument("--writer", default="", metavar="NAME", help="who filled in sheets printed without a name")
    reading.add_argument("--weights", help="the network that says which samples look wrong (default: the one in use)")
    reading.add_argument("--json", action="store_true", help="one JSON object per photo")
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

    if not files.write_new(given.out, to_pdf(sheet)):
        raise taken
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
    print(f"{usage.typed('sheet')} read PHOTO... --out FOLDER")


def read_photos(given: argparse.Namespace) -> int:
    try:
        samples.check_writer(given.writer)
    except ValueError as error:
        raise UsageError(str(error)) from None
    _check_installed()
    from charnet.sheets import read, report

    if given.out.exists() and not given.out.is_dir():
        raise ValueError(f"{given.out} is a file; name a folder of letter folders with --out")
    failed = False
    photos = [
        str(path) for path in listing.walk([Path(photo) for each in given.photos for photo in usage.expand(each)])
    ]
    if not photos:
        raise ValueError(f"{given.photos[0]}: no pictures in this folder")
    for seen in read.look(photos, classify.load(given.weights)):
        if seen.page is None or seen.picture is None:
            failed = True
            _tell_error(seen.path, seen.error, given.json)
            continue
        writer = seen.page.writer or given.writer
        stem = f"{Path(seen.path).stem[:100]}-page-{seen.page.number}"
        saved = read.save(seen.page, seen.picture, seen.cuts, writer, given.out, stem)
        told = report.row(seen, writer, saved) if given.json else report.words(seen, writer, saved)
        print(told, flush=True)
    return 1 if failed else 0


def _check_installed() -> None:
    if find_spec("zxingcpp") is None:
        raise ImportError("reading sheets needs zxing-cpp: pip install 'charnet[sheet]'")


def _tell_error(path: str, error: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"path": path, "error": error}), flush=True)
    else:
        sys.stdout.flush()
        print(f"error: {printable(path)}: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
