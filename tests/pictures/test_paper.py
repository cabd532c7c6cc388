import numpy as np
import pytest
from readable import levels, sheet

from charnet.pictures.paper import to_ink


def test_ink_is_what_is_darker_than_white_paper() -> None:
    grey = np.full((20, 20), 255, np.uint8)
    grey[5:8, 5] = 0, 51, 204
    ink = to_ink(grey)
    assert ink[5:8, 5] == pytest.approx([1, 0.8, 0.2]) and ink.sum() == pytest.approx(2)


@pytest.mark.parametrize("size", [20, 200])
def test_light_on_dark_is_turned_over(size: int) -> None:
    drawn = sheet(size)
    assert np.allclose(to_ink(levels(drawn)), drawn)
    assert np.allclose(to_ink(255 - levels(drawn)), drawn)


@pytest.mark.parametrize("size", [20, 200])
@pytest.mark.parametrize(("paper", "black", "darkness"), [(200, 100, 0.5), (255, 51, 0.8), (100, 0, 1)])
def test_grey_paper_is_paper(size: int, paper: int, black: int, darkness: float) -> None:
    ink = to_ink(levels(sheet(size), paper, black))
    assert ink[sheet(size) == 0].max() < 0.01
    assert ink[sheet(size) == 1] == pytest.approx(darkness, abs=0.01)


def test_ink_over_most_of_the_paper_is_still_ink() -> None:
    block = np.zeros((40, 40))
    block[4:36, 4:36] = 1  # 64 % of the picture, and none of its border
    assert np.array_equal(to_ink(levels(block)), block)


@pytest.mark.parametrize("paper", [255, 200, 120])
@pytest.mark.parametrize("negative", [False, True])
def test_edges_brighter_than_the_paper_do_not_make_it_ink(paper: int, negative: bool) -> None:
    drawn = levels(sheet(40), paper, 20)
    drawn[7, 10:20] = min(255, paper + 25)  # as sharpening and resampling leave them
    ink = to_ink(255 - drawn if negative else drawn)
    assert ink[sheet(40) == 0].max() < 0.01


@pytest.mark.parametrize("light", ["from the side", "from a corner", "in the middle"])
def test_uneven_light_is_levelled(light: str) -> None:
    y, x = np.mgrid[0:300, 0:300] / 300
    shade = {
        "from the side": 1.1 - 0.5 * x,
        "from a corner": 0.6 + 0.4 * x * y,
        "in the middle": 1 - 0.4 * (x - 0.5) ** 2,
    }
    ink = to_ink(np.clip(shade[light] * levels(sheet(300), 200, 40), 0, 255).astype(np.uint8))
    assert ink[sheet(300) == 0].max() < 0.05
    assert ink[sheet(300) == 1].min() > 0.7 and np.ptp(ink[sheet(300) == 1]) < 0.05  # 40 of 200, wherever it is


def test_grain_is_paper_and_pale_ink_on_it_is_not() -> None:
    grain = np.random.default_rng(0).normal(0, 4, (300, 300))
    ink = to_ink(np.clip(levels(sheet(300), 200, 120) + grain, 0, 255).astype(np.uint8))
    assert (ink[sheet(300) == 0] > 0).mean() < 0.001
    assert ink[sheet(300) == 1].mean() > 0.2


@pytest.mark.parametrize("size", [20, 40, 60, 300])
@pytest.mark.parametrize("dark", [False, True])
def test_grey_grainy_paper_is_paper_whatever_the_size(size: int, dark: bool) -> None:
    grain = np.random.default_rng(size).normal(0, 2, (size, size))
    grey = np.clip(levels(sheet(size), 180, 60) + grain, 0, 255).astype(np.uint8)
    ink = to_ink(255 - grey if dark else grey)
    assert np.percentile(ink[sheet(size) == 0], 95) < 0.05
    assert ink[sheet(size) == 1].mean() > (0.3 if dark else 0.5)


def test_many_at_once_are_each_taken_by_itself() -> None:
    drawn = sheet()
    greys = np.stack([levels(drawn), 255 - levels(drawn), levels(drawn, 180, 60), levels(drawn, 255, 100)])
    together = to_ink(greys.reshape(2, 2, 200, 200)).reshape(4, 200, 200)
    for grey, ink in zip(greys, together, strict=True):
        assert np.array_equal(to_ink(grey), ink)


@pytest.mark.parametrize("shape", [(0, 0), (0, 10), (10, 0), (3, 0, 10)])
def test_no_pixels_are_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="the picture has no pixels"):
        to_ink(np.empty(shape, np.uint8))


@pytest.mark.parametrize("grey", [0, 100, 255])
@pytest.mark.parametrize("size", [1, 16, 200])
def test_a_blank_picture_is_told(size: int, grey: int) -> None:
    with pytest.raises(ValueError, match="the picture is blank: no ink stands out from the paper"):
        to_ink(np.full((size, size), grey, np.uint8))


def test_a_blank_picture_among_others_is_told() -> None:
    with pytest.raises(ValueError, match="blank"):
        to_ink(np.stack([levels(sheet()), levels(0 * sheet())]))


def test_grainy_paper_without_ink_is_blank() -> None:
    grain = np.random.default_rng(0).normal(200, 5, (600, 600)).clip(0, 255).astype(np.uint8)
    with pytest.raises(ValueError, match="blank"):
        to_ink(grain)
