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

    def __init__(
        self, pairs: Iterable[Pair] = (), framed: npt.NDArray[np.floating] | None = None, doubt: str = ""
    ) -> None:
        """`framed` is the ink (height, width) that the network was given, 0 = paper, 1 = ink.

        `doubt` says why the first label can't be relied on; "" where it can.
        """
        super().__init__(pairs)
        self.framed, self.doubt = framed, doubt

    @overload
    def __getitem__(self, index: SupportsIndex) -> Pair: ...
    @overload
    def __getitem__(self, index: slice) -> Ranking: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Pair | Ranking:
        if isinstance(index, slice):
            return Ranking(super().__getitem__(index), self.framed, self.doubt)
        return super().__getitem__(index)

    def _repr_html_(self) -> str:
        return display.ranking(list(self), self.framed, self.doubt)
