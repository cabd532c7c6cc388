"""All samples as the network in use sees them: how each is read, which it doubts most, which a drawing is most like."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from charnet.collector.reader import Reader, Reading
from charnet.collector.shelf import Key, Shelf
from charnet.collector.store import Store
from charnet.measure import metrics
from charnet.spec import Spec

FRESH = 2.0  # seconds for which the drawings that others are compared with are not looked for again
ALIKE = 3
CHUNK = 4096  # pictures read at once


@dataclass(frozen=True, slots=True)
class Seen:
    """A sample and what the network makes of it; without a network, or where it can't be read, that is None."""

    label: str
    name: str
    read: str | None = None
    sure: float | None = None  # the likelihood of what is read
    doubt: float | None = None  # 1 less the share of the right label; 1 where the network does not know it
    error: str = ""  # why it can't be read


@dataclass(frozen=True, slots=True)
class _Wall:
    """Unit vectors (n, inputs) of all pictures, and where they come from."""

    spec: Spec
    vectors: npt.NDArray[np.float32]
    places: list[tuple[str, str]]


class Gallery:
    """All may be called by any thread; one at a time looks for what is new."""

    def __init__(self, store: Store, reader: Reader) -> None:
        self._store, self._reader = store, reader
        self._shelves: dict[str, Shelf] = {}
        self._reads: dict[str, dict[Key, tuple[str, float, float]]] = {}  # label -> read, sure, doubt
        self._version = ""
        self._spec: Spec | None = None
        self._lock = threading.Lock()
        self._wall: _Wall | None = None
        self._looked = 0.0

    def listing(self, label: str | None) -> list[Seen]:
        """The samples of a label, or all: what can't be read first, then by falling doubt, then by name."""
        reading = self._reader.now()
        with self._lock:
            self._turn_to(reading)
            labels = self._store.labels if label is None else (label,)
            found = [seen for each in labels for seen in self._seen(each, reading)]
        return sorted(found, key=lambda seen: (not seen.error, -(seen.doubt or 0)))

    def nearest(self, framed: npt.NDArray[np.floating]) -> list[tuple[str, str, float]]:
        """The samples whose ink is most like this, best first: label, name, cosine of the angle between both."""
        reading = self._reader.now()
        if self._lock.acquire(blocking=self._wall is None):  # else others wait for nothing
            try:
                self._turn_to(reading)
                if self._wall is None or time.monotonic() - self._looked > FRESH:
                    self._wall = self._hang()
                    self._looked = time.monotonic()
            finally:
                self._lock.release()
        wall, flat = self._wall, framed.ravel().astype(np.float32)
        if wall is None or not wall.places or wall.vectors.shape[1] != len(flat):
            return []
        likeness = wall.vectors @ (flat / max(float(np.linalg.norm(flat)), 1e-9))
        best = np.argsort(-likeness, kind="stable")[:ALIKE]
        return [(*wall.places[place], float(likeness[place])) for place in best]

    def _turn_to(self, reading: Reading) -> None:
        """Forget what another network made of the samples, and their pictures where this one sees them otherwise."""
        spec = reading.classifier.spec if reading.classifier else Spec()
        if self._spec is None or replace(spec, labels=self._spec.labels) != self._spec:
            self._shelves, self._wall = {}, None
        if reading.version != self._version:
            self._reads = {}
        self._spec, self._version = spec, reading.version

    def _shelf(self, label: str) -> Shelf:
        assert self._spec
        shelf = self._shelves.setdefault(label, Shelf(self._store, label, self._spec))
        shelf.refresh()
        return shelf

    def _seen(self, label: str, reading: Reading) -> list[Seen]:
        shelf = self._shelf(label)
        reads = self._read(shelf, label, reading)
        errors = [Seen(label, key[0], error=text) for key, text in shelf.errors.items()]
        return errors + [Seen(label, key[0], *reads.get(key, ())) for key in shelf.pictures]

    def _read(self, shelf: Shelf, label: str, reading: Reading) -> dict[Key, tuple[str, float, float]]:
        known = self._reads.get(label, {})
        fresh = [key for key in shelf.pictures if key not in known]
        found = {key: row for key, row in known.items() if key in shelf.pictures}
        classifier = reading.classifier
        for at in range(0, len(fresh) if classifier else 0, CHUNK):
            assert classifier
            keys, labels = fresh[at : at + CHUNK], classifier.spec.labels
            pictures = np.stack([shelf.pictures[key] for key in keys]) / np.float32(255)
            likelihoods = classifier.likelihoods(pictures)
            shares, best = metrics.normalise(likelihoods), likelihoods.argmax(axis=1)
            right = shares[:, labels.index(label)] if label in labels else np.zeros(len(keys))
            rows = zip(best.tolist(), likelihoods.max(axis=1).tolist(), (1 - right).tolist(), strict=True)
            found |= {key: (labels[read], sure, doubt) for key, (read, sure, doubt) in zip(keys, rows, strict=True)}
        self._reads[label] = found
        return found

    def _hang(self) -> _Wall:
        assert self._spec
        shelves = [(label, self._shelf(label)) for label in self._store.labels]
        places = [(label, key[0]) for label, shelf in shelves for key in shelf.pictures]
        if self._wall and self._wall.places == places and not any(shelf.changed for _, shelf in shelves):
            return self._wall
        pictures = [picture.ravel() for _, shelf in shelves for picture in shelf.pictures.values()]
        vectors = np.array(pictures, np.float32).reshape(len(pictures), self._spec.inputs)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        for _, shelf in shelves:
            shelf.changed = False
        return _Wall(self._spec, vectors, places)
