from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from samples import STROKES, make_letters

from charnet import cache, images, ink, redraw
from charnet.spec import Spec

SPEC = Spec(tuple("loz"))


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.chdir(tmp_path)
    return sorted(make_letters(tmp_path / "letters", count=3).rglob("*.png"))


def test_each_drawing_differs_and_all_are_framed(paths: list[Path]):
    drawn = redraw.versions(paths, SPEC, 4)
    assert (drawn.shape, drawn.dtype) == ((4, 9, 16, 10), np.uint8)
    assert len({picture.tobytes() for picture in drawn.reshape(-1, 160)}) > 30  # a straight l may come out the same
    shares = drawn.reshape(-1, 16, 10) / 255
    assert np.abs(images.frame(shares, SPEC) - shares).max() < 0.02


def test_a_drawing_stays_its_letter(paths: list[Path]):
    """The nearest of the letters as they were written is one of the same label, nine times in ten."""
    written = np.stack([images.read(path, SPEC).ravel() for path in paths])
    drawn = redraw.versions(paths, SPEC, 20).reshape(20, 9, -1) / 255
    distances = ((drawn[:, :, None] - written) ** 2).sum(axis=-1)  # (versions, letters, written)
    assert (distances.argmin(axis=-1) // 3 == np.arange(9) // 3).mean() > 0.9


def test_strokes_keep_their_place_and_size():
    random = np.random.default_rng(0)
    drawn = np.array([np.concatenate(redraw.distort(STROKES["z"], random)) for _ in range(2000)])
    assert np.abs(drawn.mean(axis=0) - np.array(STROKES["z"][0])).max() < 0.01
    assert drawn.std(axis=0).max() < 0.2


def test_a_letter_is_redrawn_alike_whatever_stands_beside_it(paths: list[Path]):
    assert (redraw.versions(paths, SPEC, 2)[:, 4:5] == redraw.versions(paths[4:5], SPEC, 2)).all()


def test_a_picture_without_ink_is_given_again(paths: list[Path]):
    with Image.open(paths[0]) as image:
        image.copy().save(paths[0])  # without its strokes
    drawn = redraw.versions(paths, SPEC, 2)
    expected = np.round(images.read(paths[0], SPEC) * 255)
    assert (drawn[:, 0] == expected).all()


def test_ink_that_can_not_be_read_counts_as_none(paths: list[Path]):
    picture = images.read(paths[0], SPEC)
    paths[0].write_bytes(ink.to_png(picture, [np.zeros((0, 4))]))
    assert (redraw.versions(paths, SPEC, 1)[0, 0] == np.round(images.read(paths[0], SPEC) * 255)).all()


def test_drawn_once_and_again_when_a_file_changes(paths: list[Path], monkeypatch: pytest.MonkeyPatch):
    first = redraw.versions(paths, SPEC, 2)
    with monkeypatch.context() as patch:
        patch.setattr(redraw, "_draw", None)  # must not be called
        assert (redraw.versions(paths, SPEC, 2) == first).all()
    paths[0].write_bytes(paths[5].read_bytes())
    again = redraw.versions(paths, SPEC, 2)
    assert (again[:, 0] != first[:, 0]).any()
    assert (again[:, 1:] == first[:, 1:]).all()


def test_a_torn_cache_is_drawn_anew(paths: list[Path]):
    first = redraw.versions(paths, SPEC, 2)
    (entry,) = (path for path in cache.FOLDER.iterdir() if not path.name.startswith("."))
    entry.write_bytes(entry.read_bytes()[:-5])
    assert (redraw.versions(paths, SPEC, 2) == first).all()
