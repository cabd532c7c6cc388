"""The UNIPEN 1.0 format (Guyon et al., 1994), as its distribution uses it: segments that refer to included ink.

A file is a sequence of statements: a keyword at the start of a line, written with ".", and the text up to the next one.
The statements .PEN_DOWN and .PEN_UP that contain points are its components, numbered from 0; a segment lists the
numbers of its components. Other statements describe the ink that follows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from charnet.datasets.counts import ReasonCounts

_KEYWORDS = """
    VERSION DATA_SOURCE DATA_ID DATA_CONTACT DATA_INFO SETUP PAD COORD HIERARCHY COMMENT INCLUDE KEYWORD RESERVED
    ALPHABET ALPHABET_FREQ LEXICON LEXICON_SOURCE LEXICON_ID LEXICON_CONTACT LEXICON_INFO LEXICON_FREQ
    X_DIM Y_DIM H_LINE V_LINE X_POINTS_PER_INCH Y_POINTS_PER_INCH Z_POINTS_PER_INCH X_POINTS_PER_MM Y_POINTS_PER_MM
    Z_POINTS_PER_MM POINTS_PER_GRAM POINTS_PER_SECOND PEN_DOWN PEN_UP DT DATE STYLE WRITER_ID COUNTRY HAND AGE SEX SKILL
    WRITER_INFO SEGMENT START_SET START_BOX REC_TIME REC_LABELS REC_SCORES REC_SOURCE REC_ID REC_CONTACT REC_INFO
    IMPLEMENTATION TRAINING_SET TEST_SET ADAPT_SET LEXICON_SET"""
KEYWORDS = frozenset(_KEYWORDS.split())
STATEMENT = re.compile(r"^\.([A-Za-z]\w*)", re.MULTILINE)  # unindented: indented ones are part of comments
SEGMENT = re.compile(r"\s*([A-Za-z_]+)?\s*(\d[\d:,\s-]*)?(.*)", re.DOTALL)
QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"?', re.DOTALL)
UNNAMED = r"\@"  # a label, of what the person who labelled it could not name; @ has no backslash
RATE = 100.0  # points a second where the file doesn't say

# Limits on a segment file with all its includes; the distribution's largest has 4 files, 1.4 MB and some 25,000
# statements, and points with up to 7 columns.
MOST_DEPTH = 8  # of includes within includes
MOST_FILES = 100
MOST_BYTES = 16_000_000
MOST_STATEMENTS = 200_000
MOST_COLUMNS = 16


class State(NamedTuple):
    """What the statements so far say about the ink that follows."""

    donor: str  # the top folder of the ink; a writer's name is unique within it
    writer: str = ""
    style: str = ""
    columns: tuple[str, ...] = ("X", "Y")
    rate: float = RATE
    per_inch: tuple[float, float] = (1.0, 1.0)  # x and y; only their ratio matters


class Component(NamedTuple):
    down: bool
    text: str
    state: State


class Segment(NamedTuple):
    level: str  # CHARACTER, WORD, ...; "" where the file doesn't say
    components: str  # component numbers such as 3-4 or 12:0-12:45,14
    label: str
    text: str  # the statement as it stands in the file


@dataclass(slots=True)
class UnipenFile:
    """A segment file with everything that it includes."""

    components: list[Component] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    notes: ReasonCounts = field(default_factory=ReasonCounts)  # oddities
    writer: str = ""  # the first one named, for ink that stands before any name
    files: int = 0
    bytes: int = 0
    statements: int = 0
    characters_read: int = 0  # of the components, each time that a segment referred to them


def read(path: Path, include: Path, donor: str) -> UnipenFile:
    """Read a segment file with its includes, which are looked up below `include`; `donor` is the folder of its own ink.

    Raises `ValueError` for a file that exceeds the limits, as do files that include each other.
    """
    file = UnipenFile()
    _add(file, path, include, State(donor), ())
    return file


def next_state(state: State, keyword: str, words: list[str]) -> State:
    """The state after a statement; a statement without a usable value changes nothing."""
    if keyword == "WRITER_ID" and words:
        return state._replace(writer=" ".join(words))
    if keyword == "STYLE" and words:
        return state._replace(style=words[0].lower())
    if keyword == "COORD":
        columns = tuple(word.upper() for word in words)
        usable = {"X", "Y"} <= set(columns) and len(columns) <= MOST_COLUMNS
        return state._replace(columns=columns) if usable else state
    if keyword.endswith(("_PER_INCH", "_PER_MM", "_PER_SECOND")) and keyword[0] in "XYP":
        try:
            value = float(words[0])
        except (ValueError, IndexError):
            return state
        if keyword == "POINTS_PER_SECOND":
            # Some files give the line's 9600 baud here: no tablet samples a thousand times a second.
            return state._replace(rate=value) if 1 <= value <= 1000 else state
        if 0 < value < 1e6:
            x, y = state.per_inch
            return state._replace(per_inch=(value, y) if keyword[0] == "X" else (x, value))
    return state


def _add(file: UnipenFile, path: Path, include: Path, state: State, including: tuple[Path, ...]) -> State:
    """Add the statements of `path`. Their state stays in force after its end, as an included .doc file is meant to."""
    text = _text(file, path)
    _, *rest = STATEMENT.split(text)
    for name, body in zip(rest[::2], rest[1::2], strict=True):
        keyword = name.upper()
        if keyword in ("PEN_DOWN", "PEN_UP"):
            if re.search(r"\d", body):
                file.components.append(Component(keyword == "PEN_DOWN", body, state))
        elif keyword == "SEGMENT":
            if not including:  # ink files may contain segments of their own, of other categories
                file.segments.append(_segment(body))
        elif keyword == "INCLUDE":
            state = _include(file, body.strip(), include, state, (*including, path))
        elif keyword not in KEYWORDS:
            file.notes.add("unknown keyword", f".{name} in {path.name}")
        else:
            state = next_state(state, keyword, body.split())
            file.writer = file.writer or state.writer
    return state


def _text(file: UnipenFile, path: Path) -> str:
    """The text of a file, which counts towards the limits each time it is included."""
    file.files += 1
    file.bytes += path.stat().st_size
    if file.files > MOST_FILES or file.bytes > MOST_BYTES:
        raise ValueError(f"with its includes it has more than {MOST_FILES} files or {MOST_BYTES // 1_000_000} MB")
    text = decode(path.read_bytes())
    file.statements += text.count("\n.") + 1
    if file.statements > MOST_STATEMENTS:
        raise ValueError(f"with its includes it has more than {MOST_STATEMENTS:,} statements")
    return text


def _include(file: UnipenFile, name: str, include: Path, state: State, including: tuple[Path, ...]) -> State:
    name = name.partition("\n")[0].strip('" \t').replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    where = f"{name[:80]!r} in {including[-1].name}"
    target = None if ".." in parts or not parts else include.joinpath(*parts)
    if target is not None and not _is_file(target):
        target = _any_case(include).get("/".join(parts).lower())
    if target is None:
        file.notes.add("missing include", where)
    elif target in including or len(including) > MOST_DEPTH:
        file.notes.add("include within itself", where)
    else:
        return _add(file, target, include, state._replace(donor=parts[0].lower()), including)
    return state


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long a name, or one with a zero byte
        return False


@lru_cache(maxsize=8)
def _any_case(include: Path) -> dict[str, Path]:
    """The files below a folder by their path in lower case: copies of CD-ROMs come in either case."""
    return {p.relative_to(include).as_posix().lower(): p for p in sorted(include.rglob("*")) if p.is_file()}


def _segment(body: str) -> Segment:
    """Parse `CHARACTER 3-4 ? "a"`, where any part but the numbers may be missing."""
    match = SEGMENT.match(body)
    assert match is not None  # every part of the pattern is optional
    level, components, rest = match.groups(default="")
    quoted = QUOTED.search(rest)
    if quoted and quoted[1].strip() == UNNAMED:
        label = ""
    elif quoted:
        label = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL)
    else:
        label = rest.split()[-1].strip("'") if rest.split() else ""
    return Segment(level.upper(), components, label.strip(), f".SEGMENT {' '.join(body.split())}"[:80])


def decode(content: bytes) -> str:
    """Decode UTF-8, UTF-16 with a byte order mark, or else Latin-1, which accepts any bytes. Lines end in "\\n"."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")
