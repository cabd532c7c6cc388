"""Which source each sample is made from; the command around it is tested in test_reframe.py."""

import errno
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from charnet.letters import remake
from charnet.pictures import box, images, ink
from charnet.spec import Spec

LARGE = Spec(width=28, height=28)
STROKE = [np.array([(0.2, 0.2), (0.8, 0.2), (0.2, 0.8)])]


def jobs(*paths: Path) -> list[tuple[Path, Path]]:
    return [(path, path.with_name(f"large-{path.name}")) for path in paths]


def grey() -> np.ndarray:
    paper = np.full((90, 80), 255, np.uint8)
    paper[20:70, 40:45] = paper[20:25, 30:60] = 0
    return paper


@pytest.fixture
def inked(tmp_path: Path) -> Path:
    path = tmp_path / "ink.png"
    path.write_bytes(ink.to_png(ink.framed(STROKE, Spec()), STROKE))
    return path


@pytest.fixture
def boxed(tmp_path: Path) -> Path:
    path = tmp_path / "box.png"
    small = images.read(Image.fromarray(grey()), Spec())
    path.write_bytes(box.to_png(small, box.pack(grey()), "page 1"))
    return path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.jpg"
    Image.fromarray(grey()).save(path)
    return path


def test_each_sample_is_made_from_its_best_source(inked: Path, boxed: Path, plain: Path) -> None:
    made = remake.remake(LARGE, jobs(plain, boxed, inked))
    assert (made.from_ink, made.from_box, made.from_picture, made.skipped) == (1, 1, 1, [])
    for path, expected in ((inked, ink.framed(STROKE, LARGE)), (boxed, images.read(Image.fromarray(grey()), LARGE))):
        picture = images.read(path.with_name(f"large-{path.name}"), LARGE)
        assert picture.shape == (28, 28) and np.abs(picture - expected).max() < 0.005


def test_a_source_survives_for_the_next_size(inked: Path, boxed: Path) -> None:
    remake.remake(LARGE, jobs(inked, boxed))
    strokes = ink.from_png(inked.with_name("large-ink.png"))
    assert strokes is not None and np.array_equal(strokes[0][:, :2], STROKE[0])
    assert box.from_png(boxed.with_name("large-box.png")) == box.from_png(boxed)


def test_no_samples() -> None:
    assert remake.remake(LARGE, []) == remake.Remade()


def test_damaged_samples_are_skipped_and_the_others_made(inked: Path, plain: Path, tmp_path: Path) -> None:
    torn, gone, bad = tmp_path / "torn.png", tmp_path / "gone.png", tmp_path / "bad.png"
    torn.write_bytes(inked.read_bytes()[:40])
    bad.write_bytes(box.to_png(images.read(Image.fromarray(grey()), Spec()), b"torn", "page 1"))
    made = remake.remake(LARGE, jobs(torn, inked, gone, plain, bad))
    assert (made.from_ink, made.from_box, made.from_picture) == (1, 0, 1)
    assert [path for path, _ in made.skipped] == sorted([bad, gone, torn])
    texts = dict(made.skipped)
    assert texts[gone] == "No such file or directory" and texts[bad].startswith("its box: not a picture")
    assert not any(path.with_name(f"large-{path.name}").exists() for path in (torn, gone, bad))


def test_ink_outside_the_square_that_corner_shows_is_skipped(tmp_path: Path) -> None:
    outside = [STROKE[0] + 5]
    path = tmp_path / "outside.png"
    path.write_bytes(ink.to_png(ink.framed(outside, Spec()), outside))
    made = remake.remake(Spec(framing="corner"), jobs(path))
    assert made.skipped == [(path, "its ink lies outside the drawing square, and `corner` shows nothing else")]


def test_a_full_disk_is_an_error_of_the_whole_call(inked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(remake.files, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        remake.remake(LARGE, jobs(inked))
