"""Boxes of letters to lines, in reading order: sloping lines, letters of any size, columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

STEEPEST = 0.3  # lines rise or fall by at most so much (17 degrees)
STEP = 0.01  # between slopes that are tried
FINE = 8  # rows that a letter of the usual height has in a profile
LEVEL = 0.25  # how much more a slope must gather than level lines do, in proportion to the slope
NEAR = 0.75  # of the usual height; a letter's middle is no further from its line
RECENT = 5  # letters of a line that say where it goes on
COLUMN = 3.0  # of the usual height; a wider gap through all lines parts two columns,
DEEP = 2.5  # if both are higher than so many usual heights

Boxes = npt.NDArray[np.float64]  # (n, 4): left, top, right, bottom


def lines(boxes: Boxes) -> list[list[int]]:
    """The numbers of the letters (n, 4) in lines from top to bottom, each from left to right, column by column."""
    if not len(boxes):
        return []
    height = float(np.median(boxes[:, 3] - boxes[:, 1]))
    level = _turned(boxes, _slope(boxes, height))
    return [line for column in _columns(level, np.arange(len(boxes)), height) for line in _rows(level, column, height)]


def _slope(boxes: Boxes, height: float) -> float:
    """How much lines fall a pixel to the right: turned by that, letters gather in the fewest rows."""
    slopes = np.arange(-STEEPEST, STEEPEST + STEP / 2, STEP)
    gathered = [_gathered(_turned(boxes, slope), height) * (1 - LEVEL * abs(slope)) for slope in slopes]
    return float(slopes[int(np.argmax(gathered))])


def _gathered(boxes: Boxes, height: float) -> float:
    """How unevenly letters are spread over the rows of a page; each counts alike, whatever its size."""
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    rows = np.round((middle - middle.min()) / height * FINE).astype(int)
    counts = np.convolve(np.bincount(rows), np.hanning(FINE + 2))
    return float((counts**2).sum())


def _turned(boxes: Boxes, slope: float) -> Boxes:
    """The boxes, each as large as it was, where they are once the page is turned so that its lines are level."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    across, down = x + slope * y, y - slope * x
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    return np.stack([across - half[:, 0], down - half[:, 1], across + half[:, 0], down + half[:, 1]], axis=1)


def _columns(boxes: Boxes, numbers: npt.NDArray[np.intp], height: float) -> list[npt.NDArray[np.intp]]:
    """The letters, parted wherever a wide gap goes through all lines between two columns."""
    order = numbers[np.argsort(boxes[numbers, 0])]
    gaps = boxes[order[1:], 0] - np.maximum.accumulate(boxes[order, 2])[:-1]
    for place in np.flatnonzero(gaps > COLUMN * height) + 1:
        parts = order[:place], order[place:]
        if all(float(np.ptp(boxes[part][:, [1, 3]])) > DEEP * height for part in parts):
            return [parts[0], *_columns(boxes, parts[1], height)]
    return [numbers]


def _rows(boxes: Boxes, column: npt.NDArray[np.intp], height: float) -> list[list[int]]:
    """A column's letters in lines; each letter goes on with the line whose last letters are nearest to its height."""
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    found: list[list[int]] = []
    for number in column[np.argsort(boxes[column, 0])]:
        away = [abs(middle[number] - float(np.mean(middle[line[-RECENT:]]))) for line in found]
        if away and min(away) < NEAR * height:
            found[int(np.argmin(away))].append(int(number))
        else:
            found.append([int(number)])
    return sorted(found, key=lambda line: float(np.mean(middle[line])))
