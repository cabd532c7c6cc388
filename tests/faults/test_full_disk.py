"""A disk that fills: one line that says so, what was there is intact, and nothing half is left under a final name."""

import http.client
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from drawing_page import INK
from killed import train
from PIL import Image
from programs import run
from samples import make_letters
from sheets_fill import AWRY, fill, shoot
from unipen_files import segments, small

from charnet import audit
from charnet.networks import json_file, stored
from charnet.sheets import layout

FULL = "No space left on device; make room and run again"
ROOM = 250_000  # bytes that the files of a run take at least
WORDS = ["data.root=letters", "data.labels=loz", "optim.epochs=3"]


@pytest.fixture
def here(disk: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the small disk, empty but for some letters; what lies in it in the end is whole."""
    folder = disk.folder / "here"
    make_letters(folder / "letters", count=4)
    monkeypatch.chdir(folder)
    yield folder
    for path in folder.rglob("*"):
        assert not path.name.endswith(".part")
        if path.suffix == ".png":
            Image.open(path).load()
        elif path.name == "weights.json":
            json_file.read(path)
    monkeypatch.chdir("/")
    disk.leave(1 << 24)
    shutil.rmtree(folder)


def only_error(done: Any) -> str:
    """What a program says that failed for want of room."""
    assert done.returncode == 1, done.stdout + done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert line.endswith(FULL) and ".part" not in line and "Traceback" not in done.stderr
    return line


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_training(disk: Any, here: Path, thorough: bool) -> None:
    stored.copy_to_current(stored.shipped()["letters"])
    old = stored.find().read_bytes()
    assert train(here, *WORDS, "hydra.run.dir=outputs/whole").status == 0
    whole = (here / "outputs/whole/weights.json").read_bytes()
    for number in range(0, 500_000, 12_000 if thorough else 200_000):
        stored.copy_to_current(stored.shipped()["letters"])
        disk.leave(number)
        found = train(here, *WORDS, f"hydra.run.dir=outputs/{number}")
        if found.status == 0:  # there is room for all of a run
            assert number > ROOM and stored.find().read_bytes() == whole
            break
        assert found.status == 1 and found.said.count("error: ") == 1 and FULL in found.said
        assert stored.find().read_bytes() in (old, whole)
        disk.leave(1 << 24)
        if (here / f"outputs/{number}/checkpoint.pt").exists():
            assert f"note: nothing is lost; to go on: python train.py resume=outputs/{number}\n" in found.said
            assert train(here, f"resume=outputs/{number}").status == 0
            assert (here / f"outputs/{number}/weights.json").read_bytes() == whole
            shutil.rmtree(here / f"outputs/{number}")


EXPORT = ["export", "--weights", "letters", "--to", "html"]


@pytest.mark.parametrize(
    ("words", "size"),
    [([*EXPORT, "new"], 0), ([*EXPORT, "new"], 20_000), (["sheet", "print", "--out", "new"], 4096)],
)
def test_a_new_file(disk: Any, here: Path, words: list[str], size: int) -> None:
    disk.leave(size)
    assert only_error(run(here, *words)).startswith("error: new: ")
    assert sorted(path.name for path in here.iterdir()) == ["letters"]


def test_an_export_in_the_place_of_another(disk: Any, here: Path) -> None:
    (here / "old").write_bytes(b"old")
    disk.leave(8192)
    only_error(run(here, *EXPORT, "--force", "old"))
    assert (here / "old").read_bytes() == b"old"


def test_an_import_goes_on_once_there_is_room(disk: Any, here: Path, tmp_path: Path) -> None:
    small(tmp_path, segments(*(f'.SEGMENT CHARACTER {where} ? "a"' for where in (0, 2, 3))))
    words = ["unipen", tmp_path, "--out", "new"]
    for size in (0, 4096, 8192):
        disk.leave(size)
        only_error(run(here, *words))
    disk.leave(1 << 24)
    assert run(here, *words).returncode == 0
    assert run(here, "unipen", tmp_path, "--out", tmp_path / "other").returncode == 0
    both = [{path.name: path.read_bytes() for path in folder.rglob("*.png")} for folder in (here / "new", tmp_path)]
    assert both[0] and both[0] == {name: both[1][name] for name in both[0]}


def test_samples_of_another_size(disk: Any, here: Path) -> None:
    disk.leave(30_000)
    only_error(run(here, "reframe", "letters", "--out", "new", "--width", "12"))


def test_an_audit(disk: Any, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["letters", "--epochs", "1", "--top", "3"]
    assert audit.main(words) == 0
    before = (here / "outputs/audit/suspects.png").read_bytes()
    disk.leave(0)
    assert audit.main(words) == 1
    assert capsys.readouterr().err.endswith(f"error: outputs/audit/suspects.png: {FULL}\n")
    assert (here / "outputs/audit/suspects.png").read_bytes() == before
    assert not (here / "outputs/audit/suspects.jsonl").exists()  # which would be another audit's


def test_a_sheet_is_read_to_its_end_once_there_is_room(disk: Any, here: Path, tmp_path: Path) -> None:
    (page,) = layout.pages("abc", 4, "kai", "letter")
    (tmp_path / "photo.jpg").write_bytes(shoot(fill(page, "blue").picture, page, AWRY))
    words = ["sheet", "read", tmp_path / "photo.jpg", "--weights", "letters", "--out", "new"]
    for size in (0, 30_000, 60_000):
        disk.leave(size)
        only_error(run(here, *words))
    disk.leave(1 << 24)
    assert run(here, *words).returncode == 0
    assert sorted(path.name for path in here.glob("new/*/*.png")) == sorted(
        f"kai-{n}.png" for count in (3, 3, 4) for n in range(count)
    )


def test_a_drawing_on_the_page(disk: Any, here: Path, start: Callable[..., Any]) -> None:
    program = start(data={"root": str(here / "letters"), "labels": "loz"})

    def save() -> tuple[int, dict[str, Any]]:
        with closing(http.client.HTTPConnection(urlsplit(program.url).netloc, timeout=60)) as connection:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/api/samples", json.dumps({"label": "l", "strokes": INK}), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    disk.leave(0)
    status, answer = save()
    assert (status, answer["error"]) == (
        507,
        "the disk reported an error: No space left on device; free some space, or check the folder",
    )
    assert len(list((here / "letters/l").iterdir())) == 4
    disk.leave(1 << 24)
    assert save()[0] == 201
    assert (here / "letters/l/4.png").exists()
    assert ": l 1\n" in program.end()
