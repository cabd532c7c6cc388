"""What the importers' command lines have in common."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from charnet.spec import FRAMINGS, Spec
from charnet.system import usage
from charnet.system.pool import cores


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """A parser with --out, the size and framing of the samples, and --jobs."""
    result = usage.parser(f"datasets.{name}", description)
    result.add_argument("--out", type=Path, required=True, help="folder to write the letter folders to")
    result.add_argument("--width", type=int, default=Spec().width, help="pixels (default %(default)s)")
    result.add_argument("--height", type=int, default=Spec().height, help="pixels (default %(default)s)")
    result.add_argument(
        "--framing", choices=FRAMINGS, default=Spec().framing, help="how pictures get that size (default %(default)s)"
    )
    result.add_argument("--jobs", type=_jobs, default=cores(), help="processes to work with (default %(default)s)")
    return result


def spec(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Spec:
    """The size and framing asked for; what is out of range ends the program as a wrong call does."""
    try:
        return replace(Spec(), width=given.width, height=given.height, framing=given.framing)
    except ValueError as error:
        parser.error(str(error))


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of processes from 1")
    return int(text)
