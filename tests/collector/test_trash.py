import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from charnet.collector import trash
from charnet.collector.store import Store
from charnet.letters import folder
from charnet.pictures import ink, listing
from charnet.spec import Spec

PNG = ink.to_png(ink.framed([[[0.2, 0.2, 0, 0.5], [0.8, 0.5, 9, 0.5]]], Spec()))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "data" / "letters", "abc")
    store.save("a", PNG)
    return store


def on_a_drive_of_its_own(monkeypatch: pytest.MonkeyPatch, root: Path, error: int) -> None:
    rename = Path.rename

    def within(source: Path, target: Path) -> Path:
        if (root in source.parents) != (root in target.parents):
            raise OSError(error, os.strerror(error))
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", within)


@pytest.mark.parametrize("error", [errno.EXDEV, errno.EACCES, errno.EROFS])
def test_letters_on_a_drive_of_their_own_have_their_trash_inside(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    on_a_drive_of_its_own(monkeypatch, store.root, error)
    store.remove("a", "0")
    assert store.count("a") == 0
    assert listing.walk([store.root], every=True) == []  # no reader sees it
    (left,) = [path for path in store.root.rglob("*") if path.is_file()]
    assert left.suffix not in listing.SUFFIXES  # nor does torchvision, which looks into hidden folders
    store.save("a", PNG)
    assert [path for path, _ in folder.find(store.root, Spec(("a",)))] == [str(store.path("a", "0"))]
    assert store.restore("a", "0") == "1"
    with pytest.raises(FileNotFoundError):
        store.restore("a", "0")


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a drive")
def test_a_real_mount(tmp_path: Path) -> None:
    root = tmp_path / "letters"
    root.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", root], capture_output=True).returncode:
        pytest.skip("no drive can be mounted here")
    try:
        store = Store(root, "a")
        store.save("a", PNG)
        store.remove("a", "0")
        assert not store.path("a", "0").exists()
        assert store.restore("a", "0") == "0"
        assert store.read("a", "0") == PNG
    finally:
        subprocess.run(["umount", root], check=True)


def test_another_error_of_the_disk_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_drive_of_its_own(monkeypatch, store.root, errno.EIO)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        store.remove("a", "0")
    assert store.count("a") == 1


# A child brings a sample back and is killed before its k-th step on the disk.
KILLED = """
import os, signal, sys
from pathlib import Path
from charnet.collector.store import Store
store, fatal, calls = Store(Path(sys.argv[1]), "abc"), int(sys.argv[2]), 0
def fragile(function):
    def call(*args, **kwargs):
        global calls
        calls += 1
        if calls == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return call
for name in ("rename", "link", "unlink", "fsync"):
    setattr(os, name, fragile(getattr(os, name)))
store.restore("a", "0")
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("fatal", [1, 2, 3, 4])
def test_killed_while_bringing_it_back_nothing_is_lost(
    store: Store, monkeypatch: pytest.MonkeyPatch, fatal: int
) -> None:
    store.remove("a", "0")
    done = subprocess.run([sys.executable, "-c", KILLED, store.root, str(fatal)], timeout=60, check=False)
    assert done.returncode == -9
    monkeypatch.setattr(trash, "CLAIM_TIMEOUT", 0.0)
    time.sleep(0.01)
    if not store.path("a", "0").exists():
        assert store.restore("a", "0") == "0"
    else:
        with pytest.raises(FileNotFoundError):  # it is back; the second name of it is tidied up
            store.restore("a", "0")
    assert store.read("a", "0") == PNG
    assert store.count("a") == 1


def test_one_who_is_at_it_now_is_not_disturbed(store: Store) -> None:
    store.remove("a", "0")
    (path,) = (store.trash.beside / "a").iterdir()
    path.rename(path.with_name(f".0123abcd.{path.name}"))
    with pytest.raises(FileNotFoundError):
        store.restore("a", "0")


def test_names_that_begin_alike_are_told_apart(store: Store) -> None:
    store.save("a", PNG + b"1", "anna")
    store.save("a", PNG + b"2", "anna")
    store.remove("a", "anna-1")
    with pytest.raises(FileNotFoundError):
        store.restore("a", "anna")
    assert store.restore("a", "anna-1") == "anna-1"
