"""Unpacking downloaded archives into a temporary folder, refusing the torn and the malicious."""

from __future__ import annotations

import lzma
import re
import tarfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

DAMAGE = (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, NotImplementedError)


def unpack(archive: Path, folder: Path, wanted: re.Pattern[str]) -> int:
    """Unpack the files whose names in the archive match `wanted`; how many there were.

    Raises `ValueError` for what is no tar or zip archive, is torn, or has any member that would land outside `folder`.
    """
    try:
        if zipfile.is_zipfile(archive):
            return _unzip(archive, folder, wanted)
        return _untar(archive, folder, wanted)
    except DAMAGE as error:
        word = (str(error).splitlines() or [type(error).__name__])[0]  # tarfile lists all that it tried
        raise ValueError(f"{archive}: not a whole .tar, .tar.xz, .tar.gz or .zip archive ({word})") from None
    except OSError as error:
        if error.errno is None:  # the decompressors' word for damage; what the system says has a number
            raise ValueError(f"{archive}: damaged archive ({error})") from None
        raise
    except RuntimeError as error:  # zipfile's answer to encryption
        raise ValueError(f"{archive}: {error}") from None


def _untar(archive: Path, folder: Path, wanted: re.Pattern[str]) -> int:
    count = 0
    with tarfile.open(archive) as tar:
        for member in tar:
            _check(archive, member.name)
            if member.isfile() and wanted.search(member.name):
                tar.extract(member, folder, filter="data")
                count += 1
    return count


def _unzip(archive: Path, folder: Path, wanted: re.Pattern[str]) -> int:
    count = 0
    with zipfile.ZipFile(archive) as file:
        for member in file.infolist():
            _check(archive, member.filename)
            if not member.is_dir() and wanted.search(member.filename):
                file.extract(member, folder)
                count += 1
    return count


def _check(archive: Path, name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
        raise ValueError(f"{archive}: its member {name!r} would land outside the target folder; archive refused")
