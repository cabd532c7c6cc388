"""What the importers' command lines have in common."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from charnet.spec import FRAMINGS, Spec


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """A parser with --out, the size and framing of the samples, and --jobs."""
    result = argparse.ArgumentParser(prog=f"python -m charnet.datasets.{name}", description=description)
    result.add_argument("--out", type=Path, required=True, help="folder to write the letter folders to")
    result.add_argument("--width", type=int, default=Spec().width, help="pixels (default %(default)s)")
    result.add_argument("--height", type=int, default=Spec().height, help="pixels (default %(default)s)")
    result.add_argument("--framing", choices=FRAMINGS, default=Spec().framing, help="default %(default)s")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    result.add_argument("--jobs", type=int, default=cores, help="processes to work with (default %(default)s)")
    return result


def spec(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Spec:
    """The size and framing asked for; what is out of range ends the program as a wrong call does."""
    try:
        return replace(Spec(), width=given.width, height=given.height, framing=given.framing)
    except ValueError as error:
        parser.error(str(error))


def answer(work: Callable[[], list[str]], out: Path) -> int:
    """Print the summary that `work` returns, or one line for what went wrong; the exit status."""
    try:
        lines = work()
    except KeyboardInterrupt:
        print(f"error: interrupted; the same command goes on with {out}", file=sys.stderr)
        return 130
    except (ValueError, OSError, RuntimeError) as error:
        goes_on = (
            f" (what is in {out} is whole; the same command goes on with it)" if isinstance(error, OSError) else ""
        )
        print(f"error: {error}{goes_on}", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0
