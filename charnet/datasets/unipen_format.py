"""The UNIPEN 1.0 format (Guyon et al., 1994), as its distribution uses it: segments that point into included ink.

A file is a row of statements, each a keyword that starts a line with "." and the text up to the next. Components are
the statements .PEN_DOWN and .PEN_UP that hold points; segments name them by their numbers, from 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from charnet.datasets.tally import Tally
from charnet.datasets.unipen_state import KEYWORDS, State, changed

STATEMENT = re.compile(r"^\.([A-Za-z]\w*)", re.MULTILINE)  # at the very start: indented ones stand in comments
SEGMENT = re.compile(r"\s*([A-Za-z_]+)?\s*(\d[\d:,\s-]*)?(.*)", re.DOTALL)
QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"?', re.DOTALL)
DEPTH = 8  # of includes within includes
# Of a segment file with all its includes; the distribution's largest has 4 files, 1.4 MB and some 25,000 statements.
MOST_FILES = 100
MOST_BYTES = 16_000_000
MOST_STATEMENTS = 200_000


class Component(NamedTuple):
    down: bool
    text: str
    state: State


class Segment(NamedTuple):
    level: str  # CHARACTER, WORD, ...; "" where the file doesn't say
    where: str  # component numbers such as 3-4 or 12:0-12:45,14
    label: str
    text: str  # the statement as it stands


@dataclass(slots=True)
class Sheet:
    """A segment file with all that it includes."""

    components: list[Component] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    notes: Tally = field(default_factory=Tally)  # what was odd
    writer: str = ""  # the first named, for ink that stands before any name
    files: int = 0
    bytes: int = 0
    statements: int = 0
    read: int = 0  # characters of components that segments named so far


def read(path: Path, include: Path, donor: str) -> Sheet:
    """A segment file with its includes, which are looked for below `include`; `donor` is the folder of its own ink.

    `ValueError` for one that grows beyond all bounds, as by files that include each other.
    """
    sheet = Sheet()
    _add(sheet, path, include, State(donor), ())
    return sheet


def _add(sheet: Sheet, path: Path, include: Path, state: State, within: tuple[Path, ...]) -> State:
    """Add the statements of a file; what they say holds on after it, as an included .doc file is meant to."""
    text = _text(sheet, path)
    _, *rest = STATEMENT.split(text)
    for name, body in zip(rest[::2], rest[1::2], strict=True):
        keyword = name.upper()
        if keyword in ("PEN_DOWN", "PEN_UP"):
            if re.search(r"\d", body):
                sheet.components.append(Component(keyword == "PEN_DOWN", body, state))
        elif keyword == "SEGMENT":
            if not within:  # ink files may carry segments of their own, of other categories
                sheet.segments.append(_segment(body))
        elif keyword == "INCLUDE":
            state = _include(sheet, body.strip(), include, state, (*within, path))
        elif keyword not in KEYWORDS:
            sheet.notes.count("unknown keyword", f".{name} in {path.name}")
        else:
            state = changed(state, keyword, body.split())
            sheet.writer = sheet.writer or state.writer
    return state


def _text(sheet: Sheet, path: Path) -> str:
    """The text of a file, which counts as often as it is included."""
    sheet.files += 1
    sheet.bytes += path.stat().st_size
    if sheet.files > MOST_FILES or sheet.bytes > MOST_BYTES:
        raise ValueError(f"with its includes it has more than {MOST_FILES} files or {MOST_BYTES // 1_000_000} MB")
    text = decode(path.read_bytes())
    sheet.statements += text.count("\n.") + 1
    if sheet.statements > MOST_STATEMENTS:
        raise ValueError(f"with its includes it has more than {MOST_STATEMENTS:,} statements")
    return text


def _include(sheet: Sheet, name: str, include: Path, state: State, within: tuple[Path, ...]) -> State:
    name = name.partition("\n")[0].strip('" \t').replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    where = f"{name[:80]!r} in {within[-1].name}"
    target = None if ".." in parts or not parts else include.joinpath(*parts)
    if target is not None and not _is_file(target):
        target = _any_case(include).get("/".join(parts).lower())
    if target is None:
        sheet.notes.count("missing include", where)
    elif target in within or len(within) > DEPTH:
        sheet.notes.count("include within itself", where)
    else:
        return _add(sheet, target, include, state._replace(donor=parts[0].lower()), within)
    return state


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long a name, or one with a zero byte
        return False


@lru_cache(maxsize=8)
def _any_case(include: Path) -> dict[str, Path]:
    """Files below a folder by their path in lower case: copies of CD-ROMs come in either."""
    return {p.relative_to(include).as_posix().lower(): p for p in sorted(include.rglob("*")) if p.is_file()}


def _segment(body: str) -> Segment:
    """`CHARACTER 3-4 ? "a"`, with every part but the numbers missing at times."""
    match = SEGMENT.match(body)
    assert match is not None  # every part of the pattern is optional
    level, where, rest = match.groups(default="")
    quoted = QUOTED.search(rest)
    if quoted:
        label = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL)
    else:
        label = rest.split()[-1].strip("'") if rest.split() else ""
    return Segment(level.upper(), where, label.strip(), f".SEGMENT {' '.join(body.split())}"[:80])


def decode(content: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark, or else Latin-1, which takes any bytes; line ends as "\\n"."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")
