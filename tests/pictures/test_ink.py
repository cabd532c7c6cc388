import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

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
    for text in ("", "[]", '{"strokes": 3}', '{"strokes": [[["x"]]]}', '{"strokes": [[[NaN, 1]]]}', '{"strokes": []}'):
        (tmp_path / "0.png").write_bytes(with_text(text))
        with pytest.raises(ValueError, match=r"0\.png.*strokes"):
            ink.from_png(tmp_path / "0.png")


@pytest.mark.parametrize("framing", FRAMINGS)
def test_many_are_framed_like_each(framing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = Spec(framing=framing)
    drawings = [(CROSS, 0.8), (CROSS[:1], 1.15), (CROSS[1:], 2.0), ([[(0.5, 0.5)]], 1.0), (CROSS, 3.0)]
    monkeypatch.setattr(ink, "BATCH_PIXELS", 60_000)  # two or three of them
    together = ink.framed_many(iter(drawings), spec)
    assert together.shape == (5, 16, 10) and together.dtype == np.float32
    for picture, (strokes, pen) in zip(together, drawings, strict=True):
        assert np.allclose(picture, ink.framed(strokes, spec, pen), atol=1e-6)


def test_many_may_be_none() -> None:
    assert ink.framed_many([], Spec(width=5, height=7)).shape == (0, 7, 5)


def with_text(text: str, size: tuple[int, int] = (10, 16)) -> bytes:
    """A PNG with any text where the ink belongs."""
    chunks = PngInfo()
    chunks.add_itxt(ink.CHUNK, text)
    file = io.BytesIO()
    Image.new("L", size).save(file, "PNG", pnginfo=chunks)
    return file.getvalue()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"strokes": [[[' + "9" * 400 + ", 1], [0, 1]]]}", "does not hold strokes of points"),
        ('{"strokes": [[[' + "9" * 5000 + ", 1], [0, 1]]]}", "does not hold strokes of points"),
        ("[" * 200_000, "does not hold strokes"),
        ('{"strokes": [[[1e308, 1], [-1e308, 1]]]}', "far outside the drawing square"),
        ('{"strokes": [[[0, 1, 1e308], [1, 1, 0]]]}', "far outside the drawing square"),
        ('{"strokes": [[' + "[0,0]," * 20_000 + "[0,0]]]}", "20,001 points; up to 20,000"),
        ('{"strokes": [' + " " * (1 << 20) + "]}", "characters; up to 1,048,576"),
    ],
    ids=["digits", "more digits", "brackets", "far", "late", "points", "text"],
)
def test_hostile_ink_is_refused(tmp_path: Path, text: str, words: str):
    (tmp_path / "0.png").write_bytes(with_text(text))
    with pytest.raises(ValueError, match=rf"0\.png: its charnet:ink chunk .*{words}"):
        ink.from_png(tmp_path / "0.png")


def test_a_bomb_is_refused_before_it_is_decoded():
    with pytest.raises(ValueError, match="more than 50,000,000"):
        ink.from_png(io.BytesIO(with_text('{"strokes": [[[0, 0], [1, 1]]]}', (10_000, 10_000))))


POINTS = st.tuples(*[st.floats(-2, 2)] * 2, st.floats(0, 1e5), st.floats(0, 1))
STROKES = st.lists(st.lists(POINTS, min_size=1, max_size=6), min_size=1, max_size=4)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(STROKES)
def test_any_ink_makes_the_round_trip(strokes):
    found = ink.from_png(io.BytesIO(ink.to_png(ink.framed(strokes, Spec()), strokes)))
    assert found is not None
    for ours, theirs in zip(found, strokes, strict=True):
        assert np.abs(ours - np.array(theirs)).max() <= 0.5e-4 + 1e-9


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["strokes", "x"]), inner, max_size=2),
    max_leaves=12,
)
NEARLY = st.lists(st.lists(st.lists(st.floats() | st.integers() | st.none(), max_size=4), max_size=4), max_size=3)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(ANY.map(json.dumps) | NEARLY.map(lambda strokes: json.dumps({"strokes": strokes})) | st.text(max_size=20))
def test_any_text_is_ink_that_can_be_drawn_or_refused(text: str):
    try:
        strokes = ink.from_png(io.BytesIO(with_text(text)))
    except ValueError as error:
        assert "its charnet:ink chunk" in str(error)
        return
    assert strokes is not None
    for framing in FRAMINGS:
        picture = ink.draw(strokes, Spec(framing=framing))
        assert picture.min() >= 0 and picture.max() <= 1
    assert ink.from_png(io.BytesIO(ink.to_png(np.zeros((16, 10)), strokes)))  # and kept once more
