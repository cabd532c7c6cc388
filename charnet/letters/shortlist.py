"""The list of suspects that an audit writes, and choosing from it: the probable ones, the n worst, or by number."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from charnet.system import files
from charnet.system.answer import note, printable

FILE = "suspects.jsonl"  # a JSON object a line, worst first; a suspect's number is that of its line, from 1
PROBABLE = "probable"

Numbers = list[range]  # from 1
Choice = str | int | Numbers  # PROBABLE, how many of the worst, or which numbers


class Suspect(TypedDict):
    """A sample whose label may be wrong."""

    path: str
    label: str  # its folder
    suggested: str  # the label that the network reads instead
    score: float  # of the sample's own label, from 0 to 1; the lowest is the worst
    probable: bool  # whether the label is probably wrong, and not the network


def choice(text: str) -> Choice:
    """The argument of `--move` -> a choice: `probable`, `10` (the ten worst), `3,7,12` or `1-10` (numbers).

    Raises `ValueError` for anything else.
    """
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
    """The chosen suspects, each once, in the order of the list. Raises `ValueError` for a number past its end."""
    if isinstance(wanted, str):
        return [suspect for suspect in suspects if suspect["probable"]]
    if isinstance(wanted, int):
        return list(suspects[:wanted])
    last = max(part[-1] for part in wanted)
    if last > len(suspects):
        raise ValueError(f"the list has no number {last}, it ends at {len(suspects)}; nothing was moved")
    return [suspect for number, suspect in enumerate(suspects, 1) if any(number in part for part in wanted)]


def write(out: Path, suspects: Sequence[Suspect]) -> None:
    """Write the list of an audit into its output folder."""
    files.write_bytes(out / FILE, "".join(json.dumps(suspect) + "\n" for suspect in suspects).encode())


def read(out: Path, folder: Path) -> list[Suspect] | None:
    """The list that the last audit wrote into `out`; None where there is none.

    Raises `ValueError` where it is damaged, or lists a file that is not in `folder`.
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
    """The suspects whose files are not newer than the list; the others are noted, as they may be other drawings."""
    since = (out / FILE).stat().st_mtime_ns
    kept = []
    for suspect in suspects:
        path = Path(suspect["path"])
        if path.exists() and path.stat().st_mtime_ns > since:
            note(f"{path} was saved after that audit and stays")
        else:
            kept.append(suspect)
    return kept
