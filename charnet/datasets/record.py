"""The record of an import, kept beside its letter folders: the same command resumes it, no other one mixes in."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from charnet.system import files
from charnet.system.answer import printable

NAME = "import.json"


@contextmanager
def importing(out: Path, record: dict[str, Any]) -> Iterator[None]:
    """Claim `out` and, after the block that fills it, wait until everything is on the disk.

    An interruption or an error prints how to resume.
    """
    claim(out, record)
    files.remove_stale_parts(out)
    try:
        yield
        files.flush()
    except (KeyboardInterrupt, OSError, MemoryError):
        print(f"note: what is in {printable(out)} is whole; the same command goes on with it", file=sys.stderr)
        raise


def claim(out: Path, record: dict[str, Any]) -> None:
    """Make `out` the folder of this import, or confirm that it already is.

    Raises `ValueError` where `out` holds another import, or files that do not come from an import.
    """
    path = out / NAME
    if path.exists():
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ValueError(f"{path} is damaged; delete {out} or name another folder with --out")
        differing = [key for key in record if found.get(key) != record[key]]
        if differing:
            key = differing[0]
            values = f"{key} {found.get(key)!r} there, {record[key]!r} now"
            raise ValueError(f"{out} holds another import ({values}); name another folder with --out")
    elif out.exists() and not out.is_dir():
        raise ValueError(f"{out} is a file; name a new or empty folder with --out")
    elif out.exists() and any(not p.name.startswith(".") for p in out.iterdir()):
        raise ValueError(f"{out} holds files of another origin; name a new or empty folder with --out")
    else:
        out.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, (json.dumps(record, indent=1) + "\n").encode())


def missing(path: Path) -> bool:
    """Whether a sample has yet to be written. An empty file counts as missing: a crash of the machine may leave one."""
    try:
        return path.stat().st_size == 0
    except FileNotFoundError:
        return True
