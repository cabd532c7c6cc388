"""What a network makes of a picture: labels with their likelihoods, best first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import SupportsIndex, overload

import numpy as np
import numpy.typing as npt

from charnet.networks import display

Pair = tuple[str, float]


class Ranking(list[Pair]):
    """A list of (label, likelihood), best first, which a notebook shows as bars; a part of it is one too."""

    def __init__(self, pairs: Iterable[Pair] = (), seen: npt.NDArray[np.floating] | None = None) -> None:
        """`seen` is the framed ink (height, width) that the network was given."""
        super().__init__(pairs)
        self.seen = seen

    @overload
    def __getitem__(self, place: SupportsIndex) -> Pair: ...
    @overload
    def __getitem__(self, place: slice) -> Ranking: ...
    def __getitem__(self, place: SupportsIndex | slice) -> Pair | Ranking:
        return (
            Ranking(super().__getitem__(place), self.seen) if isinstance(place, slice) else super().__getitem__(place)
        )

    def _repr_html_(self) -> str:
        return display.ranking(list(self), self.seen)
