import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from samples import make_letters

from charnet.letters import cache, folder
from charnet.pictures import images
from charnet.spec import Spec
from charnet.system import pool

SPEC = Spec(("l", "o", "z"))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small folders are cached too, and not in the real outputs/."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(folder, "SMALL", 0)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were decoded, as they are."""
    names: list[str] = []
    real = images.decode
    monkeypatch.setattr(images, "decode", lambda source: names.append(str(source)) or real(source))
    return names


def stored() -> list[Path]:
    return sorted(path for path in cache.FOLDER.iterdir())


def same(one: folder.LetterSet, other: folder.LetterSet) -> bool:
    pictures = np.array_equal(one.pictures, other.pictures)
    return pictures and one.paths == other.paths and one.targets.tolist() == other.targets.tolist()


def test_each_file_is_decoded_once(letters: Path, decoded: list[str]):
    first = folder.read(letters, SPEC)
    assert len(decoded) == len(set(decoded)) == 24
    decoded.clear()
    assert same(first, folder.read(letters, SPEC))
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
    folder.read(letters, SPEC)
    what(letters)
    decoded.clear()
    found = folder.read(letters, SPEC)
    assert len(decoded) == len(found) == len(list(letters.rglob("*.png")))
    assert [str(path) for path in found.paths] == [path for path, _ in folder.find(letters, SPEC)]


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize("in_place", [False, True])
def test_another_picture_of_the_same_size_and_time_is_seen(
    letters: Path, monkeypatch: pytest.MonkeyPatch, coarse: bool, in_place: bool
):
    """As where an archive is unpacked over it that dates every file 1980; some drives keep no finer time than 2 s."""
    path, other = letters / "l/3.png", (letters / "o/3.png").read_bytes()
    first = path.read_bytes()
    size = max(len(first), len(other))
    real = os.stat

    def rounded(*given: object, **more: object) -> os.stat_result:
        stat = real(*given, **more)
        fields = {name: getattr(stat, name) for name in dir(stat) if name.startswith("st_")}
        return os.stat_result(tuple(stat), fields | {"st_ctime_ns": 2_000_000_000, "st_mtime_ns": 2_000_000_000})

    if coarse:
        monkeypatch.setattr(os, "stat", rounded)

    def unpack(content: bytes) -> folder.LetterSet:
        if not in_place:
            path.unlink()
        path.write_bytes(content.ljust(size, b"\0"))  # what follows the end of a PNG is not read
        os.utime(path, (315532800, 315532800))
        return folder.read(letters, SPEC)

    before, after = unpack(first), unpack(other)
    assert not np.array_equal(before.pictures[3], after.pictures[3])
    assert np.array_equal(after.pictures[3], after.pictures[8 + 3])


@pytest.mark.parametrize("other", [{"width": 8}, {"framing": "fit"}, {"labels": ("z", "o", "l")}])
def test_another_spec_has_an_entry_of_its_own(letters: Path, decoded: list[str], other: dict[str, object]):
    first = folder.read(letters, SPEC)
    folder.read(letters, replace(SPEC, **other))
    assert len(decoded) == 48
    assert same(first, folder.read(letters, SPEC))
    assert len(decoded) == 48


def test_a_folder_that_moved_is_the_same_folder(letters: Path, decoded: list[str], monkeypatch: pytest.MonkeyPatch):
    folder.read(letters, SPEC)
    moved = letters.rename(letters.with_name("moved"))
    assert folder.read(moved, SPEC).paths[0].is_file()
    monkeypatch.chdir(moved.parent)
    assert folder.read(Path("moved"), SPEC).paths[0].is_file()
    assert len(decoded) == 24


def test_names_count_from_the_root_wherever_one_works(letters: Path, monkeypatch: pytest.MonkeyPatch):
    outside = cache.key(letters, [f"{letters}/l/0.png", f"{letters}/z/1.png"], SPEC)
    monkeypatch.chdir(letters)
    assert cache.key(Path(), ["l/0.png", "z/1.png"], SPEC) == outside
    assert cache.key(Path(), ["z/1.png", "l/0.png"], SPEC) != outside
    monkeypatch.chdir(letters / "l")
    assert cache.key(Path(".."), ["../l/0.png", "../z/1.png"], SPEC) == outside
    assert cache.key(Path(".."), ["../l/0.png", "../z/1.png"], SPEC, redraw=(1, 0)) != outside


@pytest.mark.parametrize("which", [".npy", ".json"])
@pytest.mark.parametrize("damage", ["empty", "noise", "half", "flipped", "longer", "gone", "other"])
def test_a_damaged_entry_is_decoded_again(letters: Path, decoded: list[str], which: str, damage: str):
    first = folder.read(letters, SPEC)
    (path,) = (path for path in stored() if path.suffix == which)
    whole = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "other":  # half of another entry
        cache.write("other", cache.Entry(first.pictures[1:], {0: "blank"}))
        path.write_bytes((cache.FOLDER / f"other{which}").read_bytes())
    else:
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        damaged = {"empty": b"", "noise": b"x" * 4000, "half": whole[:middle], "longer": whole + b"0"}
        path.write_bytes(damaged.get(damage, flipped))
    decoded.clear()
    assert same(first, folder.read(letters, SPEC))
    assert len(decoded) == 24
    assert same(first, folder.read(letters, SPEC))
    assert len(decoded) == 24


