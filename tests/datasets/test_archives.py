import gzip
import io
import os
import re
import signal
import tarfile
import zipfile
from pathlib import Path

import pytest

from charnet.datasets import archives

FILES = {"data/1c/a.dat": b"one" * 1000, "data/1b/b.dat": b"two", "include/c.dat": b"three"}
WANTED = re.compile(r"^(data/1c|include)/")
CLIMBING = ["../data/1c/x.dat", "/data/1c/x.dat", "data\\1c\\..\\..\\..\\x", "C:/x"]
KINDS = ["u.tar", "u.tar.gz", "u.tar.xz", "u.zip"]


def packed(path: Path, extra: str | None = None) -> Path:
    """FILES as an archive of the kind that its name says, with an empty file of any name behind them."""
    content = FILES if extra is None else FILES | {extra: b""}
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, text in content.items():
                file.writestr(name, text)
        return path
    with tarfile.open(path, {".tar": "w:", ".gz": "w:gz", ".xz": "w:xz"}[path.suffix]) as tar:
        for name, text in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
    return path


def below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_wanted_is_unpacked(tmp_path: Path, name: str) -> None:
    assert archives.unpack(packed(tmp_path / name), tmp_path / "out", WANTED) == 2
    assert below(tmp_path / "out") == {name: text for name, text in FILES.items() if not name.startswith("data/1b")}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("keep", [0, 0.5])
def test_a_torn_archive_is_named(tmp_path: Path, name: str, keep: float) -> None:
    path = packed(tmp_path / name)
    whole = path.read_bytes()
    end = len(whole) if name != "u.tar" else 5000  # behind that a tar is empty
    path.write_bytes(whole[: int(keep * end)])
    with pytest.raises(ValueError, match=rf"{name}: (not a whole \.tar|damaged archive)"):
        archives.unpack(path, tmp_path / "out", WANTED)


@pytest.mark.parametrize("name", CLIMBING)
@pytest.mark.parametrize("suffix", [".tar", ".zip"])
def test_an_archive_that_climbs_is_refused(tmp_path: Path, name: str, suffix: str) -> None:
    path = packed(tmp_path / f"u{suffix}", extra=name)
    with pytest.raises(ValueError, match="would land outside the target folder"):
        archives.unpack(path, tmp_path / "a/b", re.compile(""))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", path.name]
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_a_link_is_no_way_out(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "u.tar", "w") as tar:
        link = tarfile.TarInfo("include/out")
        link.type, link.linkname = tarfile.SYMTYPE, "../.."
        tar.addfile(link)
        tar.addfile(tarfile.TarInfo("include/out/x.dat"))
    archives.unpack(tmp_path / "u.tar", tmp_path / "a/b", WANTED)
    assert list(below(tmp_path / "a")) == ["b/include/out/x.dat"]


def test_an_encrypted_archive_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path / "u.zip")
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag of encryption, in both headers of a file
        content[content.index(mark) + at] |= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"u\.zip: .*encrypted"):
        archives.unpack(path, tmp_path / "out", WANTED)


def test_a_missing_archive_is_the_systems_word(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        archives.unpack(tmp_path / "u.tar", tmp_path / "out", WANTED)


@pytest.mark.parametrize("name", KINDS)
def test_a_bottomless_archive_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / name)
    monkeypatch.setattr(archives, "MOST_BYTES", 2999)  # its first file has 3000
    with pytest.raises(ValueError, match=rf"{name}: it unpacks to more than 0 MB or 500,000 files"):
        archives.unpack(path, tmp_path / "out", WANTED)
    assert not below(tmp_path / "out")
    monkeypatch.undo()
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    with pytest.raises(ValueError, match="or 2 files"):
        archives.unpack(path, tmp_path / "out", WANTED)


def test_a_name_without_end_is_not_read_into_memory(tmp_path: Path) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 31
    with gzip.open(tmp_path / "u.tar.gz", "wb") as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT) + bytes(10_000))
    with pytest.raises(ValueError, match=r"u\.tar\.gz: damaged archive \(a name of 2,147,48"):
        archives.unpack(tmp_path / "u.tar.gz", tmp_path / "out", WANTED)


@pytest.mark.parametrize("suffix", [".tar", ".zip"])
@pytest.mark.parametrize("extra", ["include/c.dat/d.dat", "include/" + "x" * 300], ids=["below a file", "long"])
def test_a_member_that_no_disk_takes_is_the_archives_fault(tmp_path: Path, suffix: str, extra: str) -> None:
    path = packed(tmp_path / f"u{suffix}", extra=extra)
    with pytest.raises(ValueError, match=rf"u\{suffix}: one of its members can't be unpacked \("):
        archives.unpack(path, tmp_path / "out", WANTED)


def test_what_was_unpacked_goes_also_when_terminated(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as end, archives.unpacked(packed(tmp_path / "u.zip"), WANTED) as folder:
        assert len(below(folder)) == 2
        os.kill(os.getpid(), signal.SIGTERM)
    assert end.value.code == 128 + signal.SIGTERM and not folder.exists()
    assert signal.getsignal(signal.SIGTERM) == before
