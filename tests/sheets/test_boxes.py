import numpy as np
import numpy.typing as npt
import pytest

from charnet.sheets import layout
from charnet.sheets.boxes import crop
from charnet.sheets.straighten import PIXELS_PER_MM

(PAGE,) = layout.pages("abc", 7, "", "a4")
BOXES = PAGE.boxes()


def paper(seed: int = 0, grain: float = 2.0) -> npt.NDArray[np.float64]:
    width, height = PAGE.size
    return np.random.default_rng(seed).normal(210, grain, (round(height * PIXELS_PER_MM), round(width * PIXELS_PER_MM)))


def pixels(picture: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    return np.clip(picture, 0, 255).astype(np.uint8)


def stroke(picture: npt.NDArray[np.float64], index: int, at: tuple[float, float, float, float], light: float) -> None:
    """A bar in a box: left, top, width and height in millimetres within it."""
    left, top, width, height = at
    x, y = round((BOXES[index].left + left) * PIXELS_PER_MM), round((BOXES[index].top + top) * PIXELS_PER_MM)
    picture[y : y + round(height * PIXELS_PER_MM), x : x + round(width * PIXELS_PER_MM)] *= light


@pytest.mark.parametrize("light", [0.1, 0.8])
def test_ink_is_cut_out_where_it_is_and_blank_boxes_are_left_out(light: float) -> None:
    picture = paper()
    stroke(picture, 4, (5, 4, 0.6, 7), light)
    crops = crop(pixels(picture), BOXES)
    assert [index for index, one in enumerate(crops) if one.grey is not None] == [4]
    grey = crops[4].grey
    assert grey is not None and crops[4].doubt == ""
    assert grey.shape == (int((BOXES[0].height - 0.6) * PIXELS_PER_MM), int((BOXES[0].width - 0.6) * PIXELS_PER_MM))
    rows, columns = np.nonzero(grey < 128)
    assert (columns.mean() / PIXELS_PER_MM + 0.3, rows.mean() / PIXELS_PER_MM + 0.3) == pytest.approx(
        (5.3, 7.5), abs=0.25
    )
    assert grey.min() < 30 and np.median(grey) == 255


def test_shadow_edges_and_gradients_are_no_ink() -> None:
    picture = paper()
    y, x = np.indices(picture.shape)
    picture *= np.where(x + 0.7 * y > 1000, 0.5, 1) * np.linspace(0.7, 1, picture.shape[1])
    assert all(one.grey is None for one in crop(pixels(picture), BOXES))


def test_lines_that_a_black_and_white_printer_made_grey_are_no_ink() -> None:
    picture = paper()
    for index, box in enumerate(BOXES):
        for guide in layout.GUIDES:
            stroke(picture, index, (0, guide * box.height - 0.2, box.width, 0.4), 0.8)
        stroke(picture, index, (-0.3, 0, 0.7, box.height), 0.75)
        stroke(picture, index, (0, -0.3, box.width, 0.7), 0.75)
    assert all(one.grey is None for one in crop(pixels(picture), BOXES))
    stroke(picture, 2, (5, 4, 0.6, 8), 0.3)
    crops = crop(pixels(picture), BOXES)
    assert crops[2].grey is not None and crops[2].doubt == "" and all(one.grey is None for one in crops[:2] + crops[3:])


def test_what_should_be_looked_at_is_named() -> None:
    picture = paper()
    stroke(picture, 0, (5, -1, 0.6, 8), 0.2)
    stroke(picture, 1, (5, 5, 0.8, 0.8), 0.2)
    stroke(picture, 2, (5, 5, 0.2, 0.2), 0.2)
    doubts = [one.doubt for one in crop(pixels(picture), BOXES)[:3]]
    assert doubts == ["its ink touches the border", "it holds almost nothing", ""]
    assert crop(pixels(picture), BOXES)[2].grey is None  # dust