def test_a_flipped_bit_is_never_taken_for_a_picture():
    entry = cache.Entry(np.random.default_rng(0).integers(0, 256, (300, 16, 10), np.uint8), {1: "blank"})
    cache.write("name", entry)
    for path in stored():
        whole = path.read_bytes()
        header = whole.find(entry.pictures.tobytes())  # -1 in the JSON file, of which each byte is tried
        for place in range(header if header > 0 else len(whole)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 3]) + whole[place + 1 :])
            back = cache.read("name")
            assert back is None or (np.array_equal(back.pictures, entry.pictures) and back.skipped == entry.skipped)
        path.write_bytes(whole)
    assert cache.read("name") is not None


def test_a_program_killed_between_the_two_files_leaves_no_entry(monkeypatch: pytest.MonkeyPatch):
    entry = cache.Entry(np.zeros((1, 2, 3), np.uint8), {})
    with monkeypatch.context() as patch:
        patch.setattr(cache.files, "write_bytes", full)
        cache.write("name", entry)
    assert [path.name for path in stored()] == ["name.npy"] and cache.read("name") is None
    cache.write("name", entry)
    assert cache.read("name") is not None


def test_what_was_skipped_is_told_again(letters: Path, decoded: list[str], capsys: pytest.CaptureFixture[str]):
    (letters / "l/2.png").write_bytes(b"hello")
    first, told = folder.read(letters, SPEC), capsys.readouterr().err
    decoded.clear()
    assert same(first, folder.read(letters, SPEC))
    assert capsys.readouterr().err == told
    assert "l/2.png: not a picture" in told
    assert decoded == []


def test_an_error_of_the_system_is_not_kept(letters: Path, monkeypatch: pytest.MonkeyPatch):
    """A file may be readable again without a change of its name or version."""
    real = images.decode

    def refuse(source: images.Source) -> np.ndarray:
        if str(source).endswith("l/2.png"):
            raise PermissionError(13, "Permission denied", str(source))
        return real(source)

    with monkeypatch.context() as patch:
        patch.setattr(images, "decode", refuse)
        assert len(folder.read(letters, SPEC)) == 23
    assert len(folder.read(letters, SPEC)) == 24


def test_two_builders_at_once(letters: Path):
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: folder.read(letters, SPEC), range(8)))
    assert all(same(found[0], other) for other in found)
    assert [path.suffix for path in stored()] == [".json", ".npy"]


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("obstacle", ["file", "full"])
def test_a_cache_that_cannot_be_written_is_no_error(letters: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str):
    if obstacle == "file":
        cache.FOLDER.parent.write_text("")
    else:
        monkeypatch.setattr(cache.np, "save", full)
    assert len(folder.read(letters, SPEC)) == len(folder.read(letters, SPEC)) == 24
    assert not list(cache.FOLDER.glob("*"))


def test_the_newest_few_entries_are_kept(monkeypatch: pytest.MonkeyPatch):
    entry = cache.Entry(np.zeros((1, 2, 3), np.uint8), {})
    monkeypatch.setattr(cache, "KEEP", 3)
    for number in range(3):
        cache.write(f"{number}", entry)
        os.utime(cache.FOLDER / f"{number}.json", (number, number))
        os.utime(cache.FOLDER / f"{number}.npy", (number, number))
    left = [".left.part", ".growing.part", "half.npy", "growing.npy", "old.npz"]
    for name in left:
        (cache.FOLDER / name).write_bytes(b"half")
        if "growing" not in name:
            os.utime(cache.FOLDER / name, (0, 0))
    assert cache.read("0") is not None  # used later than 1 and 2
    cache.write("3", entry)
    whole = [f"{number}.{kind}" for number in (0, 2, 3) for kind in ("json", "npy")]
    assert {path.name for path in stored()} == {".growing.part", "growing.npy", *whole}


def test_an_entry_comes_back_as_it_was():
    entry = cache.Entry(np.arange(24, dtype=np.uint8).reshape(2, 3, 4), {1: "blank", 70000: "näh"})
    cache.write("name", entry)
    back = cache.read("name")
    assert back is not None
    assert np.array_equal(back.pictures, entry.pictures)
    assert back.skipped == entry.skipped
    assert cache.read("other") is None


def test_small_folders_are_not_cached(letters: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(folder, "SMALL", 25)
    folder.read(letters, SPEC)
    assert not cache.FOLDER.exists()


def test_many_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    root = make_letters(tmp_path / "more", count=20)
    (root / "o/7.png").write_bytes(b"hello")
    alone = folder.read(root, SPEC)
    monkeypatch.setattr(cache, "read", lambda _: None)
    monkeypatch.setattr(pool, "FEW", 16)
    monkeypatch.setattr(pool, "CHUNK", 16)
    monkeypatch.setattr(pool, "cores", lambda: 2)
    assert same(alone, folder.read(root, SPEC))


def test_what_is_read_stays_on_the_disk_and_cannot_be_changed_there(letters: Path):
    """So runs at the same time hold it in memory once."""
    first = folder.read(letters, SPEC)
    found = folder.read(letters, SPEC)
    assert isinstance(found.pictures, np.memmap) and found.pictures.filename == stored()[1].resolve()
    found.pictures[:] = 7
    assert same(first, folder.read(letters, SPEC))
