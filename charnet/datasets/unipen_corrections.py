"""Corrections of UNIPEN labels that are clearly wrong, applied during the import.

The list is a CSV file with the columns file (below data/1c), segment (its number in the file, from 0), label (the one
in the file) and better (the right one, or nothing for a drawing that is illegible and left out).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from charnet.datasets.unipen_scan import Scan, SegmentFile
from charnet.spec import LOWERCASE

SHIPPED = Path(__file__).parent / "unipen_corrections.csv"
COLUMNS = ["file", "segment", "label", "better"]


class Correction(NamedTuple):
    label: str
    better: str  # "" leaves the letter out


Corrections = dict[tuple[str, int], Correction]  # by file and segment


def read(path: Path) -> Corrections:
    """Read a CSV file of corrections. Raises `ValueError` that names the line, `OSError` where it can't be read."""
    found: Corrections = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            if next(rows, None) != COLUMNS:
                raise ValueError(f"{path}: its first line is not {','.join(COLUMNS)}")
            for row in rows:
                name, segment, label, better = row if len(row) == len(COLUMNS) else [""] * len(COLUMNS)
                valid = segment.isdecimal() and label in LOWERCASE and better in ("", *LOWERCASE)
                if not valid or label == better or (name, int(segment)) in found:
                    raise ValueError(
                        f"{path}, line {rows.line_num}: {','.join(row)!r} is not a correction, or is a second one"
                    )
                found[name, int(segment)] = Correction(label, better)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} is not a CSV file of corrections: {error}") from None
    return found


def apply(corrections: Corrections, segments: Sequence[SegmentFile], scans: Sequence[Scan]) -> None:
    """Correct the letters of `scans`, which belong to `segments`, in place, and count the corrections in their notes.

    A letter whose label differs from the one in the list stays as it is.
    """
    for file, scan in zip(segments, scans, strict=True):
        if file.kind.category != "1c":
            continue
        name, letters = path_in_1c(file), []
        for letter in scan.letters:
            label, better = corrections.get((name, letter.number), (None, letter.label))
            where = f"{letter.text} in {name}"
            if label == letter.label and not better:
                scan.left_out.add("correction: illegible", where)
                continue
            if label == letter.label:
                scan.notes.add("correction of a label", f"{where}, to {better}")
                letter = letter._replace(label=better)
            elif label:
                scan.notes.add("correction for another label: not applied", where)
            letters.append(letter)
        scan.letters = letters


def path_in_1c(file: SegmentFile) -> str:
    """The path of a segment file below data/1c, with slashes."""
    parts = file.path.parts
    start = max(index for index, part in enumerate(parts) if part.lower() == "1c")
    return "/".join(parts[start + 1 :])
