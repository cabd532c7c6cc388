"""One run of the drawing page: the plans, the network that reads along, and what was saved."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from charnet.collector.answers import Answers
from charnet.collector.census import Census
from charnet.collector.config import CollectConfig
from charnet.collector.drawing import Strokes
from charnet.collector.gallery import Gallery
from charnet.collector.plan import Asked, Plan
from charnet.collector.reader import Reader, Reading
from charnet.collector.store import Store
from charnet.collector.trainer import Trainer
from charnet.letters.samples import writer_of
from charnet.pictures import images, ink, paper
from charnet.spec import Spec

RECENT = 500  # saved samples that a wall may still ask for
WRITERS = 1000  # whose plans are remembered


@dataclass(frozen=True, slots=True)
class Seen:
    """What the disk says: looked up in a thread, so that a stalled drive stops nobody else."""

    counts: dict[str, int]
    own: dict[str, int]  # without starter letters
    writers: dict[str, int]
    reading: Reading


class Session:
    """`look`, `picture`, `framed` and `keep` may run in threads; all else belongs to the thread of the event loop."""

    def __init__(self, config: CollectConfig) -> None:
        """`ValueError` or `OSError` when the network that `weights` names can't be read."""
        self.config = config
        self.spec = config.spec
        self.store = Store(Path(config.data.root), config.spec.labels)
        self.census = Census(self.store)
        self.reader = Reader(config.weights, self.spec)
        self.gallery = Gallery(self.store, self.reader)
        self.trainer = Trainer(self.reader.follow)
        self.address = ""  # of the page, for a person; with the secret where there is one
        self.shared = False  # whether others than this computer can reach it
        self.turn = asyncio.Lock()  # whose pictures are being added
        self.saved: Counter[str] = Counter()  # less what was removed again
        self.known: Counter[str] = Counter()  # not kept, since the network read them
        self.drawn_here: dict[tuple[str, str], Asked] = {}  # by label and name
        self.removed_here: dict[tuple[str, str], Asked] = {}  # of those the ones in the trash
        self.recent: deque[tuple[int, str, str]] = deque(maxlen=RECENT)  # number, label, name; the newest last
        self.answers = Answers()
        self.on_done: Callable[[], None] = lambda: None
        self._template = Plan.of(config, self.store.counts())
        self._plans: dict[str, Plan] = {}  # by writer
        self.number = 0

    def plan(self, writer: str = "") -> Plan:
        """What this writer is to draw."""
        if writer not in self._plans:
            if len(self._plans) >= WRITERS:
                del self._plans[next(iter(self._plans))]
            self._plans[writer] = replace(self._template, drawn=Counter())
        return self._plans[writer]

    def choose(self, plan: Plan, writer: str = "") -> None:
        """Draw something else, or more, from now on."""
        self._plans[writer] = plan

    def picture(self, strokes: Strokes, spec: Spec) -> images.Array:
        """The one way from strokes to a picture. `ValueError` when no ink lies inside the square."""
        framed = ink.framed(strokes, spec)
        if not framed.max() >= paper.BLANK:  # not a number counts as blank too
            raise ValueError("strokes: nothing is drawn inside the square, which reaches from 0 to 1")
        return framed

    def framed(self, content: bytes) -> images.Array:
        """Any picture file as samples are saved. `ValueError` for what can't be read."""
        return images.read(content, self.spec)

    def keep(self, label: str, strokes: Strokes, writer: str = "") -> str:
        """Save a drawing; returns its name."""
        return self.store.save(label, ink.to_png(self.picture(strokes, self.spec), strokes), writer)

    def note_saved(self, label: str, name: str) -> None:
        self.saved[label] += 1
        self._note_asked(label, name, Asked(label, self.plan(writer_of(name))))

    def note_restored(self, label: str, name: str, found: str) -> None:
        """What came back from the trash, under the name `found`; it counts as drawn if it did before."""
        if asked := self.removed_here.pop((label, name), None):
            self.saved[label] += 1
            self._note_asked(label, found, asked)

    def note_taken(self, saved: Sequence[tuple[str, str]]) -> None:
        """Pictures that were added; they are no drawings of a plan."""
        for label, _ in saved:
            self.saved[label] += 1
        for label, name in saved[-RECENT:]:
            self._show(label, name)

    def note_known(self, label: str, writer: str = "") -> None:
        self.known[label] += 1
        self._note_drawn(Asked(label, self.plan(writer)))

    def note_removed(self, label: str, name: str) -> None:
        self.recent = deque((row for row in self.recent if row[1:] != (label, name)), RECENT)
        if asked := self.drawn_here.pop((label, name), None):
            self.removed_here[label, name] = asked
            self.saved[label] -= 1
            asked.plan.drawn[asked.label] -= 1

    def note_moved(self, label: str, name: str, to: str, found: str) -> None:
        """What was drawn as one label counts as another; what was asked for was drawn all the same."""
        self.recent = deque(
            ((n, to, found) if (at, was) == (label, name) else (n, at, was) for n, at, was in self.recent), RECENT
        )
        if asked := self.drawn_here.pop((label, name), None):
            self.drawn_here[to, found] = asked
            self.saved[label] -= 1
            self.saved[to] += 1

    def _note_asked(self, label: str, name: str, asked: Asked) -> None:
        self.drawn_here[label, name] = asked
        self._show(label, name)
        self._note_drawn(asked)

    def _show(self, label: str, name: str) -> None:
        self.number += 1
        self.recent.append((self.number, label, name))

    def _note_drawn(self, asked: Asked) -> None:
        asked.plan.drawn[asked.label] += 1
        if asked.plan.done and any(plan is asked.plan for plan in self._plans.values()):
            self.on_done()

    def look(self) -> Seen:
        return Seen(self.store.counts(), self.census.own(), self.store.writers(), self.reader.now())

    def state(self, seen: Seen, writer: str = "") -> dict[str, Any]:
        """What the page shows beside the drawing."""
        reading = seen.reading
        spec = reading.classifier.spec if reading.classifier else self.spec
        return {
            "plan": self.plan(writer).to_dict(),
            "counts": seen.counts,
            "own": seen.own,
            "writers": seen.writers,
            "saved": +self.saved,  # those above zero
            "folder": hashlib.sha256(os.fsencode(self.store.root.resolve())).hexdigest()[:16],
            "size": [spec.width, spec.height],
            "network": reading.summary(),
            "notice": reading.notice,
            "train": self.trainer.course.state,
            "next": self.config.train_command,
        }
