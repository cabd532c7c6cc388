"""One run of the drawing page: the plan, the network that reads along, and what was saved."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from charnet.collector.answers import Answers
from charnet.collector.config import CollectConfig
from charnet.collector.drawing import Strokes
from charnet.collector.plan import Plan
from charnet.collector.store import Store
from charnet.networks import classify
from charnet.pictures import images, ink, paper
from charnet.spec import Spec
from charnet.system.usage import typed


class Session:
    """`picture`, `rank` and `keep` may run in threads; all else belongs to the thread of the event loop."""

    def __init__(self, config: CollectConfig) -> None:
        """`ValueError` or `OSError` when the network that `weights` names can't be read."""
        self.spec = config.spec
        self.train_command = config.train_command
        self.store = Store(Path(config.data.root), config.spec.labels)
        self.plan = Plan.of(config, self.store.counts())
        self.classifier, self.notice = _network(config.weights, self.spec)
        self.saved: Counter[str] = Counter()  # less what was removed again
        self.known: Counter[str] = Counter()  # not kept, since the network read them
        self.drawn_here: set[tuple[str, int]] = set()
        self.answers = Answers()
        self.on_done: Callable[[], None] = lambda: None

    @property
    def reading(self) -> Spec:
        """What the network reads; without one, what is saved."""
        return self.classifier.spec if self.classifier else self.spec

    def picture(self, strokes: Strokes, spec: Spec) -> images.Array:
        """The one way from strokes to a picture. `ValueError` when no ink lies inside the square."""
        framed = ink.framed(strokes, spec)
        if not framed.max() >= paper.BLANK:  # not a number counts as blank too
            raise ValueError("strokes: nothing is drawn inside the square, which reaches from 0 to 1")
        return framed

    def rank(self, framed: images.Array) -> classify.Ranking:
        """Labels with their likelihoods, best first; none without a network."""
        if self.classifier is None:
            return []
        return self.classifier.ranking(self.classifier.likelihoods(framed[None])[0])

    def keep(self, label: str, strokes: Strokes) -> tuple[int, int]:
        """Save a drawing; returns its number and how many the label has now."""
        n = self.store.save(label, ink.to_png(self.picture(strokes, self.spec), strokes))
        return n, self.store.count(label)

    def note_saved(self, label: str, n: int) -> None:
        self.saved[label] += 1
        self.drawn_here.add((label, n))
        self._note_drawn(label)

    def note_known(self, label: str) -> None:
        self.known[label] += 1
        self._note_drawn(label)

    def note_removed(self, label: str, n: int) -> None:
        if (label, n) in self.drawn_here:
            self.drawn_here.remove((label, n))
            self.saved[label] -= 1
            self.plan.drawn[label] -= 1

    def _note_drawn(self, label: str) -> None:
        self.plan.drawn[label] += 1
        if self.plan.done:
            self.on_done()

    def state(self, counts: dict[str, int]) -> dict[str, object]:
        """What the page shows beside the drawing; `counts` samples a label are on the disk."""
        network = self.classifier
        return {
            "plan": self.plan.to_dict(),
            "counts": counts,
            "saved": +self.saved,  # those above zero
            "folder": hashlib.sha256(os.fsencode(self.store.root.resolve())).hexdigest()[:16],
            "size": [self.reading.width, self.reading.height],
            "network": None if network is None else {"name": network.name, **network.spec.to_dict()},
            "notice": self.notice,
            "next": self.train_command,
        }


def _network(weights: str, spec: Spec) -> tuple[classify.Classifier | None, str]:
    """The network that reads along, if there is one, and what a person should know about it."""
    try:
        classifier = classify.load(weights or None)
    except FileNotFoundError:
        if weights:
            raise
        return None, f"There is no ranking yet, for there is no network. Draw some letters, then run: {typed('train')}"
    except ValueError as error:
        if weights:
            raise
        return None, f"There is no ranking, for the network in use can't be read: {error}"
    ours, theirs = (f"{s.width} x {s.height}, framing {s.framing}" for s in (spec, classifier.spec))
    if missing := [label for label in spec.labels if label not in classifier.spec.labels]:
        return classifier, f"The network was not trained on {', '.join(missing)}, so it can't rank them."
    if ours != theirs:
        return classifier, f"The picture is what the network reads ({theirs}); samples are saved as {ours}."
    return classifier, ""
