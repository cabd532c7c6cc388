"""What must not matter to framing, for any drawing: its place, its size, light on dark, alpha, framing it again."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image

from charnet.pictures import images, ink
from charnet.spec import FRAMINGS, Spec

LEVEL = 1.001 / 255  # one grey level
PLACE = st.integers(0, 64).map(lambda n: n / 64)
STROKE = st.lists(st.tuples(PLACE, PLACE), min_size=2, max_size=5)
INK = st.lists(STROKE, min_size=1, max_size=3)
SIZES = st.tuples(st.integers(3, 24), st.integers(3, 24))
FRAMING = st.sampled_from(FRAMINGS)
FREE = st.sampled_from([framing for framing in FRAMINGS if framing != "corner"])  # to which place and size are nothing


def drawn(strokes: list[list[tuple[float, float]]]) -> np.ndarray:
    """Black on white, 160 x 160, with some paper around it."""
    low, high = np.min(np.concatenate(strokes), axis=0), np.max(np.concatenate(strokes), axis=0)
    assume((high - low).max() >= 0.25)
    picture = ink.draw([0.2 + 0.6 * np.array(stroke) for stroke in strokes], Spec(framing="corner"), pen=1.5)
    return np.round(255 * (1 - picture)).astype(np.uint8)


@given(INK, FREE, st.integers(-64, 64), st.integers(-64, 64), st.sampled_from([0.25, 0.5, 2, 4]))
def test_neither_place_nor_size_of_ink_matters(strokes, framing, across, down, size):
    spec = Spec(framing=framing)
    moved = [np.array(stroke) * size + (across / 64, down / 64) for stroke in strokes]
    assert np.abs(ink.framed(strokes, spec) - ink.framed(moved, spec)).max() <= LEVEL


@given(INK, FREE, st.integers(0, 40), st.integers(0, 40))
def test_the_place_of_a_picture_on_its_paper_does_not_matter(strokes, framing, across, down):
    picture, spec = drawn(strokes), Spec(framing=framing)
    moved = np.pad(picture, ((down, 40 - down), (across, 40 - across)), constant_values=255)
    still = np.pad(picture, ((20, 20), (20, 20)), constant_values=255)
    assert np.abs(images.read_array(moved, spec) - images.read_array(still, spec)).max() <= LEVEL


@given(INK, FRAMING)
def test_light_on_dark_does_not_matter(strokes, framing):
    picture, spec = drawn(strokes), Spec(framing=framing)
    assert np.abs(images.read_array(picture, spec) - images.read_array(255 - picture, spec)).max() <= LEVEL


@given(INK, FRAMING)
def test_ink_in_the_alpha_channel_is_ink(strokes, framing):
    picture, spec = drawn(strokes), Spec(framing=framing)
    clear = Image.fromarray(np.dstack([np.zeros((160, 160, 3), np.uint8), 255 - picture]))
    assert np.abs(images.read(clear, spec) - images.read_array(picture, spec)).max() <= LEVEL


@given(INK, FRAMING, SIZES)
def test_framing_what_is_framed_changes_nothing(strokes, framing, size):
    spec = Spec(width=size[0], height=size[1], framing=framing)
    once = images.frame(1 - drawn(strokes).astype(np.float32) / 255, spec)
    assert np.abs(images.frame(once, spec) - once).max() <= LEVEL
