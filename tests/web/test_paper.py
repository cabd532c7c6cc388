import numpy as np
import numpy.typing as npt
import pytest
from web_modules import Ink, Js

from charnet.pictures import ink, paper
from charnet.spec import Spec

TO_INK = """(modules, { data, width, height }) => {
  const ink = modules["paper.js"].toInk({ data: Uint8Array.from(data), width, height });
  return ink && [...ink.data];
}"""


def ink_in_js(js: Js, grey: npt.NDArray[np.uint8]) -> list[float] | None:
    return js(TO_INK, {"data": grey.ravel().tolist(), "width": grey.shape[1], "height": grey.shape[0]})


def photo(strokes: Ink, seed: int) -> npt.NDArray[np.uint8]:
    """A drawing on unevenly lit, grainy, grey paper."""
    random = np.random.default_rng(seed)
    drawn = ink.draw(strokes, Spec(width=int(random.integers(12, 30)), height=24))
    y, x = (np.linspace(-1, 1, n) for n in drawn.shape)
    light = 0.7 + 0.1 * random.uniform(-1, 1) * x + 0.15 * random.uniform(-1, 1) * y[:, None] - 0.05 * x * y[:, None]
    picture = light * (1 - 0.7 * drawn) + random.normal(0, 0.01, drawn.shape)
    return (255 * picture.clip(0, 1)).astype(np.uint8)


def test_uneven_paper_is_levelled_as_python_levels_it(js: Js, drawings: list[Ink]) -> None:
    for seed, strokes in enumerate(drawings[::12]):
        grey = photo(strokes, seed)
        for picture in (grey, 255 - grey):
            np.testing.assert_allclose(ink_in_js(js, picture), paper.to_ink(picture).ravel(), atol=1e-4)


@pytest.mark.parametrize("shape", [(16, 10), (63, 200), (64, 65), (481, 250)], ids=str)
@pytest.mark.parametrize("levels", [(0, 255), (255, 0), (200, 90), (60, 120)], ids=str)
def test_plain_pictures_of_any_size_and_polarity(js: Js, shape: tuple[int, int], levels: tuple[int, int]) -> None:
    grey = np.full(shape, levels[0], np.uint8)
    grey[shape[0] // 3 : shape[0] // 2, 2:-2] = levels[1]
    np.testing.assert_allclose(ink_in_js(js, grey), paper.to_ink(grey).ravel(), atol=1e-6)


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (16, 10), (100, 100)], ids=str)
def test_a_blank_picture_has_no_ink(js: Js, level: int, shape: tuple[int, int]) -> None:
    grey = np.full(shape, level, np.uint8)
    with pytest.raises(ValueError, match="blank"):
        paper.to_ink(grey)
    assert ink_in_js(js, grey) is None
