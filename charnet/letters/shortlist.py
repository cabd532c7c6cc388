"""The list that an audit leaves, and which of it to take: the probable ones, so many of the worst, or by number."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from charnet.system import files
from charnet.system.answer import printable

FILE = "suspects.jsonl"  # an object a line; a suspect's number is that of its line, from 1
PROBABLE = "probable"

Suspect = dict[str, Any]  # path, label, suggested, score, probable
Numbers = list[range]  # from 1
Choice = str | int | Numbers  # PROBABLE, how many of the worst, or which


def choice(text: str) -> Choice:
    """What `--move` was given: `probable`, `10` (the ten worst), `3,7,12` or `1-10` (numbers). `ValueError` says so."""
    if text == PROBABLE:
        return PROBABLE
    if re.fullmatch(r"0*[1-9][0-9]*", text):
        return int(text)
    numbers = [_numbers(part.strip()) for part in text.removesuffix(",").split(",")]
    if not all(numbers):
        raise ValueError(f"{text!r} is neither how many (10) nor numbers of the list (3,7,12 or 1-10, one alone 7-7)")
    return [part for part in numbers if part]


def _numbers(part: str) -> range | None:
    found = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", part)
    if not found:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return range(first, last + 1) if 1 <= first <= last else None


def choose(suspects: Sequence[Suspect], wanted: Choice) -> list[Suspect]:
    """Those that are meant, each once, in the order of the list. `ValueError` for a number that it does not have."""
    if isinstance(wanted, str):
        return [suspect for suspect in suspects if suspect["probable"]]
    if isinstance(wanted, int):
        return list(suspects[:wanted])
    last = max(part[-1] for part in wanted)
    if last > len(suspects):
        raise ValueError(f"the list has no number {last}, it ends at {len(suspects)}; nothing was moved")
    return [suspect for number, suspect in enumerate(suspects, 1) if any(number in part for part in wanted)]


def write(out: Path, suspects: Sequence[Suspect]) -> None:
    files.write_bytes(out / FILE, "".join(json.dumps(suspect) + "\n" for suspect in suspects).encode())


def read(out: Path, folder: Path) -> list[Suspect] | None:
    """The list of the last audit into `out`, None where there is none.

    `ValueError` where it is of another folder than `folder`, or damaged.
    """
    path = out / FILE
    if not path.is_file():
        return None
    suspects = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        try:
            suspect = json.loads(line)
            where = Path(suspect["path"])
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{printable(path)}: line {number} is damaged; run the audit again") from None
        if not where.is_relative_to(folder) or ".." in where.relative_to(folder).parts:
            raise ValueError(
                f"{printable(path)} lists {printable(where)}, which is not in {printable(folder)}; "
                f"audit {printable(folder)} first, without --move, for its numbers"
            )
        suspects.append(suspect)
    return suspects


def unchanged(suspects: Sequence[Suspect], out: Path) -> list[Suspect]:
    """Those whose file is not younger than the list: a number may have gone to another drawing. Others are noted."""
    since = (out / FILE).stat().st_mtime_ns
    kept = []
    for suspect in suspects:
        path = Path(suspect["path"])
        if path.exists() and path.stat().st_mtime_ns > since:
            print(f"note: {printable(path)} was saved after that audit and stays", file=sys.stderr)
        else:
            kept.append(suspect)
    return kept
