"""A stored network and a picture -> ranked labels. What programs import; starts in the blink of an eye.

import charnet
charnet.load().rank("image.png")[:3]        # [("m", 0.964), ("n", 0.429), ("u", 0.031)]
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from charnet.networks import json_file, onnx_file
from charnet.pictures import images
from charnet.spec import Spec
from charnet.system import files

OUTPUTS = Path("outputs")  # of runs, in the folder where one works
CURRENT = OUTPUTS / "current"  # the network in use
SHIPPED = Path(__file__).parent / "shipped"
FILES = ("weights.onnx", "weights.json")  # what a folder may hold of a network; of both the first counts

Ranking = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Classifier:
    """A network that is ready to read."""

    spec: Spec
    name: str  # where it came from, for messages
    forward: Callable[[npt.NDArray[np.floating]], npt.NDArray[np.float64]]  # (n, inputs) -> (n, outputs)

    def likelihoods(self, framed: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Framed ink (n, height, width) -> likelihoods (n, labels), each in [0, 1]."""
        return self.forward(framed.reshape(len(framed), -1))

    def ranking(self, likelihoods: npt.NDArray[np.float64]) -> Ranking:
        """The likelihoods (labels,) of one picture -> labels with their likelihoods, best first."""
        order = np.argsort(-likelihoods, kind="stable")
        return [(self.spec.labels[index], float(likelihoods[index])) for index in order]

    def rank(self, source: images.Source) -> Ranking:
        """Any picture -> labels with their likelihoods, best first. Errors as those of `images.read`."""
        return self.ranking(self.likelihoods(images.read(source, self.spec)[None])[0])


def load(where: str | Path | None = None) -> Classifier:
    """Load a network: a file, a run folder or a shipped name; None is the network in use, else the shipped `letters`.

    Raises `FileNotFoundError` when there is none there, `ValueError` for one that can't be read.
    """
    while True:
        path = find(where)
        with suppress(FileNotFoundError):  # `use` has switched to the other kind of file since
            return _read(path)


def _read(path: Path) -> Classifier:
    if path.suffix == ".onnx":
        spec, run = onnx_file.read(path)
        return Classifier(spec, str(path), run)
    network = json_file.read(path)
    return Classifier(network.spec, str(path), lambda pictures: forward(network, pictures))


def find(where: str | Path | None = None) -> Path:
    """The file of a network: see `load`."""
    if where is None:
        where = CURRENT if inside(CURRENT) else "letters"
    path = Path(where)
    if path.is_file():
        return path
    if found := inside(path):
        return found
    if str(where) in shipped():  # also where a folder of that name holds drawings
        return shipped()[str(where)]
    if path.is_dir():
        raise FileNotFoundError(f"{path}: no {' or '.join(FILES)} in this folder; name a run's folder or a file")
    names = ", ".join(sorted(shipped())) or "none yet"
    raise FileNotFoundError(f"{where}: no such weights file, run folder or shipped network (shipped: {names})")


def inside(folder: Path) -> Path | None:
    """The network file of a run folder, or of the one in use."""
    # One look at the folder: between two, `use` might remove the one and bring the other.
    with suppress(OSError), os.scandir(folder) as entries:
        there = {entry.name for entry in entries if entry.is_file()}
        return next((folder / name for name in FILES if name in there), None)
    return None


def use(path: Path) -> None:
    """Make a network file the one in use; whoever reads finds the old one or the new one, at any moment."""
    CURRENT.mkdir(parents=True, exist_ok=True)
    name = f"weights{path.suffix}"
    files.write_bytes(CURRENT / name, path.read_bytes())
    for other in FILES:
        if other != name:
            (CURRENT / other).unlink(missing_ok=True)  # only now: a new JSON file counts once no ONNX file is there


def shipped() -> dict[str, Path]:
    """The networks that the package carries, by name."""
    return {path.stem: path for path in SHIPPED.glob("*") if path.suffix in {Path(name).suffix for name in FILES}}


def forward(network: json_file.Network, pictures: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Pictures (n, inputs) -> outputs (n, labels), in double precision as the original engine."""
    hidden = logistic(pictures.astype(np.float64) @ network.hidden_weight.T + network.hidden_bias)
    return logistic(hidden @ network.output_weight.T + network.output_bias)


def logistic(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # By way of tanh, which does not overflow for large |x|.
    result: npt.NDArray[np.float64] = 0.5 * (1 + np.tanh(0.5 * x))
    return result
