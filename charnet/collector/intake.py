"""Pictures of letters in, one or a zip of letter folders: each goes through the door of all pictures and is saved.

A zip is not unpacked: each picture is read from it, within limits that its own table of contents can't talk away, and
of its name only the label's folder and the writer are taken, where they are such.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import numpy as np

from charnet.collector.drawing import MAX_POINTS
from charnet.collector.store import Store, is_sample
from charnet.letters.samples import number_of, writer_of
from charnet.pictures import images, ink, paper
from charnet.spec import Spec
from charnet.system import files, zips
from charnet.system.answer import printable, reason

MAX_MEMBERS = 500_000  # of a zip, with folders and hidden files
MAX_FILES = 200_000
MAX_FILE = 32 * 1024 * 1024  # bytes of one picture
MAX_ALL = 2 * 1024**3  # bytes of all pictures of a zip
NAMED = 100  # refused pictures that are named one by one
WRITER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,60}")  # of a zip; wider than the page's, as for imported collections
HIDDEN = re.compile(r"(^|/)(\.(?!\.?/)|__MACOSX/)")
DAMAGE = (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError)


@dataclass(slots=True)
class Intake:
    """What came of it."""

    saved: list[tuple[str, str]] = field(default_factory=list)  # label and name
    refused: list[tuple[str, str]] = field(default_factory=list)  # name as it came, printable, and why
    more: int = 0  # refused beyond those
    next: dict[tuple[str, str], int] = field(default_factory=dict)  # label and writer -> number to go on from

    def refuse(self, name: str, why: str) -> None:
        if len(self.refused) < NAMED:
            self.refused.append((printable(name)[:200], why))
        else:
            self.more += 1

    def counts(self) -> dict[str, int]:
        return dict(Counter(label for label, _ in self.saved))


def take_picture(store: Store, spec: Spec, content: bytes, name: str, label: str, writer: str) -> Intake:
    """One picture, saved under a label. Raises `OSError` where it can't be saved."""
    intake = Intake()
    _take(store, spec, intake, content, name, label, writer)
    files.flush()
    return intake


def take_zip(store: Store, spec: Spec, file: IO[bytes], label: str | None, writer: str) -> Intake:
    """All pictures of a zip, saved under their folders' labels or, where one is given, all under `label`.

    `ValueError` for what is no zip, is torn, or holds more than the limits; nothing is saved then.
    """
    intake = Intake()
    try:
        with zips.opened(file, MAX_MEMBERS) as archive:
            members = _members(archive)
            for member in members:
                _take_member(store, spec, intake, archive, member, label, writer)
    except zips.TooManyFilesError as error:
        raise ValueError(f"the zip is refused: {error}; send it in parts, or zip the folders again") from None
    except DAMAGE as error:
        raise ValueError(f"not a whole zip archive ({str(error)[:100]})") from None
    files.flush()
    return intake


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files that may be pictures. Hidden ones, as systems add them, are passed over."""
    members = [member for member in archive.infolist() if not member.is_dir() and not HIDDEN.search(_plain(member))]
    if len(members) > MAX_FILES:
        raise ValueError(f"the zip holds {len(members):,} files, more than {MAX_FILES:,}; send it in parts")
    size = sum(member.file_size for member in members)
    if size > MAX_ALL:
        raise ValueError(
            f"unpacked, the zip holds {size / 1024**3:.1f} GB, more than {MAX_ALL // 1024**3} GB; send it in parts"
        )
    return members


def _plain(member: zipfile.ZipInfo) -> str:
    return member.filename.replace("\\", "/")


def _take_member(
    store: Store,
    spec: Spec,
    intake: Intake,
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    label: str | None,
    writer: str,
) -> None:
    *folders, name = _plain(member).split("/")
    if ".." in folders:
        return intake.refuse(member.filename, "its name leads elsewhere")
    under = label if label is not None else folders[-1] if folders else ""
    if under not in store.labels:
        return intake.refuse(
            member.filename, f"{printable(under)[:40]!r} is not one of the labels; name its folder as one"
        )
    if not is_sample(name):
        return intake.refuse(member.filename, "not a picture")
    theirs = writer_of(name)
    theirs = theirs if WRITER.fullmatch(theirs) else ""
    try:
        with archive.open(member) as file:
            content = file.read(MAX_FILE + 1)  # whatever its table of contents says
    except (*DAMAGE, OSError, ValueError) as error:
        return intake.refuse(member.filename, f"can't be unpacked ({str(error)[:100]})")
    _take(store, spec, intake, content, member.filename, under, writer or theirs)


def _take(store: Store, spec: Spec, intake: Intake, content: bytes, name: str, label: str, writer: str) -> None:
    if len(content) > MAX_FILE:
        return intake.refuse(name, f"larger than {MAX_FILE // 1024**2} MB")
    try:
        png = _framed(content, spec)
    except (ValueError, OSError) as error:
        return intake.refuse(name, reason(error))
    saved = store.save(label, png, writer, intake.next.get((label, writer), 0))
    intake.next[label, writer] = number_of(saved) + 1
    intake.saved.append((label, saved))


def _framed(content: bytes, spec: Spec) -> bytes:
    """A picture as samples are saved; one that holds its ink keeps it."""
    picture = images.read(content, spec)
    for strokes in _strokes(content):
        drawn = ink.framed(strokes, spec)
        if drawn.max() >= paper.BLANK:
            return ink.to_png(drawn, strokes)
    return ink.to_png(picture)


def _strokes(content: bytes) -> Iterator[list[ink.Stroke]]:
    """The ink inside, if there is any such as the page itself would take."""
    if ink.CHUNK.encode() not in content[:2048]:
        return
    try:
        strokes = ink.from_png(io.BytesIO(content))
    except (ValueError, OSError, SyntaxError):
        return
    if strokes and sum(map(len, strokes)) <= MAX_POINTS and all(np.abs(stroke[:, :2]).max() < 2 for stroke in strokes):
        yield strokes
