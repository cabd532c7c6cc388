"""Export a network: `python -m charnet.export --weights W --to html|c|onnx|json|js|dts|scratch OUT`. Needs no torch."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from charnet.exports import c, html, js, json, onnx
from charnet.exports.source import read_single_layer
from charnet.letters.config import LettersConfig
from charnet.networks import onnx_file, stored
from charnet.system import files, options, usage
from charnet.system.answer import UsageError, answer, note, printable

TARGETS: dict[str, Callable[[Path], str | bytes]] = {  # from a network's file to the content of its export
    "html": html.html,
    "c": c.c,
    "onnx": onnx.onnx,
    "json": json.json,
    "js": js.js,
    "dts": js.dts,
    "scratch": js.scratch,
}


def main(argv: Sequence[str] | None = None) -> int:
    return answer(lambda: export(parse(argv)))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = usage.parser("export", "Export a network for use elsewhere.")
    parser.add_argument("out", type=Path, metavar="OUT", help="file to write")
    parser.add_argument("--to", required=True, metavar="|".join(TARGETS), help="format of the export")
    options.add_weights(parser)
    parser.add_argument(
        "--int8", action="store_true", help="with --to c: weights as bytes, for the smallest processors"
    )
    parser.add_argument(
        "--train", action="store_true", help="with --to html: the whole drawing page, which also trains, as one file"
    )
    parser.add_argument(
        "--letters", type=Path, default=Path(LettersConfig().root), metavar="FOLDER",
        help="with --train: where its starter letters come from; default: %(default)s",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")
    return parser.parse_args(argv)


def export(given: argparse.Namespace) -> None:
    if given.to not in TARGETS:
        raise UsageError(f"--to: {given.to!r} is not one of {', '.join(TARGETS)}")
    if given.int8 and given.to != "c":
        raise UsageError(f"--int8 goes with --to c; {given.to} keeps weights as they are")
    if given.train and given.to != "html":
        raise UsageError(f"--train goes with --to html; {given.to} is no page")
    check(given.out, given.force)
    weights = stored.find(given.weights)
    if onnx_file.kind_of(weights) == onnx_file.LINES:
        raise ValueError(f"{weights}: {onnx_file.IT_IS[onnx_file.LETTERS]}")
    content = (
        learning_page(weights, given.letters) if given.train else (c.int8 if given.int8 else TARGETS[given.to])(weights)
    )
    content = content.encode() if isinstance(content, str) else content
    write(given.out, content, given.force)
    print(f"{printable(given.out)}: {printable(weights)} as {given.to}, {len(content):,} bytes")


def learning_page(weights: Path, letters: Path) -> str:
    """The drawing page as one file. `ValueError` for a network that a page can't train."""
    from charnet.collector import take_home  # its imports take long, and no other export needs them

    network = read_single_layer(weights, "html --train")
    if not letters.is_dir():
        note(f"{letters}: no such folder, so no starter letters come along; charnet.datasets.synthesize makes some")
    return take_home.page(network, stored.name_of(weights), network.spec, letters)


def check(out: Path, force: bool) -> None:
    """Raise `ValueError` or `FileExistsError` where `out` can't be written, before the work begins."""
    if out.is_dir():
        raise ValueError(f"{out} is a folder; name the file to write in it")
    if not out.parent.is_dir():
        raise ValueError(f"{out.parent}: no such folder; make it first, or name another")
    if not force and (out.exists() or out.is_symlink()):
        raise FileExistsError(f"{out} exists and is kept; name another file, or replace it with --force")


def write(out: Path, content: bytes, force: bool) -> None:
    """Write `out` in one step, replacing a file only with `force`. `OSError` where that can't be done."""
    if force:
        files.write_bytes(out, content)
    elif not files.write_new(out, content):  # it was created since `check`
        check(out, force)


if __name__ == "__main__":
    sys.exit(main())
