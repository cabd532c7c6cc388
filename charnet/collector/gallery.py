"""How the current network reads the samples, the most doubtful first, and which are most similar to a drawing."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from charnet.collector.network import LoadedNetwork, NetworkLoader
from charnet.collector.store import Store
from charnet.letters import cache
from charnet.measure import metrics
from charnet.spec import Spec

REFRESH = 2.0  # seconds after which `nearest` looks for new samples again
NEIGHBOURS = 3
EXCITING = 12  # samples that light a hidden unit most
BATCH = 4096  # pictures read at once

Key = tuple[str, tuple[int | str, ...]]  # name and version, since a name may later belong to another picture


@dataclass(frozen=True, slots=True)
class SampleReading:
    """A sample as the network reads it; without a network, or where it is no picture, the figures are None."""

    label: str
    name: str
    read: str | None = None  # the label that the network ranks first
    sure: float | None = None  # its likelihood
    doubt: float | None = None  # 1 - the probability of the right label; 1 where the network does not know it
    error: str = ""  # why the file can't be read


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """The index for nearest-neighbour search."""

    vectors: npt.NDArray[np.float32]  # (samples, inputs): the pictures, scaled to length 1
    samples: list[tuple[str, str]]  # label and name


class Gallery:
    """All methods may be called from any thread; only one at a time looks for new samples."""

    def __init__(self, store: Store, network: NetworkLoader) -> None:
        self._store, self._network = store, network
        self._folders: dict[str, _Folder] = {}
        self._readings: dict[str, dict[Key, tuple[str, float, float]]] = {}  # label -> key -> read, sure, doubt
        self._version = ""
        self._spec: Spec | None = None
        self._lock = threading.Lock()
        self._neighbours: _Neighbours | None = None
        self._refreshed = 0.0

    def list_samples(self, label: str | None) -> list[SampleReading]:
        """The samples of a label, or all: unreadable files first, then by falling doubt, then by name."""
        network = self._network.current()
        with self._lock:
            self._set_network(network)
            labels = self._store.labels if label is None else (label,)
            found = [sample for each in labels for sample in self._list_label(each, network)]
        return sorted(found, key=lambda sample: (not sample.error, -(sample.doubt or 0)))

    def nearest(self, framed: npt.NDArray[np.floating]) -> list[tuple[str, str, float]]:
        """The most similar samples, best first: label, name, cosine similarity."""
        network = self._network.current()
        # Where another thread holds the lock, search the index that there is, if any: do not wait for the next one.
        if self._lock.acquire(blocking=False):
            try:
                self._set_network(network)
                if self._neighbours is None or time.monotonic() - self._refreshed > REFRESH:
                    self._neighbours = self._build_index()
                    self._refreshed = time.monotonic()
            finally:
                self._lock.release()
        index, vector = self._neighbours, framed.ravel().astype(np.float32)
        if index is None or not index.samples or index.vectors.shape[1] != len(vector):
            return []
        similarity = index.vectors @ (vector / max(float(np.linalg.norm(vector)), 1e-9))
        best = np.argsort(-similarity, kind="stable")[:NEIGHBOURS]
        return [(*index.samples[row], float(similarity[row])) for row in best]

    def most_exciting(self, unit: int) -> list[tuple[str, str, float]]:
        """The samples that light a hidden unit most, the brightest first: label, name, and the unit's sum.

        Raises `ValueError` for a unit that the network does not have.
        """
        network = self._network.current()
        if network.layers is None or not 0 <= unit < len(network.layers.hidden_bias):
            raise ValueError(f"the network in use has no hidden unit {unit}")
        weights, bias = network.layers.hidden_weight[unit].astype(np.float32), network.layers.hidden_bias[unit]
        with self._lock:
            self._set_network(network)
            folders = [(label, self._folder(label).pictures) for label in self._store.labels]
        samples = [(label, key[0]) for label, pictures in folders for key in pictures]
        if not samples:
            return []
        sums = np.concatenate(
            [np.stack([*pictures.values()]).reshape(len(pictures), -1) @ weights for _, pictures in folders if pictures]
        )
        best = np.argsort(-sums, kind="stable")[:EXCITING]
        return [(*samples[row], float(sums[row] / 255 + bias)) for row in best]

    def _set_network(self, network: LoadedNetwork) -> None:
        """Drop the readings of another network, and the pictures too where this one frames them differently."""
        spec = network.classifier.spec if network.classifier else Spec()
        if self._spec is None or replace(spec, labels=self._spec.labels) != self._spec:
            self._folders, self._neighbours = {}, None
        if network.version != self._version:
            self._readings = {}
        self._spec, self._version = spec, network.version

    def _folder(self, label: str) -> _Folder:
        assert self._spec
        folder = self._folders.setdefault(label, _Folder(self._store, label, self._spec))
        folder.refresh()
        return folder

    def _list_label(self, label: str, network: LoadedNetwork) -> list[SampleReading]:
        folder = self._folder(label)
        readings = self._read_folder(folder, label, network)
        errors = [SampleReading(label, key[0], error=text) for key, text in folder.errors.items()]
        return errors + [SampleReading(label, key[0], *readings.get(key, ())) for key in folder.pictures]

    def _read_folder(self, folder: _Folder, label: str, network: LoadedNetwork) -> dict[Key, tuple[str, float, float]]:
        """Read the pictures that have not been read yet; returns read, sure and doubt of all."""
        known = self._readings.get(label, {})
        readings = {key: row for key, row in known.items() if key in folder.pictures}
        if classifier := network.classifier:
            labels = classifier.spec.labels
            new = [key for key in folder.pictures if key not in known]
            for start in range(0, len(new), BATCH):
                keys = new[start : start + BATCH]
                pictures = np.stack([folder.pictures[key] for key in keys]) / np.float32(255)
                likelihoods = classifier.likelihoods(pictures)
                probabilities, best = metrics.normalise(likelihoods), likelihoods.argmax(axis=1)
                right = probabilities[:, labels.index(label)] if label in labels else np.zeros(len(keys))
                columns = best.tolist(), likelihoods.max(axis=1).tolist(), (1 - right).tolist()
                for key, read, sure, doubt in zip(keys, *columns, strict=True):
                    readings[key] = labels[read], sure, doubt
        self._readings[label] = readings
        return readings

    def _build_index(self) -> _Neighbours:
        """The index of all samples; the one that there is where nothing has changed."""
        assert self._spec
        folders = [(label, self._folder(label)) for label in self._store.labels]
        samples = [(label, key[0]) for label, folder in folders for key in folder.pictures]
        if (
            self._neighbours
            and self._neighbours.samples == samples
            and not any(folder.changed for _, folder in folders)
        ):
            return self._neighbours
        pictures = [picture.ravel() for _, folder in folders for picture in folder.pictures.values()]
        vectors = np.array(pictures, np.float32).reshape(len(pictures), self._spec.inputs)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        for _, folder in folders:
            folder.changed = False
        return _Neighbours(vectors, samples)


class _Folder:
    """The framed pictures of one label in memory; only new ones are read from the disk."""

    def __init__(self, store: Store, label: str, spec: Spec) -> None:
        self._store, self._label, self._spec = store, label, spec
        self._names: list[str] = []
        self.pictures: dict[Key, npt.NDArray[np.uint8]] = {}  # in the order of their names
        self.errors: dict[Key, str] = {}  # of files that can't be read
        self.changed = True  # since the index was built

    def refresh(self) -> None:
        """Read the pictures that were added, and drop those that are gone."""
        names = self._store.names(self._label)
        if names is self._names:  # the store returns the same list while the folder stays the same
            return
        paths = {key: path for name in names for key, path in self._find(name)}
        new = {key: path for key, path in paths.items() if key not in self.pictures and key not in self.errors}
        decoded, _ = cache.decode([str(path) for path in new.values()], self._spec)
        pictures = iter(decoded.pictures)
        for position, key in enumerate(new):
            if position in decoded.skipped:
                self.errors[key] = decoded.skipped[position]
            else:
                self.pictures[key] = next(pictures)
        self.changed = self.changed or bool(new) or len(paths) < len(self.pictures) + len(self.errors)
        self.pictures = {key: self.pictures[key] for key in paths if key in self.pictures}
        self.errors = {key: text for key, text in self.errors.items() if key in paths}
        self._names = names

    def _find(self, name: str) -> list[tuple[Key, Path]]:
        """The key and the file of a sample; none where it is gone, or no file."""
        path = self._store.path(self._label, name)
        with suppress(OSError):
            if path.is_file():
                return [((name, cache.version(path)), path)]
        return []
