"""Lines of writing, on pictures that are drawn here."""

import numpy as np
import pytest
from PIL import Image

from charnet.pictures import text_lines, writing


def scrawl(random: np.random.Generator, length: float, x: float, y: float, size: float) -> list[np.ndarray]:
    """A joined-up word from (x, y) on: loops, some of them long, and a dot; its middle is at y."""
    t = np.arange(0, length, 0.4)
    tall = 1 + 1.2 * (random.random(len(t)) < 0.08)
    points = np.stack([x + size * (0.35 * t + 0.3 * np.sin(2 * t)), y - size * 0.5 * np.cos(2 * t) * tall], axis=1)
    return [points, np.array([[x + size, y - 1.3 * size], [x + size + 1, y - 1.3 * size]])]


def page(lines: int, slope: float = 0, spacing: float = 80, size: float = 24) -> tuple[np.ndarray, list[float]]:
    """Ink of so many lines of three words each, and the rows of their middles at the left."""
    random = np.random.default_rng(0)
    strokes, middles = [], []
    for line in range(lines):
        y = 100 + spacing * line
        middles.append(y)
        for word in range(3):
            strokes += scrawl(random, 22, 60 + 260 * word, y, size)
    strokes = [stroke + np.stack([0 * stroke[:, 0], slope * (stroke[:, 0] - 60)], axis=1) for stroke in strokes]
    return writing.rasterize(strokes, (round(200 + spacing * lines), 900), pen=4, fine=1), middles


def photo(ink: np.ndarray) -> Image.Image:
    """Dark ink on paper that is unevenly lit and noisy."""
    light = np.linspace(150, 220, ink.shape[1]) * (1 - 0.7 * ink)
    noisy = light + np.random.default_rng(0).normal(0, 3, ink.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("slope", [0, 0.06, -0.08])
@pytest.mark.parametrize("count", [1, 4])
def test_joined_up_lines_are_found_from_top_to_bottom(count: int, slope: float):
    ink, middles = page(count, slope)
    found = text_lines.find(photo(ink))
    assert len(found) == count
    for line, middle in zip(found, middles, strict=True):
        assert line.ink.shape[0] == writing.HEIGHT and line.ink.max() > 0.9
        left, top, _, height = line.box(text_lines.SPACE, 60)
        assert abs(left - 55) < 12
        assert top < middle < top + height
        assert line.whole[2] > 700


def test_a_drawing_that_fills_its_picture_is_one_line():
    """Neither long letters nor those at the border are lost."""
    strokes = [np.array([(x, 0.0), (x, 40.0)]) for x in range(0, 90, 15)]
    ink = writing.draw(strokes, pen=3)
    for negative in (False, True):
        grey = (255 * (ink if negative else 1 - ink)).astype(np.uint8)
        (line,) = text_lines.find(Image.fromarray(grey))
        assert np.count_nonzero(np.diff(line.ink[16] > 0.3) > 0) == 12  # six bars, each with two edges
        left, top, width, height = line.whole
        assert abs(width - ink.shape[1]) < 6 and abs(height - ink.shape[0]) < 6 and abs(left) < 4 and abs(top) < 4


def test_a_ruled_page_without_writing_says_so():
    """Rules are no lines of writing, though a dash that is as wide as its picture is one."""
    page = np.full((600, 800), 255, np.uint8)
    page[40::40] = 150
    with pytest.raises(ValueError, match="no writing"):
        text_lines.find(Image.fromarray(page))
    dash = np.full((7, 60), 255, np.uint8)
    dash[2:5, 1:-1] = 0
    (line,) = text_lines.find(Image.fromarray(dash))
    assert line.whole[2] > 50


def test_boxes_are_of_the_picture_as_it_was():
    strokes = [np.array([(x, 0.0), (x, 40.0)]) for x in (0, 20, 200)]
    ink = np.pad(writing.draw(strokes, height=200, pen=8), ((100, 50), (300, 40)))
    (line,) = text_lines.find(photo(ink))
    columns = line.ink.shape[1]
    first, last = line.box(0, columns / 3), line.box(2 * columns / 3, columns)
    assert abs(first[0] - 300) < 8 and abs(first[1] - 100) < 8 and abs(first[3] - 200) < 16
    assert abs(last[0] + last[2] - (ink.shape[1] - 40)) < 8
    turned = line.turn()
    assert turned.box(0, columns / 3) == last
    assert np.array_equal(turned.turn().ink, line.ink)


def test_a_blank_picture_says_so():
    with pytest.raises(ValueError, match="blank"):
        text_lines.find(Image.new("L", (300, 200), 255))
