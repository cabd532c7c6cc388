"""Boxes of letters to lines, in reading order, for sloping lines, letters of different sizes, and columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

MAX_SLOPE = 0.3  # lines rise or fall by at most so much (17 degrees)
STEP = 0.01  # between slopes that are tried
ROWS_PER_LETTER = 8  # rows that a letter of the usual height has in a profile
SLOPE_PENALTY = 0.25  # the share by which a slope of 1 lowers the concentration
MAX_OFFSET = 0.75  # of the median height; a letter's middle is no further from its line
RECENT = 5  # the last letters of a line, whose mean height it continues at
COLUMN_GAP = 3.0  # of the median height; a wider gap through all lines separates two columns,
MIN_COLUMN_HEIGHT = 2.5  # if both are taller than so many median heights

Boxes = npt.NDArray[np.float64]  # (n, 4): left, top, right, bottom


def lines(boxes: Boxes) -> list[list[int]]:
    """The numbers of the letters (n, 4) in lines from top to bottom, each from left to right, column by column."""
    if not len(boxes):
        return []
    height = float(np.median(boxes[:, 3] - boxes[:, 1]))
    level = _rotated(boxes, _slope(boxes, height))
    return [line for column in _columns(level, np.arange(len(boxes)), height) for line in _rows(level, column, height)]


def _slope(boxes: Boxes, height: float) -> float:
    """The slope of the lines, in rows a column: the one at which the vertical profile has the sharpest peaks."""
    slopes = np.arange(-MAX_SLOPE, MAX_SLOPE + STEP / 2, STEP)
    concentrations = [
        _concentration(_rotated(boxes, slope), height) * (1 - SLOPE_PENALTY * abs(slope)) for slope in slopes
    ]
    return float(slopes[int(np.argmax(concentrations))])


def _concentration(boxes: Boxes, height: float) -> float:
    """The sum of squares of a smoothed histogram of the letters' middles; each letter counts once."""
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    rows = np.round((middle - middle.min()) / height * ROWS_PER_LETTER).astype(int)
    counts = np.convolve(np.bincount(rows), np.hanning(ROWS_PER_LETTER + 2))
    return float((counts**2).sum())


def _rotated(boxes: Boxes, slope: float) -> Boxes:
    """Boxes of unchanged size whose centres are rotated so that lines of that slope are horizontal."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    across, down = x + slope * y, y - slope * x
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    return np.stack([across - half[:, 0], down - half[:, 1], across + half[:, 0], down + half[:, 1]], axis=1)


def _columns(boxes: Boxes, numbers: npt.NDArray[np.intp], height: float) -> list[npt.NDArray[np.intp]]:
    """Split the letters at wide gaps that go through all lines."""
    order = numbers[np.argsort(boxes[numbers, 0])]
    gaps = boxes[order[1:], 0] - np.maximum.accumulate(boxes[order, 2])[:-1]
    for place in np.flatnonzero(gaps > COLUMN_GAP * height) + 1:
        parts = order[:place], order[place:]
        if all(float(np.ptp(boxes[part][:, [1, 3]])) > MIN_COLUMN_HEIGHT * height for part in parts):
            return [parts[0], *_columns(boxes, parts[1], height)]
    return [numbers]


def _rows(boxes: Boxes, column: npt.NDArray[np.intp], height: float) -> list[list[int]]:
    """A column's letters in lines: from left to right, each joins the line whose last letters are at its height."""
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    found: list[list[int]] = []
    for number in column[np.argsort(boxes[column, 0])]:
        away = [abs(middle[number] - float(np.mean(middle[line[-RECENT:]]))) for line in found]
        if away and min(away) < MAX_OFFSET * height:
            found[int(np.argmin(away))].append(int(number))
        else:
            found.append([int(number)])
    return sorted(found, key=lambda line: float(np.mean(middle[line])))
