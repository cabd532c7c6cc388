"""The segment files of a UNIPEN distribution, the letters in them that can be drawn, and the names of their samples."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from charnet.datasets.counts import ReasonCounts
from charnet.datasets.unipen_format import read
from charnet.datasets.unipen_ink import strokes
from charnet.letters.naming import to_folder
from charnet.letters.samples import STYLES, prefix
from charnet.spec import LOWERCASE


class Kind(NamedTuple):
    """One of UNIPEN's categories: of isolated characters, or of words."""

    category: str  # its folder below data
    characters: frozenset[str]  # of which the labels are made
    name: str  # of one of its characters
    level: str = "CHARACTER"  # of its segments

    def knows(self, label: str) -> bool:
        """Whether a label is one of the kind: one character, or a text of as many as a word may have."""
        most = 1 if self.level == "CHARACTER" else MOST_CHARACTERS
        return 0 < len(label) <= most and self.characters.issuperset(label)


MOST_CHARACTERS = 40  # of a word
OTHER_LEVEL = {"CHARACTER": "segment of a word or text", "WORD": "segment of a character or text"}  # why it is left out

KINDS = {
    "digits": Kind("1a", frozenset(string.digits), "digit"),
    "capitals": Kind("1b", frozenset(string.ascii_uppercase), "capital letter"),
    "lower": Kind("1c", frozenset(LOWERCASE), "lowercase letter"),
    "signs": Kind("1d", frozenset(string.punctuation), "sign"),
}
WORDS = Kind("6", frozenset(string.ascii_letters), "word", "WORD")


class SegmentFile(NamedTuple):
    path: Path
    include: Path  # the folder of its includes
    donor: str  # the folder below its category's
    kind: Kind = KINDS["lower"]


class LetterSegment(NamedTuple):
    """A segment that is a letter and can be drawn."""

    number: int  # of the segment in its file
    label: str
    writer: tuple[str, str]  # donor and .WRITER_ID
    style: str
    text: str


@dataclass(slots=True)
class Scan:
    """The letters of a segment file."""

    letters: list[LetterSegment] = field(default_factory=list)
    left_out: ReasonCounts = field(default_factory=ReasonCounts)
    notes: ReasonCounts = field(default_factory=ReasonCounts)


def segment_files(source: Path, kinds: Sequence[Kind] = (KINDS["lower"],)) -> list[SegmentFile]:
    """The segment files of some kinds below a folder, sorted; none where the folder is not UNIPEN."""
    found = []
    kind_of = {kind.category: kind for kind in kinds}
    for folder in sorted(p for p in [source, *source.rglob("*")] if p.name.lower() in kind_of and p.is_dir()):
        if folder.parent.name.lower() != "data":
            continue
        root = folder.parent.parent
        include = next((p for p in sorted(root.iterdir()) if p.name.lower() == "include"), root / "include")
        for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() == ".dat" and p.is_file()):
            donor = path.relative_to(folder).parts[0].lower()
            found.append(SegmentFile(path, include, donor, kind_of[folder.name.lower()]))
    return found


def scan(file: SegmentFile) -> Scan:
    """Find the letters of a segment file that can be drawn, and count why the others can't."""
    result = Scan()
    try:
        content = read(file.path, file.include, file.donor)
    except OSError as error:
        result.notes.add("file that can't be read", f"{file.path.name}: {error.strerror}")
        return result
    except ValueError as error:
        result.notes.add("file that is too large", f"{file.path.name}: {error}")
        return result
    result.notes = content.notes
    for number, segment in enumerate(content.segments):
        where = f"{segment.text} in {file.donor}/{file.path.name}"
        try:
            if segment.level not in (file.kind.level, ""):
                raise ValueError(OTHER_LEVEL[file.kind.level])
            if not file.kind.knows(segment.label):
                raise ValueError(f"label that is not one {file.kind.name}")
            if not segment.components:
                raise ValueError("no component numbers")
            found, state = strokes(content, segment.components)
        except ValueError as error:
            result.left_out.add(str(error), where)
            continue
        if all((stroke[:, :2] == found[0][0, :2]).all() for stroke in found):
            result.notes.add("all points in one place: drawn as a dot", where)
        if not state.writer:
            result.notes.add("no .WRITER_ID: filed under the writer 'unknown' of its donor", where)
        writer = (state.donor, state.writer or "unknown")
        result.letters.append(LetterSegment(number, segment.label, writer, state.style, segment.text))
    return result


def writer_names(writers: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(donor, id) -> a name in lower case that is safe on any file system; two writers never share one."""
    names: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for writer in sorted(writers):
        plain = unicodedata.normalize("NFKD", "-".join(writer)).encode("ascii", "ignore").decode().lower()
        name = base = re.sub(r"[^a-z0-9_-]+", "_", plain)[:80]
        number = 1
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        names[writer] = name
    return names


def plan(scans: Sequence[Scan], words: bool = False) -> list[list[tuple[int, str]]]:
    """For each scan, the segment numbers of its letters and their paths below the output folder.

    Words lie in it, letters in folders by their labels. The same scans always give the same paths.
    """
    names = writer_names({letter.writer for scan in scans for letter in scan.letters})
    counts: dict[tuple[str, str], int] = {}
    paths = []
    for scan in scans:
        rows = []
        for letter in scan.letters:
            name = names[letter.writer]
            folder = "" if words else f"{to_folder(letter.label)}/"
            n = counts[name, folder] = counts.get((name, folder), 0) + 1
            style = f".{letter.style}" if letter.style in STYLES else ""
            rows.append((letter.number, f"{folder}{prefix(name)}{n:04}{style}.png"))
        paths.append(rows)
    return paths
