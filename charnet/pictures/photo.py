"""Photos to ink: the contrast to the background, without ruled lines.

A grey closing wider than any stroke (an opening for light ink) estimates the background: paper, shadows and desks are
wider than strokes, so they stay in it.
"""

from __future__ import annotations

import numpy as np

from charnet.pictures import Array, rules, shapes
from charnet.pictures.closing import close
from charnet.pictures.shapes import Polarity, share

MAX_STROKE_WIDTH = 0.16  # of a picture's longer side; what is wider than this is no stroke of a pen
MIN_CONTRAST = 0.055  # of the paper's brightness; less is no ink
MIN_CONTRAST_TO_NOISE = 6  # standard deviations of the paper's noise that ink must stand out by


def polarities(light: Array) -> list[Polarity]:
    """Brightness (rows, columns) in [0, 1] -> its dark ink and its light ink, both without ruled lines and boxes."""
    both = {dark: contrast(light, dark) for dark in (True, False)}
    found = []
    for dark, (ink, level) in both.items():
        bare, without = rules.removed(ink, level), light
        other, others = both[not dark]
        if (bare < ink).any():  # the paper inside a box would be light ink between dark lines
            without = np.where(bare < ink, _paper(light, ink, dark), light)
            other, others = contrast(without, not dark)
        found.append(Polarity(without, dark, bare, level, other > max(0.15, others)))
    return found


def _paper(light: Array, ink: Array, dark: bool) -> Array:
    """The brightness of the paper under ink: `contrast` solved for it."""
    added = shapes.MIN_LIGHT
    paper: Array = (light + added * ink) / (1 - np.minimum(ink, 0.99)) if dark else light - ink * (light + added)
    return paper


def contrast(light: Array, dark: bool = True) -> tuple[Array, float]:
    """Brightness (rows, columns) in [0, 1] -> ink darker (or lighter) than its paper, and the level it starts at.

    Dark ink is 1 - light / background, 0 on paper to near 1 for black; light ink is the same with the two exchanged.
    """
    from scipy import ndimage  # here: it takes longer to import than a clean picture to read

    smooth = ndimage.gaussian_filter(light, 0.7)
    even, width = ndimage.gaussian_filter(smooth, 1.5), max(9, round(MAX_STROKE_WIDTH * max(light.shape)))
    paper = close(even, width) if dark else -close(-even, width)
    ink = share(paper, smooth) if dark else share(smooth, paper)
    typical = float(np.median(ink))
    noise = 1.4826 * float(np.median(np.abs(ink - typical)))
    return np.clip(ink - typical, 0, 1), max(MIN_CONTRAST, MIN_CONTRAST_TO_NOISE * noise)
