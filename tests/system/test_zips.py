import io
import struct
import zipfile

import pytest

from charnet.system import zips


def packed(count: int) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", f"{number}")
    return file


def test_what_is_within_is_read() -> None:
    with zips.opened(packed(20), 20) as archive:
        assert [archive.read(member) for member in archive.infolist()] == [b"%d" % number for number in range(20)]


def test_too_many_members_are_refused() -> None:
    with pytest.raises(zips.TooManyFilesError, match="more than 19 files"):
        zips.opened(packed(20), 19)


def test_a_table_of_contents_that_talks_itself_small_is_refused_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million members take half a gigabyte; the count that the archive gives is one."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, *[0] * 15)
    monkeypatch.setattr(zipfile.ZipInfo, "__init__", None)  # no object of any member is made
    with pytest.raises(zips.TooManyFilesError):
        zips.opened(io.BytesIO(ended(entry * 1_000_000)), 500_000)
    with pytest.raises(zips.TooManyFilesError):
        zips.opened(io.BytesIO(ended(b"\0" * (zips.MAX_DIRECTORY_BYTES + 1))), 500_000)


def ended(table: bytes) -> bytes:
    return table + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(table), 0, 0)


def test_what_is_no_zip_is_zipfiles_word() -> None:
    with pytest.raises(zipfile.BadZipFile):
        zips.opened(io.BytesIO(b"hello"), 20)
