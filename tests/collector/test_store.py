import errno
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from charnet.collector.store import Store
from charnet.letters import samples
from charnet.pictures import ink, listing
from charnet.spec import Spec
from charnet.system import files


def png(mark: float = 0.5) -> bytes:
    strokes = [[[0.2, 0.2, 0, 0.5], [0.8, mark, 9, 0.5]]]
    return ink.to_png(ink.framed(strokes, Spec()), strokes)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "letters", "abc")


def names(store: Store, label: str) -> list[str]:
    return sorted(path.name for path in (store.root / label).iterdir())


def test_a_sample_gets_the_lowest_free_number(store: Store) -> None:
    assert [store.save("a", png()) for _ in range(3)] == ["0", "1", "2"]
    store.path("a", "1").unlink()
    assert [store.save("a", png()) for _ in range(2)] == ["1", "3"]
    assert names(store, "a") == ["0.png", "1.png", "2.png", "3.png"]
    assert store.counts() == {"a": 4, "b": 0, "c": 0}


def test_a_saved_sample_is_what_was_given_and_readable_by_others(store: Store) -> None:
    store.save("a", png(0.7))
    path = store.path("a", "0")
    assert path.read_bytes() == png(0.7)
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask


def test_nothing_is_ever_overwritten_even_when_others_save_in_between(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def slow(source: Path, target: Path) -> None:
        if not target.exists() and target.name in ("0.png", "1.png"):
            target.write_bytes(b"of another program")
        link(source, target)

    monkeypatch.setattr(os, "link", slow)
    assert store.save("a", png()) == "2"
    assert store.path("a", "0").read_bytes() == store.path("a", "1").read_bytes() == b"of another program"


def test_a_name_that_is_free_again_a_moment_later_is_no_error(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def late(source: Path, target: Path) -> None:
        if target.name == "0.png":
            raise FileExistsError(errno.EEXIST, "of a sample that another program removes now")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert store.save("a", png()) == "1"
    assert names(store, "a") == ["1.png"]


@pytest.mark.parametrize("links", [True, False])
def test_threads_saving_at_once_lose_nothing(store: Store, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(os, "link", refuse_links)
    contents = [png(n / 1000) for n in range(160)]
    numbers: list[str] = []

    def save(part: list[bytes]) -> None:
        own = Store(store.root, store.labels)
        numbers.extend(own.save("a", content) for content in part)

    threads = [threading.Thread(target=save, args=(contents[start::8],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, numbers)) == list(range(160))
    assert {store.path("a", n).read_bytes() for n in numbers} == set(contents)
    assert len(names(store, "a")) == 160


def refuse_links(source: Path, target: Path) -> None:
    raise OSError(errno.EPERM, "no hard links here")


def test_a_full_disk_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store.save("a", png())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.save("a", png())
    assert names(store, "a") == ["0.png"]


@pytest.mark.parametrize("links", [True, False])
def test_a_removed_sample_is_in_the_trash_and_comes_back(
    store: Store, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", refuse_links)
    store.save("a", png(0.1))
    store.remove("a", "0")
    assert store.count("a") == 0
    assert store.trash.beside.parent == store.root.parent
    assert listing.walk([store.root.parent]) == []  # hidden from whoever reads the folder above
    assert store.restore("a", "0") == "0"
    assert store.path("a", "0").read_bytes() == png(0.1)
    with pytest.raises(FileNotFoundError):
        store.restore("a", "0")


def test_a_sample_comes_back_under_another_number_when_its_own_is_taken(store: Store) -> None:
    for mark in (0.1, 0.2):
        store.save("a", png(mark))
        store.remove("a", "0")
    store.save("a", png(0.3))
    assert store.restore("a", "0") == "1"  # the one removed last comes first
    assert store.restore("a", "0") == "2"
    found = [store.path("a", str(n)).read_bytes() for n in range(3)]
    assert found == [png(0.3), png(0.2), png(0.1)]


def test_of_eight_who_bring_the_same_sample_back_one_does(store: Store) -> None:
    found: list[str] = []

    def restore() -> None:
        with suppress(FileNotFoundError):
            found.append(store.restore("a", "0"))

    for mark in range(10):
        store.save("a", png(mark / 10))
        store.remove("a", "0")
        threads = [threading.Thread(target=restore) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        store.path("a", "0").unlink()
    assert found == ["0"] * 10
    assert names(store, "a") == []


def test_what_cannot_come_back_now_stays_in_the_trash(store: Store) -> None:
    store.save("a", png())
    store.remove("a", "0")
    store.path("a", "0").parent.rmdir()
    (store.root / "a").touch()  # where the folder should be
    with pytest.raises(FileExistsError):
        store.restore("a", "0")
    (store.root / "a").unlink()
    assert store.restore("a", "0") == "0"


def test_only_files_are_read(store: Store) -> None:
    store.save("a", png())
    store.path("a", "1").mkdir()
    store.path("a", "2").symlink_to("nowhere")
    assert store.read("a", "0") == png()
    for n in "123":
        with pytest.raises(FileNotFoundError, match=f"there is no sample a/{n}"):
            store.read("a", n)


def test_removing_what_is_not_there_is_an_error(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        store.remove("a", "7")
    assert not store.trash.beside.exists()


@pytest.mark.parametrize("label", ["d", "..", "", "a/../b", "/etc"])
def test_labels_that_are_not_listed_are_refused(store: Store, label: str) -> None:
    for act in (lambda: store.save(label, png()), lambda: store.remove(label, "0"), lambda: store.restore(label, "0")):
        with pytest.raises(ValueError, match="not one of the labels"):
            act()
    assert not store.root.parent.exists()


def test_unfinished_files_are_swept_away_once_they_are_old(store: Store) -> None:
    store.save("a", png())
    old, new = store.root / "a" / ".old.part", store.root / "a" / ".new.part"
    for part in (old, new):
        part.write_bytes(b"half")
    long_ago = time.time() - files.STALE - 60
    os.utime(old, (long_ago, long_ago))
    store.sweep()
    assert names(store, "a") == [".new.part", "0.png"]


# Children save and note each answer in a log; they are killed before their k-th step on the disk, or at some moment.
KILLED = """
import builtins, os, random, signal, sys, time
from pathlib import Path
from typing import Any
from charnet.collector.store import Store
root, log, content = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]).read_bytes()
steps = ("fsync", "link", "unlink", "open")
def child(fatal):
    calls = 0
    def fragile(function):
        def call(*args, **kwargs):
            nonlocal calls
            calls += 1
            if calls == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)
        return call
    for name in steps:
        setattr(os, name, fragile(getattr(os, name)))
    store = Store(root, "a")
    with log.open("ab", buffering=0) as answers:
        while True:
            n = store.save("a", content)
            answers.write(n.encode() + b"\\n")
for fatal in [*range(1, 16), *[10**9] * 10]:
    pid = os.fork()
    if not pid:
        child(fatal)
    if fatal == 10**9:
        time.sleep(random.random() * 0.05)
        os.kill(pid, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_while_saving_no_sample_is_torn_or_lost(store: Store, tmp_path: Path) -> None:
    log, content = tmp_path / "log", tmp_path / "content"
    content.write_bytes(png())
    subprocess.run([sys.executable, "-c", KILLED, store.root, log, content], check=True, timeout=60)
    answered = log.read_text().splitlines()
    assert len(answered) == len(set(answered)) > 0
    found = listing.walk([store.root])
    assert {store.path("a", n) for n in answered} <= set(found)
    for path in found:
        assert path.read_bytes() == png()
        with Image.open(path) as image:
            image.verify()
    # Numbers have no hole, and the next one is free.
    assert sorted(int(path.stem) for path in found) == list(range(len(found)))
    assert store.save("a", png(0.9)) == str(len(found))


@pytest.mark.parametrize("target", ["0.png", "nowhere", ".."], ids=["itself", "nothing", "a folder"])
def test_a_link_to_no_sample_is_no_sample(store: Store, target: str) -> None:
    (store.root / "a").mkdir(parents=True)
    store.path("a", "0").symlink_to(target)
    store.path("a", "1").mkdir()
    for name in ("0", "1"):
        with pytest.raises(FileNotFoundError, match=f"there is no sample a/{name}"):
            store.read("a", name)


def test_names_are_listed_again_only_after_a_change(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save("a", png())
    folder = store.root / "a"
    long_ago = time.time_ns() - 2_000_000_000
    os.utime(folder, ns=(long_ago, long_ago))
    assert store.names("a") == ["0"]
    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", lambda _: pytest.fail("it was listed again"))
        assert store.names("a") == ["0"]
    store.save("a", png())
    assert store.names("a") == ["0", "1"]


def test_a_change_that_leaves_the_time_of_its_folder_is_seen(store: Store) -> None:
    """Clocks of file systems tick slowly: two changes may have one time."""
    store.save("a", png())
    folder = store.root / "a"
    just_now = time.time_ns() - 100_000_000
    os.utime(folder, ns=(just_now, just_now))
    assert store.names("a") == ["0"]
    store.save("a", png())
    os.utime(folder, ns=(just_now, just_now))
    assert store.names("a") == ["0", "1"]


def test_a_sample_moved_to_its_own_letter_stays(store: Store) -> None:
    store.save("b", png())
    assert store.move("b", "0", "b") == "0"
    assert store.move("b", "0", "a") == "0"
    assert store.move("a", "0", "c") == "0"
    assert (store.names("a"), store.names("b"), store.names("c")) == ([], [], ["0"])
    with pytest.raises(FileNotFoundError, match="there is no sample a/0"):
        store.move("a", "0", "b")


def test_only_a_file_is_a_sample(store: Store) -> None:
    store.path("a", "0").mkdir(parents=True)
    with pytest.raises(FileNotFoundError, match="there is no sample a/0"):
        store.read("a", "0")
    with pytest.raises(FileNotFoundError, match="there is no sample a/1"):
        store.move("a", "1", "b")
    assert not (store.root / "b").exists()


def test_a_moved_sample_takes_the_lowest_free_number_and_a_picture_of_ones_own_its_name(store: Store) -> None:
    for _ in range(3):
        store.save("a", png(), "Anna")
    store.path("a", "cat.jpg").write_bytes(b"a cat")
    store.path("b", "cat.jpg").parent.mkdir()
    assert store.move("a", "Anna-2", "b") == "Anna-0"
    assert store.move("a", "cat.jpg", "b") == "cat.jpg"
    store.path("a", "cat.jpg").write_bytes(b"another cat")
    with pytest.raises(FileExistsError, match=r"cat\.jpg already exists there; rename one of them") as caught:
        store.move("a", "cat.jpg", "b")
    assert caught.value.errno == errno.EEXIST
    assert store.path("b", "cat.jpg").read_bytes() == b"a cat"


def test_a_sample_that_someone_else_moved_first_is_missing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save("a", png())
    settle = samples.settle

    def late(path: Path, *given: Any) -> str:
        path.unlink()
        return settle(path, *given)

    monkeypatch.setattr(samples, "settle", late)
    with pytest.raises(FileNotFoundError, match="there is no sample a/0"):
        store.move("a", "0", "b")


def test_a_picture_with_two_endings_keeps_both(store: Store) -> None:
    (store.root / "a").mkdir(parents=True)
    (store.root / "a/scan.jpg.png").write_bytes(b"picture")
    assert store.names("a") == ["scan.jpg.png"]
    assert store.read("a", "scan.jpg.png") == b"picture"
    store.remove("a", "scan.jpg.png")
    assert store.restore("a", "scan.jpg.png") == "scan.jpg.png"


def test_two_labels_that_would_share_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    assert Store(tmp_path, "A").path("A", "0") == tmp_path / "A/0.png"
    with pytest.raises(ValueError, match="rename it to %41"):
        Store(tmp_path, "aA")


@pytest.mark.parametrize("name", ["D:photo.jpg", "con", "lpt1.png", "a.", "a ", "a<b", "..", "a/b"])
def test_no_name_leads_elsewhere_on_any_system(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a sample"):
        store.path("a", name)
