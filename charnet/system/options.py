"""Command-line options that several commands share, and the types of their values."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace

from charnet.spec import FRAMINGS, Spec
from charnet.system.pool import cores


def whole_number(least: int) -> Callable[[str], int]:
    """An argparse type: a whole number of at least `least`."""

    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least}")
        return int(text)

    return parse


def add_framing(parser: argparse.ArgumentParser) -> None:
    """Add --width, --height and --framing, with the defaults of `Spec`."""
    usual = Spec()
    parser.add_argument("--width", type=int, default=usual.width, help="pixels (default %(default)s)")
    parser.add_argument("--height", type=int, default=usual.height, help="pixels (default %(default)s)")
    parser.add_argument(
        "--framing", choices=FRAMINGS, default=usual.framing, help="how pictures get that size (default %(default)s)"
    )


def spec_of(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Spec:
    """The spec that the options of `add_framing` ask for. A value out of range ends the program with a usage error."""
    try:
        return replace(Spec(), width=given.width, height=given.height, framing=given.framing)
    except ValueError as error:
        parser.error(f"--{error}")


def add_weights(parser: argparse.ArgumentParser) -> None:
    """Add --weights, the network that a command works with."""
    parser.add_argument("--weights", help="a weights file, a run folder or a shipped network (default: the one in use)")


def add_only(parser: argparse.ArgumentParser) -> None:
    """Add --only, the labels that the network ranks among."""
    parser.add_argument(
        "--only", metavar="LABELS", help="rank among these labels alone: characters and ranges, as in 0-9a-f"
    )


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Add --jobs, the number of worker processes."""
    parser.add_argument(
        "--jobs", type=whole_number(1), default=cores(), help="processes to work with (default %(default)s)"
    )
