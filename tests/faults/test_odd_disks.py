"""Disks that fold names, keep times of two seconds, or fail one rename in fifty: nothing is lost or read as another."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from samples import make_letters, make_network

from charnet.collector.counts import SampleCounter
from charnet.collector.gallery import Gallery
from charnet.collector.network import NetworkLoader
from charnet.collector.store import Store
from charnet.letters import folder
from charnet.networks import classify, in_use, json_file, stored
from charnet.pictures import images, ink
from charnet.spec import Spec
from charnet.system import files

pytestmark = pytest.mark.thorough
SPEC = Spec(("l", "o", "z"))


def test_names_that_are_one_there(mount: Callable[[str], Path]) -> None:
    disk = mount("folded")
    (disk / "A").mkdir()
    (disk / "A/0.png").write_bytes(b"content")
    for source, target in (("A/0.png", "a/0.png"), ("A/0.png", "A/0.PNG"), ("a/0.PNG", "A/0.png")):
        assert files.move(disk / source, disk / target)
        assert (disk / "A/0.png").read_bytes() == b"content"
    (disk / "A/1.png").write_bytes(b"other")
    assert not files.move(disk / "a/1.png", disk / "A/0.PNG")
    assert {path.read_bytes() for path in (disk / "a").iterdir()} == {b"content", b"other"}


def test_pictures_that_take_the_place_of_others_within_two_seconds(
    mount: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(folder, "SMALL", 0)
    root = make_letters(mount("coarse") / "letters")
    one, other = (root / "l/0.png").read_bytes(), (root / "o/0.png").read_bytes()
    size = max(len(one), len(other))
    for content, like in ((one, root / "l/0.png"), (other, root / "o/0.png")):
        (root / "z/0.png").write_bytes(content.ljust(size, b"\0"))
        os.utime(root / "z/0.png", (315532800, 315532800))
        expected = images.to_bytes(images.read(content, SPEC))
        assert np.array_equal(folder.read(root, SPEC).pictures[16], expected), like


def test_samples_that_come_within_two_seconds_are_seen(mount: Callable[[str], Path]) -> None:
    store = Store(mount("coarse") / "letters", "ab")
    counter, gallery = SampleCounter(store), Gallery(store, NetworkLoader("letters", Spec()))
    strokes = [[[0.2, 0.2, 0, 0.5], [0.8, 0.5, 9, 0.5]]]
    for count in range(1, 80):  # for four seconds
        store.save("a", ink.to_png(ink.framed(strokes, Spec()), strokes))
        assert counter.count().samples["a"] == len(gallery.list_samples("a")) == count
        time.sleep(0.05)


def test_renames_that_fail_lose_nothing(
    mount: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk = mount("flaky")
    monkeypatch.chdir(disk)
    store, saved, failed = Store(disk / "letters", "ab"), set(), 0
    for number in range(600):
        try:
            name = store.save("a", b"%d" % number)
            saved.add(b"%d" % number)
            if number % 2:
                store.move("a", name, "b")
            if number % 3 == 0:
                store.remove("b" if number % 2 else "a", name)
                store.restore("b" if number % 2 else "a", name)
        except OSError:
            failed += 1
    monkeypatch.undo()
    found = [path.read_bytes() for path in disk.rglob("*.png")]
    assert failed and saved <= set(found) and len(found) == len(set(found))
    monkeypatch.chdir(disk)
    json_file.write(disk / "small.json", make_network(Spec(("yes", "no"), 2, 2), hidden=1))
    for number in range(200):
        with suppress(OSError):
            in_use.set_current(("letters-cnn", "letters", "small.json")[number % 3])
        if stored.CURRENT.exists():
            classify.load()
