"""The settings of `collect.py`, each with its explanation and its check."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

from charnet.letters import naming
from charnet.letters.config import LettersConfig
from charnet.spec import LOWERCASE, Spec
from charnet.system.names import normalise
from charnet.system.settings import one_of, within
from charnet.system.usage import typed
from charnet.system.words import as_typed

PORT = 8026
MODES = ("draw", "analyze")
MAX_COUNT = 100_000


@dataclass(slots=True)
class CollectConfig:
    """What to draw, where it is saved, and where the page is served. A `ValueError` names the wrong setting."""

    letter: str = ""
    """The one label to draw, such as e."""
    letters: str = ""
    """Several labels to draw, such as aeiou, or 'yes no' where labels are longer than a character."""
    count: int = 0
    """Drawings of each label; 0 = no end, or free play if no label is named (one of each when mode=analyze)."""
    mode: str = "draw"
    """draw = keep every drawing; analyze = keep only what the network misreads."""
    host: str = "127.0.0.1"
    """Address to serve at; 0.0.0.0 = all addresses of this computer, for a class: a link for the teacher, one for the
    pupils."""
    pupils_train: bool = False
    """Whether the pupils of a class may train too; the teacher's page has a switch for it."""
    port: int = PORT
    """TCP port; 0 = any free one."""
    open: bool = True
    """Whether to open the page in the browser."""
    weights: str = ""
    """The network that reads the drawings: a file, a run folder or a shipped name; empty = the network in use."""
    only: str = ""
    """The labels that it ranks among: characters and ranges, as in 0-9a-f; empty = all of them."""
    data: LettersConfig = field(default_factory=LettersConfig)
    """The folder of letters that the drawings are saved to; the same settings as in training."""

    def __post_init__(self) -> None:
        if self.letter and self.letters:
            raise ValueError(f"letter={self.letter} and letters={self.letters}: give one of the two")
        for label in self.wanted:
            name = "letter" if self.letter else "letters"
            if label.split() != [label]:
                raise ValueError(f"{name}: {label!r} has a space in it; use a character or a word")
            if label not in self.spec.labels:
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
            raise ValueError("mode=analyze needs to know what will be drawn; add letter=e, letters=aeiou or count=1")
        if not self.host:
            raise ValueError("host: empty; leave it out to serve this computer only, or give 0.0.0.0 for phones")

    @property
    def spec(self) -> Spec:
        """Labels and size of the samples. Without data.labels: a to z, or the letter folders and the labels wanted."""
        root = Path(self.data.root)
        found = naming.folders(root) if root.is_dir() else {}
        labels = dict.fromkeys([*found, *self.wanted])
        return self.data.spec(LOWERCASE if set(labels) <= set(LOWERCASE) else tuple(labels))

    @property
    def train_command(self) -> str:
        """The command that trains on what was drawn."""
        return " ".join([typed("train"), *self._letters_typed()])

    @property
    def collect_command(self) -> str:
        """The command that draws some letters of the same folder."""
        wanted = [as_typed(name, value) for name in ("letter", "letters") if (value := getattr(self, name))]
        return " ".join([typed("collect"), *wanted, f"count={self.count or 3}", *self._letters_typed()])

    def _letters_typed(self) -> list[str]:
        """The settings of the letters that are not the defaults, as they are typed."""
        defaults = asdict(LettersConfig())
        values = asdict(self.data).items()
        return [as_typed(f"data.{name}", value) for name, value in values if value != defaults[name]]

    @property
    def wanted(self) -> tuple[str, ...]:
        """The labels that letter= or letters= names; empty without either."""
        if self.letter:
            return (normalise(self.letter),)
        letters = normalise(self.letters.strip())
        parts = re.split(r"(?<=\w),\s*(?=\w)|\s+", letters)  # a comma among signs is one of them
        return tuple(parts) if len(parts) > 1 else tuple(letters)
