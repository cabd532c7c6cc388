"""Strokes made as broad as networks know them, against strokes drawn with another pen."""

import numpy as np
import photos
import pytest
from samples import STROKES

from charnet.pictures import images, pen
from charnet.spec import Spec

Z = [np.array(stroke) for stroke in STROKES["z"]]


def written(width: float) -> np.ndarray:
    return np.pad(photos.coverage(Z, 200, width), 30)


@pytest.mark.parametrize("width", [4, 60])
def test_other_pens_look_more_alike_than_they_were(width: float):
    usual = images.frame(written(18), Spec())
    before, after = (
        np.abs(images.frame(ink, Spec()) - usual).mean() for ink in (written(width), pen.even(written(width), Spec()))
    )
    assert after < 0.85 * before


def test_a_usual_pen_and_the_original_framing_are_left_alone():
    usual, as_written = pen.even(written(26), Spec())[18:-18, 18:-18], written(26)[24:-24, 24:-24]
    assert np.array_equal(usual, np.clip(3 * (as_written - 0.4) + 0.5, 0, 1))
    assert np.array_equal(pen.even(written(4), Spec(framing="corner")), written(4))


def test_a_fine_pen_grows_to_a_framed_pixel():
    spec = Spec()
    ink = np.zeros((400, 300), np.float32)
    ink[100:300, 148:152] = 1  # 4 pixels wide; its spread of 58 becomes 3.36 framed pixels
    assert (pen.even(ink, spec).max(axis=0) > 0.5).sum() == pytest.approx(200 / 12**0.5 / (0.21 * 16), abs=1)
