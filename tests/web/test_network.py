import json
from pathlib import Path

import numpy as np
import pytest
import torch
from samples import make_network
from web_modules import Js, name

from charnet.exports.html import content
from charnet.networks import classify, json_file, stored
from charnet.spec import Spec
from charnet.training.cnn import Cnn

READ = """(modules, network, pictures) => {
  const likelihoods = modules["network.js"].prepare(JSON.parse(network));
  return pictures.map((framed) => [...likelihoods(Float32Array.from(framed))]);
}"""


def agrees(js: Js, classifier: classify.Classifier, network: str, pictures: np.ndarray) -> None:
    theirs = js(READ, network, pictures.reshape(len(pictures), -1).tolist())
    np.testing.assert_allclose(theirs, classifier.likelihoods(pictures), rtol=0, atol=1e-5)


@pytest.mark.parametrize("shipped", ["letters", "letters-cnn"])
def test_shipped_networks_agree_with_python(js: Js, shipped: str) -> None:
    classifier = classify.load(shipped)
    random = np.random.default_rng(0)
    pictures = random.random((40, classifier.spec.height, classifier.spec.width), np.float32)
    pictures[::2] *= pictures[::2] > 0.7
    agrees(js, classifier, json.dumps(content(stored.find(shipped))), pictures)


@pytest.mark.parametrize("spec", [Spec(), Spec(("x",), 1, 1), Spec(("one", "two"), 13, 9)], ids=name)
def test_networks_of_any_shape_agree(js: Js, spec: Spec, tmp_path: Path) -> None:
    json_file.write(tmp_path / "weights.json", make_network(spec, hidden=7))
    pictures = np.random.default_rng(1).random((20, spec.height, spec.width), np.float32)
    network = json.dumps(content(tmp_path / "weights.json"))
    agrees(js, classify.load(tmp_path / "weights.json"), network, pictures)


def test_a_convolutional_network_of_another_size_as_training_saves_it_agrees(js: Js, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Cnn(Spec(("l", "o", "z"), 7, 9))
    model(torch.rand(50, 9, 7))  # moves the running means of the batch norms
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, 0.05, 0.2)  # also those that start as zeros
    path = model.save(tmp_path)
    pictures = np.random.default_rng(2).random((20, 9, 7), np.float32)
    agrees(js, classify.load(path), json.dumps(content(path)), pictures)


def test_labels_come_best_first_and_ties_in_their_order(js: Js) -> None:
    rank = """(modules) => modules["network.js"].rank(["a", "b", "c", "d"], Float64Array.of(0.5, 0.9, 0.5, 0.1))"""
    assert js(rank) == [["b", 0.9], ["a", 0.5], ["c", 0.5], ["d", 0.1]]
