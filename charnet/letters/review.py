"""Moving samples out of a folder of letters for a second look, and back; nothing is lost if either is interrupted."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from charnet.system import files
from charnet.system.answer import note

JOURNAL = "journal.jsonl"  # in the review folder: a line a sample, where it came from, written before it is moved


def folder_of(folder: Path) -> Path:
    """The review folder `<folder>-review`, beside the folder and not inside, so that no training reads it."""
    whole = folder.resolve()
    return whole.with_name(f"{whole.name}-review")


def move_out(folder: Path, paths: Sequence[Path]) -> int:
    """Move samples to `<folder>-review/<label>/<name>`, each with its line in the journal; how many were moved.

    A sample that is gone by then is noted. Raises `ValueError` for a path that does not lie in the folder.
    """
    review, moved = folder_of(folder), 0
    for path in paths:
        inside = path.relative_to(folder)
        try:
            _move_out(path, review, inside)
            moved += 1
        except FileNotFoundError:
            if path.exists():
                raise
            note(f"{path} is gone")
    return moved


def restore(folder: Path) -> int:
    """Move back all samples that were moved out; how many came back. After an interruption, a second call continues.

    Where another sample took a name since, the one that comes back gets a new name. A sample that someone deleted from
    the review folder, or moved to another label, is noted. Raises `FileNotFoundError` where nothing was moved out.
    """
    review = folder_of(folder)
    journal = review / JOURNAL
    if not journal.is_file():
        raise FileNotFoundError(f"{journal} is not there: nothing was moved out of {folder}")
    rows = dict.fromkeys((folder / was, review / now) for was, now in _rows(journal))  # in order, without duplicates
    back = [home for home, source in rows if _move_back(source, home)]
    returned = set(back)
    for home, source in rows:  # after all moves, since a sample whose first move was interrupted has two rows
        if home not in returned and not home.exists() and not source.exists():
            note(f"{source} is gone")
    journal.unlink()
    for left in [*sorted(review.rglob("*"), reverse=True), review]:  # innermost first
        with contextlib.suppress(OSError):  # not empty: someone put a file there, which stays
            left.rmdir()
    return len(back)


def _move_out(path: Path, review: Path, inside: Path) -> None:
    path.stat()  # raises where there is nothing to move, before any folder is made
    files.make_folder((review / inside).parent)
    for target in _names(review / inside):
        if target.exists() and not files.same_file(target, path):
            continue
        row = {"from": inside.as_posix(), "to": inside.with_name(target.name).as_posix()}
        with (review / JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write(
                "\n" + json.dumps(row)
            )  # the line break comes first, so that a half-written line spoils no other
            journal.flush()
            os.fsync(journal.fileno())
        if files.move(path, target):
            return


def _move_back(source: Path, home: Path) -> bool:
    """Move a sample back to its folder: whether it was there to be moved."""
    if not source.exists():
        return False
    files.make_folder(home.parent)
    try:
        target = next(target for target in _names(home) if files.move(source, target))
    except FileNotFoundError:
        if source.exists():
            raise
        return False
    if target != home:
        note(f"{home} is another sample by now; the one that came back is {target.name}")
    return True


def _rows(journal: Path) -> Iterator[tuple[str, str]]:
    """Where each sample was and where it is now, as paths within their folders."""
    for number, line in enumerate(journal.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
        if line:
            try:
                row = json.loads(line)
                was, now = Path(row["from"]), Path(row["to"])
                if any(path.anchor or ".." in path.parts for path in (was, now)):
                    raise ValueError
                yield str(was), str(now)
            except (ValueError, TypeError, KeyError):
                note(f"{journal}: line {number} is damaged")


def _names(path: Path) -> Iterator[Path]:
    """The path itself, then the names to try if it is taken: kai-7~2.printed.png, kai-7~3.printed.png, ..."""
    yield path
    writer, dash, rest = path.name.rpartition("-")
    n, dot, suffix = rest.partition(".")
    for again in count(2):
        yield path.with_name(f"{writer}{dash}{n}~{again}{dot}{suffix}")
