"""What there is to draw in a UNIPEN distribution: its segment files, their letters, and the names these get."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from charnet.datasets.tally import Tally
from charnet.datasets.unipen_format import read
from charnet.datasets.unipen_ink import strokes
from charnet.letters.samples import STYLES, prefix
from charnet.spec import LOWERCASE


class SegmentFile(NamedTuple):
    path: Path
    include: Path  # the folder of its includes
    donor: str  # the folder below 1c


class Letter(NamedTuple):
    number: int  # of the segment in its file
    label: str
    writer: tuple[str, str]  # donor and .WRITER_ID
    style: str
    text: str


@dataclass(slots=True)
class Scan:
    """What a segment file holds."""

    letters: list[Letter] = field(default_factory=list)
    left_out: Tally = field(default_factory=Tally)
    notes: Tally = field(default_factory=Tally)


def segment_files(source: Path) -> list[SegmentFile]:
    """The segment files below a folder, in sorted order; none where it is not UNIPEN."""
    found = []
    for folder in sorted(p for p in [source, *source.rglob("*")] if p.name.lower() == "1c" and p.is_dir()):
        if folder.parent.name.lower() != "data":
            continue
        root = folder.parent.parent
        include = next((p for p in sorted(root.iterdir()) if p.name.lower() == "include"), root / "include")
        for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() == ".dat" and p.is_file()):
            found.append(SegmentFile(path, include, path.relative_to(folder).parts[0].lower()))
    return found


def scan(file: SegmentFile) -> Scan:
    """Which letters of a segment file can be drawn, and why the others can't."""
    result = Scan()
    try:
        sheet = read(file.path, file.include, file.donor)
    except OSError as error:
        result.notes.count("file that can't be read", f"{file.path.name}: {error.strerror}")
        return result
    except ValueError as error:
        result.notes.count("file that is too large", f"{file.path.name}: {error}")
        return result
    result.notes = sheet.notes
    for number, segment in enumerate(sheet.segments):
        where = f"{segment.text} in {file.donor}/{file.path.name}"
        try:
            if segment.level not in ("CHARACTER", ""):
                raise ValueError("segment of a word or text")
            if segment.label not in LOWERCASE:
                raise ValueError("label that is not one lowercase letter")
            if not segment.where:
                raise ValueError("no component numbers")
            found, state = strokes(sheet, segment.where)
        except ValueError as error:
            result.left_out.count(str(error), where)
            continue
        if all((stroke[:, :2] == found[0][0, :2]).all() for stroke in found):
            result.notes.count("all points in one place: drawn as a dot", where)
        if not state.writer:
            result.notes.count("no .WRITER_ID: filed under the writer 'unknown' of its donor", where)
        writer = (state.donor, state.writer or "unknown")
        result.letters.append(Letter(number, segment.label, writer, state.style, segment.text))
    return result


def writer_names(writers: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(donor, id) -> a name safe in any file system, in lower case; two writers never share one."""
    names: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for writer in sorted(writers):
        plain = unicodedata.normalize("NFKD", "-".join(writer)).encode("ascii", "ignore").decode().lower()
        name = base = re.sub(r"[^a-z0-9_-]+", "_", plain)[:80]
        again = 1
        while name in taken:
            again += 1
            name = f"{base}_{again}"
        taken.add(name)
        names[writer] = name
    return names


def plan(scans: Sequence[Scan]) -> list[list[tuple[int, str]]]:
    """For each scan, its letters' segment numbers and paths below the output folder: the same on every call."""
    names = writer_names({letter.writer for one in scans for letter in one.letters})
    counts: dict[tuple[str, str], int] = {}
    paths = []
    for one in scans:
        rows = []
        for letter in one.letters:
            name = names[letter.writer]
            n = counts[name, letter.label] = counts.get((name, letter.label), 0) + 1
            style = f".{letter.style}" if letter.style in STYLES else ""
            rows.append((letter.number, f"{letter.label}/{prefix(name)}{n:04}{style}.png"))
        paths.append(rows)
    return paths
