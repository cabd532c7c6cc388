"""Small data, made on the spot; the original's real drawings where CHARNET_DATA names them."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from charnet import ink, weights
from charnet.spec import Spec

STROKES = {  # three letters that a tiny network can tell apart
    "l": [[(0.5, 0.1), (0.5, 0.9)]],
    "o": [[(0.5, 0.3), (0.3, 0.6), (0.5, 0.9), (0.7, 0.6), (0.5, 0.3)]],
    "z": [[(0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)]],
}


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; its absence is a failure in CI and a skip elsewhere."""
    folder = Path(os.environ.get("CHARNET_DATA", ""))
    if not os.environ.get("CHARNET_DATA") or not (folder / "original").is_dir():
        message = "CHARNET_DATA does not name the folder of real data"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return folder.resolve()


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder of three letters, eight drawings each, with ink inside."""
    return make_letters(tmp_path / "letters")


def make_letters(root: Path, count: int = 8, seed: int = 0) -> Path:
    random = np.random.default_rng(seed)
    for label, strokes in STROKES.items():
        (root / label).mkdir(parents=True)
        for number in range(count):
            moved = [np.array(stroke) + random.normal(0, 0.03, (len(stroke), 2)) for stroke in strokes]
            (root / label / f"{number}.png").write_bytes(ink.to_png(ink.framed(moved, Spec()), moved))
    return root


@pytest.fixture
def network() -> weights.Network:
    return make_network(Spec())


def make_network(spec: Spec, hidden: int = 20, seed: int = 0) -> weights.Network:
    random = np.random.default_rng(seed)
    return weights.Network(
        spec=spec,
        input_weights=random.normal(0, 1, (spec.inputs, hidden)),
        hidden_bias=random.normal(0, 1, hidden),
        hidden_weights=random.normal(0, 1, (hidden, spec.outputs)),
        output_bias=random.normal(0, 1, spec.outputs),
    )


@pytest.fixture
def save_picture(tmp_path: Path) -> Callable[..., Path]:
    """Save a grey array as a picture file; returns its path."""

    def save(grey: np.ndarray, name: str = "picture.png", **options: object) -> Path:
        path = tmp_path / name
        Image.fromarray(np.asarray(grey, dtype=np.uint8)).save(path, **options)
        return path

    return save
