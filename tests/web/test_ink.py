import numpy as np
import pytest
from web_modules import Ink, Js, name

from charnet.pictures import ink
from charnet.spec import Spec

DRAW = """(modules, drawings, spec) => drawings.map((strokes) => {
  const { data, width, height } = modules["ink.js"].draw(strokes, spec);
  return [width, height, data.join("")];
})"""
SPECS = [Spec(), Spec(framing="corner"), Spec(width=7, height=9), Spec(width=28, height=28, framing="fit")]
ODD = {
    "a dot": [[[0.5, 0.5]]],
    "a dot that was drawn twice": [[[0.5, 0.5], [0.5, 0.5]]],
    "there and back": [[[0.2, 0.5], [0.8, 0.5], [0.2, 0.5]]],
    "straight on": [[[0.1, 0.1], [0.3, 0.3], [0.6, 0.6], [0.9, 0.9]]],
    "a point that is there twice": [[[0.1, 0.2], [0.5, 0.7], [0.5, 0.7], [0.9, 0.1]]],
    "along the border": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]],
    "past the border": [[[-0.3, 0.5], [1.3, 0.55]], [[0.5, -0.2], [0.45, 1.2]]],
    "a hair's breadth": [[[0.5, 0.5], [0.5001, 0.5], [0.5, 0.5002]]],
    "square turns": [[[0.2, 0.2], [0.2, 0.8], [0.8, 0.8], [0.8, 0.2]]],
}


def same(js: Js, drawings: list[Ink], spec: Spec) -> None:
    for strokes, (width, height, data) in zip(drawings, js(DRAW, drawings, spec.to_dict()), strict=True):
        there = np.frombuffer(data.encode(), np.uint8).reshape(height, width) - ord("0")
        np.testing.assert_array_equal(there, ink.draw(strokes, spec))


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_real_drawings_are_drawn_as_python_draws_them_pixel_for_pixel(js: Js, drawings: list[Ink], spec: Spec) -> None:
    assert len(drawings) >= 300
    same(js, drawings, spec)


@pytest.mark.parametrize("odd", ODD)
def test_odd_drawings_too(js: Js, odd: str) -> None:
    for spec in SPECS:
        same(js, [ODD[odd]], spec)


def test_scribbles_too(js: Js) -> None:
    random = np.random.default_rng(0)
    scribbles = [[random.uniform(0, 1, (random.integers(2, 30), 2)).tolist()] for _ in range(50)]
    walks = [[(0.5 + random.normal(0, 0.01, (60, 2)).cumsum(axis=0)).tolist()] for _ in range(50)]
    for spec in SPECS:
        same(js, scribbles + walks, spec)
