import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from samples import STROKES, make_letters

from charnet.letters import cache, folder, redraw
from charnet.letters.folder import LetterSet
from charnet.pictures import images, ink
from charnet.spec import Spec

SPEC = Spec(tuple("loz"))
ROOT = Path("letters")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_letters(ROOT, count=3)


def read() -> LetterSet:
    return folder.read(ROOT, SPEC)


def versions(letters: LetterSet, count: int) -> np.ndarray:
    return redraw.versions(ROOT, letters, SPEC, count)


def test_each_drawing_differs_and_all_are_framed():
    drawn = versions(read(), 4)
    assert (drawn.shape, drawn.dtype) == ((4, 9, 16, 10), np.uint8)
    assert len({picture.tobytes() for picture in drawn.reshape(-1, 160)}) > 30  # a straight l may come out the same
    shares = drawn.reshape(-1, 16, 10) / 255
    assert np.abs(images.frame(shares, SPEC) - shares).max() < 0.02


def test_a_drawing_stays_its_letter():
    """The nearest of the letters as they were written is one of the same label, nine times in ten."""
    letters = read()
    written = letters.pictures.reshape(9, -1) / 255
    drawn = versions(letters, 20).reshape(20, 9, -1) / 255
    distances = ((drawn[:, :, None] - written) ** 2).sum(axis=-1)  # (versions, letters, written)
    assert (distances.argmin(axis=-1) // 3 == np.arange(9) // 3).mean() > 0.9


def test_strokes_keep_their_place_and_size():
    random = np.random.default_rng(0)
    drawn = np.array([np.concatenate(redraw.distort(STROKES["z"], random)) for _ in range(2000)])
    assert np.abs(drawn.mean(axis=0) - np.array(STROKES["z"][0])).max() < 0.01
    assert drawn.std(axis=0).max() < 0.2


def test_a_letter_is_redrawn_alike_whatever_stands_beside_it():
    letters = read()
    alone = LetterSet(letters.pictures[4:5], letters.targets[4:5], letters.paths[4:5])
    assert (versions(letters, 2)[:, 4:5] == versions(alone, 2)).all()


def without_ink(path: Path) -> None:
    with Image.open(path) as image:
        image.copy().save(path)


def with_torn_ink(path: Path) -> None:
    path.write_bytes(ink.to_png(images.read(path, SPEC), [np.zeros((0, 4))]))


def gone(path: Path) -> None:
    path.unlink()


def linked_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.absolute())


def no_picture(path: Path) -> None:
    path.write_bytes(b"hello")


@pytest.mark.parametrize("change", [without_ink, with_torn_ink, gone, linked_to_itself, no_picture])
def test_where_there_is_no_ink_the_picture_is_given_again(change: Callable[[Path], None]):
    """Also where there is none any more, since the letters were read."""
    letters = read()
    change(letters.paths[0])
    drawn = versions(letters, 2)
    assert (drawn[:, 0] == letters.pictures[0]).all()
    assert (drawn[:, 1:] != letters.pictures[1:]).any(axis=(0, 2, 3)).all()


def test_a_name_that_is_no_text():
    (ROOT / "z/2.png").rename(os.fsdecode(b"letters/z/\xff.png"))
    letters = read()
    assert len(letters) == 9
    assert (versions(letters, 1)[0, 8] != letters.pictures[8]).any()


def test_drawn_once_and_again_when_a_file_changes(monkeypatch: pytest.MonkeyPatch):
    first = versions(read(), 2)
    with monkeypatch.context() as patch:
        patch.setattr(redraw, "_draw", None)  # must not be called
        assert (versions(read(), 2) == first).all()
    (ROOT / "l/0.png").write_bytes((ROOT / "o/2.png").read_bytes())
    again = versions(read(), 2)
    assert (again[:, 0] != first[:, 0]).any()
    assert (again[:, 1:] == first[:, 1:]).all()


def test_a_torn_cache_is_drawn_anew():
    first = versions(read(), 2)
    (array,) = cache.FOLDER.glob("*.npy")
    array.write_bytes(array.read_bytes()[:-5])
    assert (versions(read(), 2) == first).all()


def test_drawings_by_mouse_come_after_those_with_a_pen_and_change_none():
    letters = read()
    with_pen, both = versions(letters, 2), redraw.versions(ROOT, letters, SPEC, 2, by_mouse=3)
    assert both.shape == (5, 9, 16, 10) and (both[:2] == with_pen).all()
    assert len({picture.tobytes() for picture in both[2:].reshape(-1, 160)}) == 27
    shares = both[2:].reshape(-1, 16, 10) / 255
    assert np.abs(images.frame(shares, SPEC) - shares).max() < 0.02
