"""Uploaded pictures, one or a zip of letter folders: each is read and framed like any picture, and saved as a sample.

A zip is never unpacked to disk. Each picture is read from it up to a limit, whatever size the zip claims. Of its name
only the label's folder and the writer are used, where they are valid.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

import numpy as np

from charnet.collector.store import Store, is_sample
from charnet.collector.validation import MAX_POINTS
from charnet.letters.naming import from_folder
from charnet.letters.samples import number_of, writer_of
from charnet.pictures import images, ink, paper
from charnet.spec import Spec
from charnet.system import files, zips
from charnet.system.answer import note, notes, printable, reason

MAX_MEMBERS = 500_000  # of a zip, with folders and hidden files
MAX_FILES = 200_000
MAX_FILE = 32 * 1024 * 1024  # bytes of one picture
MAX_ALL = 2 * 1024**3  # bytes of all pictures of a zip
MAX_NAMED = 100  # refused pictures that are listed; the others are only counted
WRITER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,60}")  # wider than the page's own rule: imported collections have such
HIDDEN = re.compile(r"(^|/)(\.(?!\.?/)|__MACOSX/)")
ZIP_ERRORS = (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError)


@dataclass(slots=True)
class UploadResult:
    """What was saved and what was refused."""

    saved: list[tuple[str, str]] = field(default_factory=list)  # label and name
    refused: list[tuple[str, str]] = field(default_factory=list)  # printable name in the upload, and the reason
    more: int = 0  # how many more were refused than are listed
    already: int = 0  # how many are among the samples of their label and writer

    def refuse(self, name: str, reason: str) -> None:
        if len(self.refused) < MAX_NAMED:
            self.refused.append((printable(name)[:200], reason))
        else:
            self.more += 1

    def counts(self) -> dict[str, int]:
        """How many were saved under each label."""
        return dict(Counter(label for label, _ in self.saved))


def save_picture(store: Store, spec: Spec, content: bytes, name: str, label: str, writer: str) -> UploadResult:
    """Save one picture under a label. Raises `OSError` where the disk fails."""
    upload = _Upload(store, spec)
    with notes() as remarks:
        upload.save(content, name, label, writer, again=True)
    _report(remarks)
    files.flush()
    return upload.result


def save_zip(store: Store, spec: Spec, file: IO[bytes], label: str | None, writer: str) -> UploadResult:
    """Save all pictures of a zip under the labels of their folders or, where one is given, all under `label`.

    What the label has from the same writer already, byte for byte, is counted and not saved again: a zip that comes
    twice, or what the page itself gave out.
    Raises `ValueError`, and saves nothing, for a file that is no zip or exceeds the limits.
    """
    upload = _Upload(store, spec)
    try:
        with notes() as remarks, zips.opened(file, MAX_MEMBERS) as archive:
            members = _members(archive)
            for member in members:
                upload.save_member(archive, member, label, writer)
    except zips.TooManyFilesError as error:
        raise ValueError(f"the zip is refused: {error}; send it in parts, or zip the folders again") from None
    except ZIP_ERRORS as error:
        raise ValueError(f"not a whole zip archive ({str(error)[:100]})") from None
    _report(remarks)
    files.flush()
    return upload.result


class _Upload:
    """One upload in progress."""

    def __init__(self, store: Store, spec: Spec) -> None:
        self._store, self._spec = store, spec
        self._next: dict[tuple[str, str], int] = {}  # label and writer -> the number at which to look for a free name
        # Label and writer -> digests of the files that were there before.
        self._known: dict[tuple[str, str], set[bytes]] = {}
        self.result = UploadResult()

    def save_member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str | None, writer: str) -> None:
        *folders, name = _path(member).split("/")
        if ".." in folders:
            return self.result.refuse(member.filename, "its path leads out of the zip")
        if label is None:
            if not folders:
                return self.result.refuse(
                    member.filename, "it is in no folder; put it into one that is named by its label"
                )
            label = from_folder(folders[-1])
        if label not in self._store.labels:
            folder = printable(label)[:40]
            return self.result.refuse(
                member.filename,
                f"its folder {folder!r} is not one of the labels; rename it, or add the label to this page",
            )
        if not is_sample(name):
            return self.result.refuse(member.filename, "not a picture")
        named = writer_of(name)
        named = named if WRITER.fullmatch(named) else ""
        try:
            with archive.open(member) as file:
                content = file.read(MAX_FILE + 1)  # whatever size the zip claims
        except (*ZIP_ERRORS, OSError, ValueError) as error:
            return self.result.refuse(member.filename, f"can't be unpacked ({str(error)[:100]})")
        self.save(content, member.filename, label, writer or named)

    def save(self, content: bytes, name: str, label: str, writer: str, again: bool = False) -> None:
        """Save a picture; one that is among the samples already only with `again`."""
        if len(content) > MAX_FILE:
            return self.result.refuse(name, f"larger than {MAX_FILE // 1024**2} MB")
        try:
            png = _frame(content, self._spec)
        except (ValueError, OSError) as error:
            return self.result.refuse(name, reason(error))
        if not again and {_digest(content), _digest(png)} & self._digests(label, writer):
            self.result.already += 1
            return None
        saved = self._store.save(label, png, writer, self._next.get((label, writer), 0))
        self._next[label, writer] = number_of(saved) + 1
        self.result.saved.append((label, saved))

    def _digests(self, label: str, writer: str) -> set[bytes]:
        """Of the samples of a label and a writer, as they were when this was first asked."""
        if (known := self._known.get((label, writer))) is None:
            known = self._known[label, writer] = set()
            for name in self._store.names(label):
                if writer_of(name) == writer:
                    with suppress(OSError):  # it was removed meanwhile, or is no file
                        known.add(_digest(self._store.read(label, name)))
        return known


def _report(remarks: list[str]) -> None:
    """Note the first remark on an upload's pictures, in one line however many there are."""
    if remarks:
        note(remarks[0] + (f" (and {len(remarks) - 1:,} more remarks)" if len(remarks) > 1 else ""))


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files that may be pictures, without hidden ones, which some systems add."""
    members = [member for member in archive.infolist() if not member.is_dir() and not HIDDEN.search(_path(member))]
    if len(members) > MAX_FILES:
        raise ValueError(f"the zip holds {len(members):,} files, more than {MAX_FILES:,}; send it in parts")
    size = sum(member.file_size for member in members)
    if size > MAX_ALL:
        raise ValueError(
            f"unpacked, the zip holds {size / 1024**3:.1f} GB, more than {MAX_ALL // 1024**3} GB; send it in parts"
        )
    return members


def _path(member: zipfile.ZipInfo) -> str:
    return member.filename.replace("\\", "/")


def _frame(content: bytes, spec: Spec) -> bytes:
    """The PNG of a sample; a picture that holds its ink keeps it and is framed from it."""
    picture = images.read(content, spec)
    if strokes := _strokes(content):
        framed = ink.framed(strokes, spec)
        if framed.max() >= paper.BLANK:
            return ink.to_png(framed, strokes)
    return ink.to_png(picture)


def _strokes(content: bytes) -> list[ink.Stroke] | None:
    """The ink in a PNG; None where there is none, or none that the page itself would accept."""
    if ink.CHUNK.encode() not in content[:2048]:
        return None
    try:
        strokes = ink.from_png(io.BytesIO(content))
    except (ValueError, OSError, SyntaxError):
        return None
    if not strokes or sum(map(len, strokes)) > MAX_POINTS:
        return None
    return strokes if all(np.abs(stroke[:, :2]).max() < 2 for stroke in strokes) else None
