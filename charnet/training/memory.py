"""The letters of a training as the loop takes them: all pictures in one tensor, on the device that trains."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from charnet.letters import redraw
from charnet.letters.folder import LetterSet
from charnet.spec import Spec


@dataclass(slots=True)
class InMemory:
    """Letters as the loop takes them: all pictures in one tensor, each as it is and as it was drawn again."""

    pictures: Tensor  # (versions, n, height, width) uint8, 255 = ink; version 0 is the letter as it is
    targets: Tensor  # (n,) int64, indices into the labels
    step: Tensor = field(init=False)  # one of the 255 steps from paper to ink

    def __post_init__(self) -> None:
        self.step = torch.tensor(1 / 255, device=self.pictures.device)

    @classmethod
    def of(cls, letters: LetterSet, device: torch.device) -> InMemory:
        return cls(torch.from_numpy(letters.pictures)[None].to(device), torch.from_numpy(letters.targets).to(device))

    def redraw(self, letters: LetterSet, root: Path, spec: Spec, count: int, by_mouse: int = 0) -> int:
        """Add further drawings of each, made from its ink, `count` with a pen and `by_mouse` on few pixels.

        Returns how many letters hold no ink and stay as they are.
        """
        redrawn = redraw.versions(root, letters, spec, count, by_mouse)
        self.pictures = torch.cat([self.pictures, torch.from_numpy(redrawn).to(self.pictures.device)])
        return int((redrawn == letters.pictures).all(axis=(0, 2, 3)).sum())

    def originals(self, which: Tensor) -> Tensor:
        """The letters with these indices (batch,) as they are: (batch, height, width) in [0, 1]."""
        return self._take(which)

    def versions(self, which: Tensor, random: torch.Generator) -> Tensor:
        """The same, of each letter one version at random."""
        count = len(self.pictures)
        if count > 1:
            place = torch.randint(count, which.shape, generator=random, device=which.device)
            which = which + len(self.targets) * place
        return self._take(which)

    def _take(self, which: Tensor) -> Tensor:
        taken = self.pictures.flatten(0, 1).index_select(0, which)  # four times as quick as pictures[which]
        return taken.float().mul_(self.step)
