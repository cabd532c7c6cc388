"""The settings that say which letters a program works on, for training and for the drawing page."""

from __future__ import annotations

from dataclasses import dataclass

from charnet.spec import LOWERCASE, Spec


@dataclass(slots=True)
class LettersConfig:
    root: str = "data/letters"
    """Folder with one folder of pictures a label."""
    labels: str = "".join(LOWERCASE)
    """Labels in the order of the outputs: characters run together (abc), or names with spaces between ('yes no')."""
    width: int = Spec().width
    """Width in pixels of what the network reads."""
    height: int = Spec().height
    """Height in pixels of what the network reads."""
    framing: str = Spec().framing
    """How a picture is brought to that size: moments (upright, its centre of mass in the middle, its ink as widely
    spread as any other's), fit (crop, scale with the proportions kept) or corner (the original's)."""

    def __post_init__(self) -> None:
        if not self.root:
            raise ValueError("data.root: empty; name a folder with one folder of pictures a label")
        self.spec()

    def spec(self) -> Spec:
        names = self.labels.split() if " " in self.labels else list(self.labels)
        try:
            return Spec(tuple(names), self.width, self.height, self.framing)
        except ValueError as error:
            raise ValueError(f"data.{error}") from None
