"""Samples taken out of a folder of letters for a second look, and back: nothing is lost, whenever it is interrupted."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path

JOURNAL = "journal.jsonl"  # in the review folder: where each sample came from, written before it is moved


def folder_of(folder: Path) -> Path:
    """The review folder: beside the data, so that no training sees it."""
    whole = folder.resolve()
    return whole.with_name(f"{whole.name}-review")


def move_out(folder: Path, paths: Sequence[Path]) -> int:
    """Move samples to `<folder>-review/<label>/<name>`, one by one and journalled; how many were moved."""
    review, moved = folder_of(folder), 0
    for path in paths:
        if not path.exists():
            print(f"note: {path} is gone", file=sys.stderr)
            continue
        inside = path.relative_to(folder)
        target = review / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        target = _free(target)
        row = {"from": inside.as_posix(), "to": inside.with_name(target.name).as_posix()}
        with (review / JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write("\n" + json.dumps(row))  # the line break first: a torn line spoils no other
            journal.flush()
            os.fsync(journal.fileno())
        _rename(path, target)
        moved += 1
    return moved


def restore(folder: Path) -> int:
    """Bring back what was moved out, beside what took its name since; how many came back. A second call goes on.

    What was deleted from the review folder, or sorted into another label by hand, is noted and left so.
    """
    review, back = folder_of(folder), 0
    journal = review / JOURNAL
    if not journal.is_file():
        raise FileNotFoundError(f"{journal} is not there: nothing was moved out of {folder}")
    for number, line in enumerate(journal.read_text(encoding="utf-8").split("\n"), 1):
        try:
            row = json.loads(line or "{}")
            source, home = review / row["to"], folder / row["from"]
        except (ValueError, TypeError, KeyError):
            if line:
                print(f"note: {journal}: line {number} is torn", file=sys.stderr)
            continue
        if not source.exists():
            if not home.exists():
                print(f"note: {source} is gone", file=sys.stderr)
            continue
        home.parent.mkdir(parents=True, exist_ok=True)
        target = home if home.exists() and home.samefile(source) else _free(home)
        _rename(source, target)
        back += 1
        if target != home:
            print(f"note: {home} is another sample by now; its forerunner is {target.name}", file=sys.stderr)
    journal.unlink()
    for inside in [*sorted(review.rglob("*"), reverse=True), review]:  # the innermost first
        with contextlib.suppress(OSError):  # not empty: what someone put there stays
            inside.rmdir()
    return back


def _free(path: Path) -> Path:
    """This path, or the first of kai-7~2.printed.png, kai-7~3.printed.png ... that is not taken."""
    writer, dash, rest = path.name.rpartition("-")
    n, dot, suffix = rest.partition(".")
    others = (path.with_name(f"{writer}{dash}{n}~{again}{dot}{suffix}") for again in count(2))
    return next(other for other in chain([path], others) if not other.exists())


def _rename(source: Path, target: Path) -> None:
    """Rename in steps after each of which the sample is whole; a target that is there already is never replaced."""
    if not (target.exists() and target.samefile(source)):  # an interrupted move had linked it
        try:
            os.link(source, target)
        except (FileExistsError, FileNotFoundError):
            raise
        except OSError:  # a file system without hard links
            target.open("xb").close()
            source.replace(target)
            return
    source.unlink()
