"""The letters of a training as torchvision's ImageFolder, for any DataLoader. A training itself takes them from memory.

Only who asks for it imports torchvision, which takes longer than torch.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor
from torchvision.datasets import ImageFolder

from charnet.letters import folder
from charnet.letters.folder import LetterSet
from charnet.pictures import images
from charnet.spec import Spec


class LetterFolder(ImageFolder):  # type: ignore[misc]
    """A folder of letters for anyone's DataLoader: `dataset[i]` is (tensor (height, width) float32 in [0, 1], target).

    Unlike in ImageFolder the classes are the labels of the spec, in its order; missing, empty and unknown folders are
    refused as in `letters.folder.read`. A picture that can't be read raises `ValueError` when it is asked for.
    """

    def __init__(self, root: str | Path, spec: Spec) -> None:
        self.spec = spec
        super().__init__(str(root), loader=self._load)

    def find_classes(self, directory: str | Path) -> tuple[list[str], dict[str, int]]:
        return list(self.spec.labels), {label: target for target, label in enumerate(self.spec.labels)}

    def make_dataset(self, directory: str | Path, *_: object, **__: object) -> list[tuple[str, int]]:
        return folder.find(Path(directory), self.spec)

    def _load(self, path: str) -> Tensor:
        try:
            return torch.from_numpy(images.read(path, self.spec))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None

    def read(self) -> LetterSet:
        """All of it at once, by the cache; what can't be read is named on standard error and left out."""
        return folder.read(Path(self.root), self.spec, found=self.samples)
