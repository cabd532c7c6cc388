"""Which parts of a picture matter to a network's answer: those without which it changes (Zeiler & Fergus 2014)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from charnet.networks.classify import Classifier
from charnet.spec import Spec

BLOCKS = 16  # in the height of a picture, about
BATCH = 256  # pictures read at once

Floats = npt.NDArray[np.floating]


def block(spec: Spec) -> int:
    """Pixels along each side of a block: one in small pictures, more in larger ones, which would take too long."""
    return max(1, round(spec.height / BLOCKS))


def lost_likelihood(classifier: Classifier, framed: Floats, output: int) -> npt.NDArray[np.float64]:
    """Framed ink (height, width) -> how much likelihood of an output each block of pixels holds (height, width).

    A block is blanked with the eight around it. By so much the likelihood falls then; below 0 it rises.
    """
    side, before = block(classifier.spec), classifier.likelihoods(framed[None])[0, output]
    corners = [(row, column) for row in range(0, framed.shape[0], side) for column in range(0, framed.shape[1], side)]
    windows = [tuple(slice(max(0, at - side), at + 2 * side) for at in corner) for corner in corners]
    inked = [index for index, window in enumerate(windows) if framed[window].any()]  # without ink nothing is lost
    lost = np.zeros(framed.shape)
    for start in range(0, len(inked), BATCH):
        part = inked[start : start + BATCH]
        pictures = np.repeat(framed[None], len(part), axis=0)
        for picture, index in zip(pictures, part, strict=True):
            picture[windows[index]] = 0
        for index, after in zip(part, classifier.likelihoods(pictures)[:, output], strict=True):
            row, column = corners[index]
            lost[row : row + side, column : column + side] = before - after
    return lost
