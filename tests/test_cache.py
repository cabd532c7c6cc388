import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from samples import make_letters

from charnet import cache, data, images, pool
from charnet.spec import Spec

SPEC = Spec(("l", "o", "z"))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small folders are cached too, and not in the real outputs/."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(data, "FEW", 0)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were decoded, as they are."""
    names: list[str] = []
    real = images.decode
    monkeypatch.setattr(images, "decode", lambda source: names.append(str(source)) or real(source))
    return names


def stored() -> list[Path]:
    return sorted(path for path in cache.FOLDER.iterdir())


def same(one: data.Letters, other: data.Letters) -> bool:
    pictures = np.array_equal(one.pictures.numpy(), other.pictures.numpy())
    return pictures and one.paths == other.paths and one.targets.tolist() == other.targets.tolist()


def test_each_file_is_decoded_once(letters: Path, decoded: list[str]):
    first = data.load(letters, SPEC)
    assert len(decoded) == len(set(decoded)) == 24
    decoded.clear()
    assert same(first, data.load(letters, SPEC))
    assert decoded == []


def change(letters: Path) -> None:
    Image.fromarray(np.eye(16, dtype=np.uint8) * 255).save(letters / "l/3.png")


def touch(letters: Path) -> None:
    os.utime(letters / "l/3.png", ns=(1, 1))


def add(letters: Path) -> None:
    (letters / "l/new.png").write_bytes((letters / "l/3.png").read_bytes())


def remove(letters: Path) -> None:
    (letters / "l/3.png").unlink()


def rename(letters: Path) -> None:
    (letters / "l/3.png").rename(letters / "o/from-l.png")


@pytest.mark.parametrize("what", [change, touch, add, remove, rename])
def test_a_change_in_the_folder_is_seen(letters: Path, decoded: list[str], what):
    data.load(letters, SPEC)
    what(letters)
    decoded.clear()
    found = data.load(letters, SPEC)
    assert len(decoded) == len(found) == len(list(letters.rglob("*.png")))
    assert found.paths == data.find(letters, SPEC)


@pytest.mark.parametrize("other", [{"width": 8}, {"framing": "fit"}, {"labels": ("z", "o", "l")}])
def test_another_spec_has_an_entry_of_its_own(letters: Path, decoded: list[str], other: dict[str, object]):
    first = data.load(letters, SPEC)
    data.load(letters, replace(SPEC, **other))
    assert len(decoded) == 48
    assert same(first, data.load(letters, SPEC))
    assert len(decoded) == 48


def test_a_folder_that_moved_is_the_same_folder(letters: Path, decoded: list[str]):
    data.load(letters, SPEC)
    moved = data.load(letters.rename(letters.with_name("moved")), SPEC)
    assert len(decoded) == 24
    assert moved.paths[0].is_file()


@pytest.mark.parametrize("torn", [b"", b"x" * 20, b"x" * 4000, None])
def test_a_torn_entry_is_never_trusted(letters: Path, decoded: list[str], torn: bytes | None):
    first = data.load(letters, SPEC)
    (path,) = stored()
    whole = path.read_bytes()
    if torn is None:  # half a write, and a bit that fell over
        for content in (whole[:-1], whole[:900], whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:]):
            path.write_bytes(content)
            assert same(first, data.load(letters, SPEC))
    else:
        path.write_bytes(torn)
        assert same(first, data.load(letters, SPEC))
    assert len(decoded) > 24
    assert path.read_bytes() == whole


def test_what_was_skipped_is_told_again(letters: Path, decoded: list[str], capsys: pytest.CaptureFixture[str]):
    (letters / "l/2.png").write_bytes(b"hello")
    first, told = data.load(letters, SPEC), capsys.readouterr().err
    decoded.clear()
    assert same(first, data.load(letters, SPEC))
    assert capsys.readouterr().err == told
    assert "l/2.png: not a picture" in told
    assert decoded == []


def test_an_error_of_the_system_is_not_kept(letters: Path, monkeypatch: pytest.MonkeyPatch):
    """A file may be readable again without a change of its name, size or time."""
    real = images.decode

    def refuse(source: images.Source) -> np.ndarray:
        if str(source).endswith("l/2.png"):
            raise PermissionError(13, "Permission denied", str(source))
        return real(source)

    with monkeypatch.context() as patch:
        patch.setattr(images, "decode", refuse)
        assert len(data.load(letters, SPEC)) == 23
    assert len(data.load(letters, SPEC)) == 24


def test_two_builders_at_once(letters: Path):
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: data.load(letters, SPEC), range(8)))
    assert all(same(found[0], other) for other in found)
    assert len(stored()) == 1


@pytest.mark.parametrize("obstacle", ["file", "full"])
def test_a_cache_that_cannot_be_written_is_no_error(letters: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str):
    if obstacle == "file":
        cache.FOLDER.parent.write_text("")
    else:
        monkeypatch.setattr(cache.files, "write_bytes", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    assert len(data.load(letters, SPEC)) == len(data.load(letters, SPEC)) == 24


def test_the_newest_few_entries_are_kept(monkeypatch: pytest.MonkeyPatch):
    entry = cache.Entry(np.zeros((1, 2, 3), np.uint8), {})
    monkeypatch.setattr(cache, "KEEP", 3)
    for number in range(3):
        cache.write(f"{number}", entry)
        os.utime(cache.FOLDER / f"{number}", (number, number))
    for name, age in ((".left.part", 0), (".growing.part", None)):
        (cache.FOLDER / name).write_bytes(b"half")
        if age is not None:
            os.utime(cache.FOLDER / name, (age, age))
    assert cache.read("0") is not None  # asked for, so newer than 1 and 2
    cache.write("3", entry)
    assert [path.name for path in stored()] == [".growing.part", "0", "2", "3"]


def test_an_entry_comes_back_as_it_was():
    entry = cache.Entry(np.arange(24, dtype=np.uint8).reshape(2, 3, 4), {1: "blank", 70000: "näh"})
    cache.write("name", entry)
    back = cache.read("name")
    assert back is not None
    assert np.array_equal(back.pictures, entry.pictures)
    assert back.skipped == entry.skipped
    assert cache.read("other") is None


def test_small_folders_are_not_cached(letters: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(data, "FEW", 25)
    data.load(letters, SPEC)
    assert not cache.FOLDER.exists()


def test_many_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    root = make_letters(tmp_path / "more", count=20)
    (root / "o/7.png").write_bytes(b"hello")
    alone = data.load(root, SPEC)
    monkeypatch.setattr(cache, "read", lambda _: None)
    monkeypatch.setattr(pool, "FEW", 16)
    monkeypatch.setattr(pool, "CHUNK", 16)
    monkeypatch.setattr(pool, "cores", lambda: 2)
    assert same(alone, data.load(root, SPEC))
