"""A network's answer to a picture: labels with their likelihoods, best first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import SupportsIndex, overload

import numpy as np
import numpy.typing as npt

from charnet.networks import display

Pair = tuple[str, float]


class Ranking(list[Pair]):
    """A list of (label, likelihood), best first, which a notebook shows as bars; a slice of it is a Ranking too."""

    def __init__(self, pairs: Iterable[Pair] = (), framed: npt.NDArray[np.floating] | None = None) -> None:
        """`framed` is the ink (height, width) that the network was given, 0 = paper, 1 = ink."""
        super().__init__(pairs)
        self.framed = framed

    @overload
    def __getitem__(self, index: SupportsIndex) -> Pair: ...
    @overload
    def __getitem__(self, index: slice) -> Ranking: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Pair | Ranking:
        return (
            Ranking(super().__getitem__(index), self.framed) if isinstance(index, slice) else super().__getitem__(index)
        )

    def _repr_html_(self) -> str:
        return display.ranking(list(self), self.framed)
