"""What `collect.py` can be told, with the checks."""

from __future__ import annotations

import re
import shlex
from dataclasses import asdict, dataclass, field
from pathlib import Path

from charnet.letters.config import LettersConfig
from charnet.spec import LOWERCASE, Spec
from charnet.system.settings import one_of, within
from charnet.system.usage import typed

PORT = 8026
MODES = ("draw", "analyze")
MAX_COUNT = 100_000


@dataclass(slots=True)
class CollectConfig:
    """What to draw, where it goes, and where the page is served. `ValueError` names the setting at fault."""

    letter: str = ""
    """The one label to draw, such as e."""
    letters: str = ""
    """Several labels to draw, such as aeiou, or 'yes no' where labels are longer than a character."""
    count: int = 0
    """Drawings of each label; 0 = no end, or free play where no label is named (one of each when mode=analyze)."""
    mode: str = "draw"
    """draw = keep every drawing; analyze = keep only what the network does not read as the label asked for."""
    host: str = "127.0.0.1"
    """Address to serve at; 0.0.0.0 = every address of this computer, with a secret, for a phone."""
    port: int = PORT
    """TCP port; 0 = any free one."""
    open: bool = True
    """Whether to open the page in the browser."""
    weights: str = ""
    """The network that reads along: a file, a run folder or a shipped name; empty = the network in use."""
    data: LettersConfig = field(default_factory=LettersConfig)
    """The letters that the drawings join, as in training."""

    def __post_init__(self) -> None:
        if self.letter and self.letters:
            raise ValueError(f"letter={self.letter} and letters={self.letters}: give one of the two")
        for label in self.wanted:
            if label not in self.spec.labels:
                name = "letter" if self.letter else "letters"
                raise ValueError(
                    f"{name}: {label!r} is not one of the labels {' '.join(self.spec.labels)}; see data.labels"
                )
        if len(set(self.wanted)) < len(self.wanted):
            raise ValueError(f"letters: {self.letters!r} names a label twice; raise count= to draw it more often")
        one_of("mode", self.mode, MODES)
        for name, value, high in (("count", self.count, MAX_COUNT), ("port", self.port, 65535)):
            if type(value) is not int:  # True is an int to isinstance
                raise ValueError(f"{name}: {value!r} is not a whole number")
            within(name, value, 0, high)
        if self.mode == "analyze" and not self.wanted and not self.count:
            raise ValueError("mode=analyze does not know what will be drawn; add letter=e, letters=aeiou or count=1")
        if not self.host:
            raise ValueError("host: empty; leave it out for this computer only, or give 0.0.0.0 for a phone")

    @property
    def spec(self) -> Spec:
        """What a saved sample looks like. Labels that no one named are a to z, or what there is and is asked for."""
        root = Path(self.data.root)
        there = sorted(path.name for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
        labels = dict.fromkeys([label for label in there if not label.startswith(".")] + list(self.wanted))
        return self.data.spec(LOWERCASE if set(labels) <= set(LOWERCASE) else tuple(labels))

    @property
    def train_command(self) -> str:
        """The command that trains on what was drawn."""
        usual = asdict(LettersConfig())
        changed = [f"data.{name}={value}" for name, value in asdict(self.data).items() if value != usual[name]]
        return " ".join([typed("train"), *map(shlex.quote, changed)])

    @property
    def wanted(self) -> tuple[str, ...]:
        """The labels that letter= or letters= name; none when neither does."""
        if self.letter:
            return (self.letter,)
        parts = re.split(r"[,\s]+", self.letters.strip())
        return tuple(filter(None, parts)) if len(parts) > 1 else tuple(self.letters.strip())
