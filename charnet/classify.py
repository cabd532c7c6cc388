"""A stored network and a picture -> ranked labels. What programs import; starts in the blink of an eye.

from charnet import classify
classifier = classify.load()
classifier.rank("image.png")[:3]        # [("m", 0.964), ("n", 0.429), ("u", 0.031)]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from charnet import images, onnx_file, weights
from charnet.spec import Spec

OUTPUTS = Path("outputs")  # of runs, in the folder where one works
CURRENT = OUTPUTS / "current"  # the network in use
SHIPPED = Path(__file__).parent / "networks"
FILES = ("weights.json", "weights.onnx")  # what a run folder holds of a network

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
    path = find(where)
    if path.suffix == ".onnx":
        spec, run = onnx_file.read(path)
        return Classifier(spec, str(path), run)
    network = weights.read(path)
    return Classifier(network.spec, str(path), lambda pictures: forward(network, pictures))


def find(where: str | Path | None = None) -> Path:
    """The file of a network: see `load`."""
    if where is None:
        where = CURRENT if newest(CURRENT) else "letters"
    path = Path(where)
    if path.is_file():
        return path
    if inside := newest(path):
        return inside
    if str(where) in shipped():  # also where a folder of that name holds drawings
        return shipped()[str(where)]
    if path.is_dir():
        raise FileNotFoundError(f"{path}: no {' or '.join(FILES)} in this folder; name a run's folder or a file")
    names = ", ".join(sorted(shipped())) or "none yet"
    raise FileNotFoundError(f"{where}: no such weights file, run folder or shipped network (shipped: {names})")


def newest(folder: Path) -> Path | None:
    """The network file of a run folder; of two, left by a change of model, the later one."""
    found = [folder / name for name in FILES if (folder / name).is_file()]
    return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)


def shipped() -> dict[str, Path]:
    """The networks that the package carries, by name."""
    return {path.stem: path for path in SHIPPED.glob("*") if path.suffix in {Path(name).suffix for name in FILES}}


def forward(network: weights.Network, pictures: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Pictures (n, inputs) -> outputs (n, labels), in double precision as the original engine."""
    hidden = logistic(pictures.astype(np.float64) @ network.input_weights + network.hidden_bias)
    return logistic(hidden @ network.hidden_weights + network.output_bias)


def logistic(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # By way of tanh, which does not overflow for large |x|.
    result: npt.NDArray[np.float64] = 0.5 * (1 + np.tanh(0.5 * x))
    return result
