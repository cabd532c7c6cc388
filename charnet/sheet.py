"""Sheets to fill in by hand: `python -m charnet.sheet print --out sheet.pdf`, then `... read PHOTO... --out FOLDER`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from charnet.letters import samples
from charnet.letters.config import join, parse
from charnet.networks import classify
from charnet.pictures import listing
from charnet.sheets import layout
from charnet.spec import LOWERCASE
from charnet.system import files, usage
from charnet.system.answer import UsageError, answer, printable
from charnet.system.names import normalise

if TYPE_CHECKING:
    from charnet.sheets.read import PageScan, Saved


def main(argv: Sequence[str] | None = None) -> int:
    given = parse_arguments(argv)
    return answer(lambda: print_sheet(given) if given.command == "print" else read_photos(given))


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = usage.parser("sheet", "Print sheets to fill in by hand, and read photos of them.")
    commands = parser.add_subparsers(dest="command", required=True)
    printing = commands.add_parser("print", help="make a PDF to print", description="Make a PDF to print.")
    printing.add_argument("--out", type=Path, required=True, metavar="SHEET.pdf", help="new file to write")
    letters = "characters without spaces (abc), or names separated by spaces ('yes no'); default a to z"
    printing.add_argument("--labels", default=join(LOWERCASE), help=letters)
    printing.add_argument(
        "--each", type=int, default=10, metavar="N", help="boxes for each label (default %(default)s)"
    )
    printing.add_argument(
        "--writer", type=normalise, default="", metavar="NAME", help="who fills it in; the samples get this name"
    )
    printing.add_argument("--paper", choices=list(layout.PAPERS), default="a4", help="default %(default)s")
    printing.add_argument("--json", action="store_true", help="one JSON object per box: page, label, millimetres")
    reading = commands.add_parser(
        "read", help="read photos or scans of filled-in sheets", description="Read photos or scans of filled-in sheets."
    )
    reading.add_argument("photos", nargs="+", metavar="PHOTO", help="pictures of one page each, or folders of them")
    reading.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="letter folders to add to")
    reading.add_argument(
        "--writer",
        type=normalise,
        default="",
        metavar="NAME",
        help="who filled in the sheets that were printed without a name",
    )
    reading.add_argument("--weights", help="the network that points out doubtful samples (default: the one in use)")
    reading.add_argument("--json", action="store_true", help="one JSON object per photo")
    return parser.parse_args(argv)


def print_sheet(given: argparse.Namespace) -> None:
    try:
        sheet = layout.pages(parse(given.labels), given.each, given.writer, given.paper)
    except ValueError as error:
        raise UsageError(str(error)) from None
    exists = ValueError(f"{given.out} exists; name a new file with --out")
    if given.out.exists():
        raise exists
    if not given.out.parent.is_dir():
        raise FileNotFoundError(f"{given.out.parent}: no such folder; make it first")
    from charnet.sheets.print import to_pdf  # matplotlib takes half a second

    if not files.write_new(given.out, to_pdf(sheet)):
        raise exists
    boxes = [(page.number, box) for page in sheet for box in page.boxes()]
    if given.json:
        for number, box in boxes:
            millimetres = [round(length, 3) for length in (box.left, box.top, box.width, box.height)]
            print(json.dumps({"page": number, "label": box.label, "box": millimetres}))
        return
    pages = f"{len(sheet)} page{'s' * (len(sheet) > 1)}"
    count = f"{len(boxes):,} box{'es' * (len(boxes) > 1)}"
    print(f"{printable(given.out)}: {pages} of {given.paper} paper, {count}; print at 100 %, fill in, then")
    print(f"{usage.typed('sheet')} read PHOTO... --out FOLDER")


def read_photos(given: argparse.Namespace) -> int:
    try:
        samples.check_writer(given.writer)
    except ValueError as error:
        raise UsageError(str(error)) from None
    _check_installed()
    from charnet.sheets import read

    if given.out.exists() and not given.out.is_dir():
        raise ValueError(f"{given.out} is a file; name a folder of letter folders with --out")
    failed = False
    photos = [
        str(path) for path in listing.walk([Path(photo) for each in given.photos for photo in usage.expand(each)])
    ]
    if not photos:
        raise ValueError(f"{given.photos[0]}: no pictures in this folder")
    for scan in read.scan(photos, classify.load(given.weights)):
        if scan.page is None or scan.picture is None:
            failed = True
            _print_error(scan.path, scan.error, given.json)
            continue
        writer = scan.page.writer or given.writer
        stem = f"{Path(scan.path).stem[:100]}-page-{scan.page.number}"
        saved = read.save(scan.page, scan.picture, scan.crops, writer, given.out, stem)
        print(to_json(scan, writer, saved) if given.json else describe(scan, writer, saved), flush=True)
    return 1 if failed else 0


def to_json(scan: PageScan, writer: str, saved: Saved) -> str:
    """A photo that was read, as a JSON object for programs."""
    assert scan.page is not None
    found = {
        "path": scan.path,
        "page": scan.page.number,
        "writer": writer,
        "boxes": len(scan.crops),
        "saved": len(saved.paths),
        "blank": scan.blank,
        "doubtful": len(saved.doubts),
        "again": saved.again,
        "doubts": [{"path": str(path), "why": why} for path, why in saved.doubts],
        "check": str(saved.check),
    }
    return json.dumps(found)


def describe(scan: PageScan, writer: str, saved: Saved) -> str:
    """A photo that was read, in lines for people."""
    assert scan.page is not None
    name = f" by {writer}" if writer else ""
    again = f", {saved.again} saved before" if saved.again else ""
    counts = f"{len(saved.paths)} letters saved, {len(saved.doubts)} of them doubtful, {scan.blank} blank{again}"
    lines = [f"{scan.path}: page {scan.page.number} of {scan.page.of}{name}: {counts}"]
    lines += [f"  doubtful: {path}: {why}" for path, why in saved.doubts]
    lines += [f"  to check at a glance: {saved.check}"]
    return "\n".join(map(printable, lines))


def _check_installed() -> None:
    if find_spec("zxingcpp") is None:
        raise ImportError("reading sheets needs zxing-cpp: pip install -e '.[sheet]'")


def _print_error(path: str, error: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"path": path, "error": error}), flush=True)
    else:
        sys.stdout.flush()
        print(f"error: {printable(path)}: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
