"""The example in JavaScript, run by Node as its user would."""

import json
from pathlib import Path

import numpy as np
import pytest
from toolchain import need, run

from charnet.exports.onnx import onnx
from charnet.networks import classify
from charnet.networks.stored import find

EXAMPLE = Path(__file__).parent.parent.parent / "examples/onnx"


@pytest.mark.parametrize("name", ["letters", "letters-cnn"])
def test_javascript_reads_as_python_does(name: str, tmp_path: Path):
    need("node", str(EXAMPLE / "node_modules/onnxruntime-node"))
    (tmp_path / "network.onnx").write_bytes(onnx(find(name)))
    pictures = np.random.default_rng(0).random((5, 160)).astype(np.float32)
    printed = run("node", EXAMPLE / "read.js", tmp_path / "network.onnx", stdin=json.dumps(pictures.tolist()).encode())
    best, found = np.array([line.split() for line in printed.decode().splitlines()], dtype=np.float64).T
    expected = classify.load(name).likelihoods(pictures.reshape(-1, 16, 10))
    assert best.tolist() == expected.argmax(axis=1).tolist()
    assert np.abs(found - expected.max(axis=1)).max() < 1e-5
