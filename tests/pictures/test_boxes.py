import numpy as np
import pytest
from PIL import Image

from charnet.pictures import boxes

GRID = [(100 + 90 * x, 100 + 76 * y, 60, 60) for x in range(5) for y in range(3)]


def coloured(drawn: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """Which pixels are blue and which are red, (rows, columns)."""
    red, green, blue = np.asarray(drawn, np.int16).transpose(2, 0, 1)
    return (blue > 150) & (red < 60), (red > 150) & (green < 90) & (blue < 90)


@pytest.mark.parametrize("smaller", [1, 4])
def test_boxes_are_drawn_at_a_legible_size(smaller: int):
    picture = Image.new("L", (900 // smaller, 500 // smaller), 255)
    drawn = boxes.draw(picture, [(400 // smaller, 200 // smaller, 60 // smaller, 80 // smaller)], ["x"])
    assert max(drawn.size) == max(boxes.MIN_SIDE, 900 // smaller)
    blue, red = coloured(drawn)
    rows, columns = np.nonzero(blue)
    scale = drawn.width / 900
    assert 400 * scale - 8 < columns.min() and columns.max() < 460 * scale + 8  # the label is above the box
    assert 24 < 200 * scale - rows.min() < 60 and not red.any()


def test_labels_are_beside_the_boxes_of_other_letters() -> None:
    blue, _ = coloured(boxes.draw(Image.new("L", (1000, 600), 255), GRID, ["w"] * len(GRID)))
    assert blue.sum() > 200
    assert not any(blue[top : top + height, left : left + width].any() for left, top, width, height in GRID)


@pytest.mark.parametrize(("top", "above"), [(60, True), (12, False)])
def test_labels_stand_on_the_same_side_of_their_boxes_where_there_is_room(top: int, above: bool) -> None:
    """Above them or, where the first row has no room there, all below."""
    grid = [(100 + 180 * x, top + 180 * y, 60, 60) for x in range(5) for y in range(3)]
    blue, _ = coloured(boxes.draw(Image.new("L", (1000, 600), 255), grid, ["w"] * len(grid)))
    for left, top, _, _ in grid:
        over, under = (blue[max(0, row - 6) : row + 7, left : left + 60].any() for row in (top - 16, top + 76))
        assert (over, under) == (above, not above)


def test_doubtful_ones_are_red_and_the_others_blue() -> None:
    drawn = boxes.draw(Image.new("L", (1000, 600), 255), GRID[::7], ["a", "b", "c"], [True, False, True])
    blue, red = coloured(drawn)
    for (left, top, width, height), sure in zip(GRID[::7], (True, False, True), strict=True):
        around = np.s_[top - 30 : top + height + 30, left - 25 : left + width + 25]
        assert (blue[around].any(), red[around].any()) == (sure, not sure)


def test_a_label_at_the_border_stays_in_the_picture() -> None:
    drawn = boxes.draw(Image.new("L", (1000, 600), 255), [(5, 5, 60, 60), (930, 530, 60, 60)], ["w", "w"])
    alone = boxes.draw(Image.new("L", (1000, 600), 255), [(500, 300, 60, 60)], ["w"])
    assert coloured(drawn)[0].sum() == pytest.approx(2 * coloured(alone)[0].sum(), rel=0.05)
