"""One run of the drawing page: its settings, its samples and network, the plans, and what was saved."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from charnet.collector.config import CollectConfig
from charnet.collector.counts import FolderCounts, SampleCounter
from charnet.collector.decoding import Decoding
from charnet.collector.gallery import Gallery
from charnet.collector.idempotency import Idempotency
from charnet.collector.network import LoadedNetwork, NetworkLoader
from charnet.collector.plan import Plan, PlanEntry
from charnet.collector.pupils import Pupils
from charnet.collector.store import Store
from charnet.collector.training import Trainer
from charnet.collector.validation import Strokes
from charnet.letters.samples import writer_of
from charnet.pictures import images, ink, paper
from charnet.spec import Spec

MAX_RECENT = 500  # saved samples that the wall can still ask for
MAX_PLANS = 1000  # the oldest is forgotten first
MAX_LABELS = 200  # that the page collects


class Session:
    """`read_disk`, `frame`, `frame_picture` and `save` may run in any thread, all else only in the event loop's."""

    def __init__(self, config: CollectConfig) -> None:
        """Raises `ValueError` or `OSError` when the network that `weights=` names can't be read."""
        self.config = config
        self.spec = config.spec
        self.store = Store(Path(config.data.root), config.spec.labels)
        self.counter = SampleCounter(self.store)
        self.network = NetworkLoader(config.weights, self.spec, config.only)
        self.gallery = Gallery(self.store, self.network)
        self.trainer = Trainer(self.network.follow_network_in_use)
        self.idempotency = Idempotency()
        self.decoding = Decoding()
        self.reading_text = Decoding(at_once=1)  # which takes all cores
        self.gallery_lock = asyncio.Lock()  # held while the gallery is being listed
        self.upload_lock = asyncio.Lock()  # held while an upload is being saved
        self.address = ""  # URL of the page, in a class with the pupils' key
        self.short_address = ""  # the same to type by hand, with a code in place of the key
        self.shared = False  # whether other devices can reach the page: it is a class
        self.pupils = Pupils(self.store.root)
        self.pupils_train = config.pupils_train
        self.folder = hashlib.sha256(os.fsencode(self.store.root.resolve())).hexdigest()[:16]  # an identifier of it
        self.saved: Counter[str] = Counter()  # in this session by label, less those removed again
        self.recognised: Counter[str] = Counter()  # drawings by label that were not kept, since the network read them
        self.recent: deque[tuple[int, str, str]] = deque(maxlen=MAX_RECENT)  # number, label, name; the newest last
        self.last_number = 0  # of those in `recent`
        self.best_game: dict[str, Any] | None = None  # its score, seconds and writer
        self.on_done: Callable[[], None] = lambda: None  # called when a plan is done
        self._drawn: dict[tuple[str, str], PlanEntry] = {}  # by label and name: what was drawn in this session
        self._removed: dict[tuple[str, str], PlanEntry] = {}  # those of it that are in the trash
        self.removed_by_pupils: set[tuple[str, str]] = set()  # by label and name: what they may bring back
        self._template = Plan.of(config, self.store.counts())
        self._plans: dict[str, Plan] = {}  # by writer

    def plan(self, writer: str = "") -> Plan:
        """The plan of a writer; a new writer gets the one that the settings ask for."""
        if writer not in self._plans:
            if len(self._plans) >= MAX_PLANS:
                del self._plans[next(iter(self._plans))]
            self._plans[writer] = replace(self._template, drawn=Counter())
        return self._plans[writer]

    def set_labels(self, text: str) -> tuple[str, ...]:
        """Collect other labels, written as in `data.labels`, beside those that have samples already; returns them.

        Plans keep what is still a label. Raises `ValueError` for what are no labels, or too many, or where
        `data.labels` named them at the start.
        """
        if self.config.data.labels:
            raise ValueError(
                "the page was started with data.labels, which names its letters; leave it out to choose others"
            )
        chosen = replace(self.config.data, labels=text).spec().labels
        labels = sorted({*chosen, *(label for label, count in self.store.counts().items() if count)})
        if len(labels) > MAX_LABELS:
            raise ValueError(f"{len(labels)} letters are more than {MAX_LABELS}; choose fewer")
        self.store.set_labels(labels)
        self.spec = replace(self.spec, labels=tuple(labels))
        self.network.set_samples(self.spec)
        for plan in [self._template, *self._plans.values()]:
            plan.letters = tuple(label for label in plan.letters if label in labels)
            plan.count = plan.count if plan.letters else 0
        return chosen

    def set_plan(self, plan: Plan, writer: str = "") -> None:
        self._plans[writer] = plan

    def frame(self, strokes: Strokes, spec: Spec) -> images.Array:
        """Strokes as a picture. Raises `ValueError` when no ink lies inside the square."""
        framed = ink.framed(strokes, spec)
        if not framed.max() >= paper.BLANK:  # true for NaN too
            raise ValueError("strokes: nothing is drawn inside the square, which reaches from 0 to 1")
        return framed

    def frame_picture(self, content: bytes) -> images.Array:
        """A picture file, framed like the samples. Raises `ValueError` when it can't be read."""
        return images.read(content, self.spec)

    def save(self, label: str, strokes: Strokes, writer: str = "") -> str:
        """Save a drawing as a sample; returns its name."""
        return self.store.save(label, ink.to_png(self.frame(strokes, self.spec), strokes), writer)

    def record_saved(self, label: str, name: str) -> None:
        """Count a drawing that was saved."""
        self.saved[label] += 1
        self._record_drawn(label, name, PlanEntry(label, self.plan(writer_of(name))))

    def record_recognised(self, label: str, writer: str = "") -> None:
        """Count a drawing that was not kept, since the network read it."""
        self.recognised[label] += 1
        self._count(PlanEntry(label, self.plan(writer)))

    def record_uploaded(self, saved: Sequence[tuple[str, str]]) -> None:
        """Count pictures that were uploaded, which are part of no plan."""
        for label, _ in saved:
            self.saved[label] += 1
        for label, name in saved[-MAX_RECENT:]:
            self._show(label, name)

    def record_removed(self, label: str, name: str, by_pupil: bool = False) -> None:
        """Stop counting a drawing, if it was drawn in this session."""
        (self.removed_by_pupils.add if by_pupil else self.removed_by_pupils.discard)((label, name))
        self.recent = deque((row for row in self.recent if row[1:] != (label, name)), MAX_RECENT)
        if entry := self._drawn.pop((label, name), None):
            self._removed[label, name] = entry
            self.saved[label] -= 1
            entry.plan.drawn[entry.label] -= 1

    def record_restored(self, label: str, name: str, new_name: str) -> None:
        """Count a drawing that came back from the trash, if it was counted before."""
        self.removed_by_pupils.discard((label, name))
        if entry := self._removed.pop((label, name), None):
            self.saved[label] += 1
            self._record_drawn(label, new_name, entry)

    def record_moved(self, label: str, name: str, to: str, new_name: str) -> None:
        """Count a drawing under its new label. The plan still counts it as the label that was asked for."""
        self.recent = deque(
            ((n, to, new_name) if (at, was) == (label, name) else (n, at, was) for n, at, was in self.recent),
            MAX_RECENT,
        )
        if entry := self._drawn.pop((label, name), None):
            self._drawn[to, new_name] = entry
            self.saved[label] -= 1
            self.saved[to] += 1

    def _record_drawn(self, label: str, name: str, entry: PlanEntry) -> None:
        self._drawn[label, name] = entry
        self._show(label, name)
        self._count(entry)

    def _show(self, label: str, name: str) -> None:
        self.last_number += 1
        self.recent.append((self.last_number, label, name))

    def _count(self, entry: PlanEntry) -> None:
        entry.plan.drawn[entry.label] += 1
        if entry.plan.done and any(plan is entry.plan for plan in self._plans.values()):
            self.on_done()

    def read_disk(self) -> tuple[FolderCounts, LoadedNetwork]:
        """The counts and the network as they are now. Runs in a thread, so that a slow drive delays nobody else."""
        return self.counter.count(), self.network.current()

    def state(self, counts: FolderCounts, network: LoadedNetwork, writer: str = "") -> dict[str, Any]:
        """What the page shows beside the drawing."""
        spec = network.classifier.spec if network.classifier else self.spec
        return {
            "plan": self.plan(writer).to_dict(),
            "counts": counts.samples,
            "own": counts.own,
            "writers": counts.writers,
            "saved": +self.saved,  # without zeros
            "folder": self.folder,
            "size": [spec.width, spec.height],
            "network": network.summary(),
            "notice": network.notice,
            "train": self.trainer.status.state,
            "next": self.config.train_command,
        }
