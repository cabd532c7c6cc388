"""The exported file in onnxruntime, as a program that knows nothing of charnet opens it."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from samples import make_network

from charnet.exports.onnx import onnx as export
from charnet.networks import classify, json_file
from charnet.networks.facts import Facts
from charnet.networks.stored import find
from charnet.spec import Spec

STRANGE = Spec(('"', "ä", "日本", "a b"), 3, 5, "fit")


def stored(folder: Path, network: json_file.Network) -> Path:
    json_file.write(folder / "weights.json", network)
    return folder / "weights.json"


@pytest.mark.parametrize("spec", [Spec(), STRANGE, Spec(("one",), 1, 1)], ids=["usual", "strange", "tiny"])
@pytest.mark.parametrize("hidden", [1, 20])
def test_onnxruntime_agrees(spec: Spec, hidden: int, tmp_path: Path):
    network = dataclasses.replace(make_network(spec, hidden), facts=Facts(0.9, "writer", 0.7))
    (tmp_path / "out.onnx").write_bytes(export(stored(tmp_path, network)))
    classifier = classify.load(tmp_path / "out.onnx")
    assert (classifier.spec, classifier.facts) == (spec, network.facts)
    for count in (1, 7, 300):
        pictures = np.random.default_rng(count).random((count, spec.height, spec.width)).astype(np.float32)
        expected = classify.forward(network, pictures.reshape(count, -1))
        assert np.abs(classifier.likelihoods(pictures) - expected).max() < 1e-5


@pytest.mark.parametrize("name", ["letters", "letters-cnn"])
def test_it_opens_without_a_warning(name: str, tmp_path: Path):
    """In a process of its own with onnxruntime's own settings, its warnings included."""
    (tmp_path / "out.onnx").write_bytes(export(find(name)))
    pictures = np.random.default_rng(0).random((3, 16, 10)).astype(np.float32)
    np.save(tmp_path / "pictures.npy", pictures)
    program = (
        "import numpy, onnxruntime\n"
        "onnxruntime.set_default_logger_severity(2)\n"
        "options = onnxruntime.SessionOptions()\n"
        "options.log_severity_level = 2\n"
        "session = onnxruntime.InferenceSession('out.onnx', options, providers=['CPUExecutionProvider'])\n"
        "numpy.save('found.npy', session.run(['likelihoods'], {'pictures': numpy.load('pictures.npy')})[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    expected = classify.load(name).likelihoods(pictures)
    assert np.abs(np.load(tmp_path / "found.npy") - expected).max() < 1e-5
    model = onnx.load(str(tmp_path / "out.onnx"))
    onnx.checker.check_model(model, full_check=True)
    facts = json.loads({item.key: item.value for item in model.metadata_props}["charnet"])
    assert facts["spec"] == Spec().to_dict()


def test_a_convolutional_network_is_copied_as_it_is():
    path = find("letters-cnn")
    assert export(path) == path.read_bytes()


def test_what_is_no_network_is_refused(tmp_path: Path):
    (tmp_path / "torn.onnx").write_bytes(find("letters-cnn").read_bytes()[:5000])
    with pytest.raises(ValueError, match=r"torn\.onnx: not an ONNX file, or damaged"):
        export(tmp_path / "torn.onnx")
    network = dataclasses.replace(make_network(Spec()), hidden_bias=np.full(20, 1e39))
    with pytest.raises(ValueError, match=r"weights\.json: HiddenBias\[0\] is 1e\+39; weights must be between"):
        export(stored(tmp_path, network))


def test_without_its_package_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "onnx", None)  # as where it is not installed
    with pytest.raises(ValueError, match=r"pip install -e '\.\[cnn\]'"):
        export(find("letters"))
