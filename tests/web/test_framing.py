from pathlib import Path

import numpy as np
import pytest
from web_modules import Ink, Js, name

from charnet.pictures import framing, images, ink, paper
from charnet.spec import FRAMINGS, Spec

FRAME = """(modules, inks, spec) => inks.map(({ data, width, height }) =>
  [...modules["framing.js"].frame({ data: Float32Array.from(data), width, height }, spec)])"""
DRAWN = """(modules, drawings, spec) => drawings.map((strokes) =>
  [...modules["framing.js"].frame(modules["ink.js"].draw(strokes, spec), spec)])"""
SPECS = [*(Spec(framing=name) for name in FRAMINGS), Spec(width=28, height=28), Spec(width=7, height=9, framing="fit")]


def to_js(picture: images.Array) -> dict[str, object]:
    return {"data": picture.ravel().tolist(), "width": picture.shape[1], "height": picture.shape[0]}


def within_one_grey_level(theirs: list[float], ours: images.Array) -> None:
    assert np.isfinite(theirs).all()
    there = framing.to_bytes(np.array(theirs, np.float32)).astype(int)
    assert np.abs(there - framing.to_bytes(ours).ravel()).max() <= 1


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_real_drawings_are_framed_as_python_frames_them(js: Js, drawings: list[Ink], spec: Spec) -> None:
    few = drawings if spec.width <= 10 else drawings[::5]
    for strokes, framed in zip(few, js(DRAWN, few, spec.to_dict()), strict=True):
        within_one_grey_level(framed, ink.framed(strokes, spec))


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_real_pictures_too(js: Js, real_data: Path, spec: Spec) -> None:
    paths = sorted((real_data / "original/Letters").glob("[a-z]/*.png"))[::3]
    inks = [paper.to_ink(images.decode(path)) for path in paths]
    assert len(inks) >= 300
    for picture, framed in zip(inks, js(FRAME, list(map(to_js, inks)), spec.to_dict()), strict=True):
        within_one_grey_level(framed, framing.frame(picture, spec))


@pytest.mark.parametrize("spec", SPECS, ids=name)
@pytest.mark.parametrize("shape", [(1, 1), (3, 90), (16, 10), (64, 64), (200, 30), (301, 420)], ids=str)
def test_ink_of_any_shape_too(js: Js, spec: Spec, shape: tuple[int, int]) -> None:
    random = np.random.default_rng(0)
    thin, grey = np.zeros(shape, np.float32), random.random(shape, np.float32)
    thin[shape[0] // 2, shape[1] // 3 :] = 1
    specks = thin.copy()
    specks[::37, ::41] = 0.7
    blot = np.maximum(0, 1 - np.hypot(*np.meshgrid(*(np.linspace(-1.5, 1, n) for n in shape[::-1])))).astype(np.float32)
    for picture in (thin, grey, specks, blot / blot.max() if blot.max() else thin):
        (framed,) = js(FRAME, [to_js(picture)], spec.to_dict())
        within_one_grey_level(framed, framing.frame(picture, spec))


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_what_is_framed_passes_as_it_is(js: Js, drawings: list[Ink], spec: Spec) -> None:
    framed = [ink.framed(strokes, spec) for strokes in drawings[:50]]
    for once, twice in zip(framed, js(FRAME, list(map(to_js, framed)), spec.to_dict()), strict=True):
        within_one_grey_level(twice, framing.frame(once, spec))
