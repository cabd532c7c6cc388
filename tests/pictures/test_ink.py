from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from charnet.pictures import images, ink
from charnet.spec import FRAMINGS, Spec

SPEC = Spec(framing="fit")
CROSS = [[(0.2, 0.2, 0, 0.5), (0.4, 0.5, 16, 0.6)], [(0.4, 0.2, 300, 0.5), (0.2, 0.5, 316, 0.5)]]


def test_a_vertical_line_is_drawn_where_it_belongs():
    framed = ink.framed([[(0.5, 0.1), (0.5, 0.9)]], SPEC, pen=2)
    expected = np.zeros((16, 10))
    expected[1:15, 4:6] = 1
    expected[[0, 15], 4:6] = 0.5  # the round ends
    assert np.abs(framed - expected).mean() < 0.04  # the edges are soft


def test_x_goes_right_and_y_goes_down():
    framed = ink.framed([[(0.1, 0.1), (0.1, 0.9), (0.5, 0.9)]], SPEC)  # an L
    assert framed[-3:].sum() > 3 * framed[:3].sum()
    assert framed[:, :4].sum() > 2 * framed[:, 6:].sum()


def test_neither_place_nor_size_matters_to_fit():
    moved = [[(x * 0.3 + 0.6, y * 0.3 + 0.1) for x, y, *_ in stroke] for stroke in CROSS]
    assert np.abs(ink.framed(CROSS, SPEC) - ink.framed(moved, SPEC)).max() < 0.05


def test_a_dot_can_be_drawn():
    assert ink.framed([[(0.5, 0.5)]], SPEC).max() == 1


def test_a_wider_pen_leaves_more_ink():
    thin, thick = (ink.framed(CROSS, SPEC, pen=pen).sum() for pen in (0.8, 2.5))
    assert thick > 1.5 * thin


def test_corner_framing_uses_the_whole_square():
    assert ink.draw(CROSS, Spec(framing="corner")).shape == (160, 160)


@pytest.mark.parametrize("strokes", [[], [[]], [np.zeros((0, 4))]])
def test_no_points_is_an_error(strokes):
    with pytest.raises(ValueError, match="blank"):
        ink.draw(strokes, SPEC)


def test_ink_survives_in_the_png(tmp_path: Path):
    path = tmp_path / "0.png"
    path.write_bytes(ink.to_png(ink.framed(CROSS, SPEC), CROSS))
    strokes = ink.from_png(path)
    assert strokes is not None
    for found, drawn in zip(strokes, CROSS, strict=True):
        assert np.allclose(found, drawn, atol=1e-4)
    with Image.open(path) as image:
        assert (image.size, image.mode) == ((10, 16), "L")
        assert ink.CHUNK in image.text
    assert np.abs(images.read(path, SPEC) - ink.framed(CROSS, SPEC)).max() < 0.01


def test_a_png_without_ink(tmp_path: Path):
    path = tmp_path / "0.png"
    path.write_bytes(ink.to_png(ink.framed(CROSS, SPEC)))
    assert ink.from_png(path) is None


def test_foreign_ink_is_refused(tmp_path: Path):
    from PIL.PngImagePlugin import PngInfo

    for text in ("", "[]", '{"strokes": 3}', '{"strokes": [[["x"]]]}', '{"strokes": [[[NaN, 1]]]}', '{"strokes": []}'):
        chunks = PngInfo()
        chunks.add_itxt(ink.CHUNK, text)
        Image.new("L", (10, 16)).save(tmp_path / "0.png", pnginfo=chunks)
        with pytest.raises(ValueError, match=r"0\.png.*strokes"):
            ink.from_png(tmp_path / "0.png")


@pytest.mark.parametrize("framing", FRAMINGS)
def test_many_are_framed_like_each(framing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = Spec(framing=framing)
    drawings = [(CROSS, 0.8), (CROSS[:1], 1.15), (CROSS[1:], 2.0), ([[(0.5, 0.5)]], 1.0), (CROSS, 3.0)]
    monkeypatch.setattr(ink, "TOGETHER", 60_000)  # two or three of them
    together = ink.framed_many(iter(drawings), spec)
    assert together.shape == (5, 16, 10) and together.dtype == np.float32
    for picture, (strokes, pen) in zip(together, drawings, strict=True):
        assert np.allclose(picture, ink.framed(strokes, spec, pen), atol=1e-6)


def test_many_may_be_none() -> None:
    assert ink.framed_many([], Spec(width=5, height=7)).shape == (0, 7, 5)
