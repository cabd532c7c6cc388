"""Letters and networks made on the spot."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from charnet.networks import json_file
from charnet.networks.likeness import Likeness
from charnet.pictures import ink
from charnet.spec import Spec

STROKES = {  # three letters that a tiny network can tell apart
    "l": [[(0.5, 0.1), (0.5, 0.9)]],
    "o": [[(0.5, 0.3), (0.3, 0.6), (0.5, 0.9), (0.7, 0.6), (0.5, 0.3)]],
    "z": [[(0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)]],
}


def make_letters(root: Path, count: int = 8, seed: int = 0) -> Path:
    random = np.random.default_rng(seed)
    for label, strokes in STROKES.items():
        (root / label).mkdir(parents=True)
        for number in range(count):
            moved = [np.array(stroke) + random.normal(0, 0.03, (len(stroke), 2)) for stroke in strokes]
            (root / label / f"{number}.png").write_bytes(ink.to_png(ink.framed(moved, Spec()), moved))
    return root


def make_likeness(labels: int, mirrored: int) -> Likeness:
    random = np.random.default_rng(labels)
    tables = [random.normal(size=(rows, labels)) for rows in (labels, labels, mirrored)]
    return Likeness(*tables, limit=9.0)


def make_network(spec: Spec, hidden: int = 20, seed: int = 0) -> json_file.Network:
    random = np.random.default_rng(seed)
    return json_file.Network(
        spec=spec,
        hidden_weight=random.normal(0, 1, (hidden, spec.inputs)),
        hidden_bias=random.normal(0, 1, hidden),
        output_weight=random.normal(0, 1, (spec.outputs, hidden)),
        output_bias=random.normal(0, 1, spec.outputs),
    )


def photo() -> bytes:
    """A PNG of a dark bar on grey paper."""
    picture = Image.new("L", (120, 160), 230)
    picture.paste(20, (50, 20, 70, 140))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
