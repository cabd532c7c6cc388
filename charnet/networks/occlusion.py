"""Which parts of a picture matter to a network's answer: those without which it changes (Zeiler & Fergus 2014)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from charnet.networks.classify import Classifier

REACH = 1  # pixels on each side of the middle one that a window covers: 3 x 3
BATCH = 256  # pictures read at once

Floats = npt.NDArray[np.floating]


def lost_likelihood(classifier: Classifier, framed: Floats, output: int) -> npt.NDArray[np.float64]:
    """Framed ink (height, width) -> how much likelihood of an output each pixel's window holds (height, width).

    Each pixel stands for the window around it. Where that is blanked, the likelihood falls by so much; below 0, rises.
    """
    height, width = framed.shape
    size = 2 * REACH + 1
    inked = sliding_window_view(np.pad(framed, REACH), (size, size)).any(axis=(2, 3))
    places = np.argwhere(inked)  # without ink nothing is lost
    before = classifier.likelihoods(framed[None])[0, output]
    lost = np.zeros((height, width))
    for start in range(0, len(places), BATCH):
        part = places[start : start + BATCH]
        pictures = np.repeat(framed[None], len(part), axis=0)
        for picture, (row, column) in zip(pictures, part, strict=True):
            picture[max(0, row - REACH) : row + REACH + 1, max(0, column - REACH) : column + REACH + 1] = 0
        lost[tuple(part.T)] = before - classifier.likelihoods(pictures)[:, output]
    return lost
