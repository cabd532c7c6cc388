"""Photos to ink: what is darker (or, on a board, lighter) than the paper around it, without the paper's own lines.

Paper, shadows, desks and frames are wide, pens are not: a grey closing wider than any pen gives the level of what lies
behind the ink, whatever the light and whatever else is in view.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from charnet.pictures import rules
from charnet.pictures.closing import close
from charnet.pictures.shapes import Side, share

WIDEST = 0.16  # of a picture's longer side; what is wider than this is no stroke of a pen
FAINTEST = 0.055  # of the paper's brightness; less is no ink
GRAINS = 6  # standard deviations of the paper's grain that ink must stand out by

Array = npt.NDArray[np.floating]


def sides(light: Array) -> list[Side]:
    """Brightness (rows, columns) in [0, 1] -> its dark ink and its light ink, both without the paper's lines."""
    both = [contrast(light, dark) for dark in (True, False)]
    return [
        Side(light, dark, rules.removed(ink, level), level, other > max(0.15, others))
        for dark, (ink, level), (other, others) in zip((True, False), both, both[::-1], strict=True)
    ]


def contrast(light: Array, dark: bool = True) -> tuple[Array, float]:
    """Brightness (rows, columns) in [0, 1] -> ink darker (or lighter) than its paper, and the level it starts at.

    Ink is the share of the light that is missing, 0 on paper to near 1 for black; for chalk, the share it brings.
    """
    from scipy import ndimage  # here: it takes longer to import than a clean picture to read

    smooth = ndimage.gaussian_filter(light, 0.7)
    even, width = ndimage.gaussian_filter(smooth, 1.5), max(9, round(WIDEST * max(light.shape)))
    paper = close(even, width) if dark else -close(-even, width)
    ink = share(paper, smooth) if dark else share(smooth, paper)
    typical = float(np.median(ink))
    grain = 1.4826 * float(np.median(np.abs(ink - typical)))
    return np.clip(ink - typical, 0, 1), max(FAINTEST, GRAINS * grain)
