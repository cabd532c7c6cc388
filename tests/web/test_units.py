"""What the page says of a hidden unit, compared with the routines of hidden.png and with NumPy."""

import json

import numpy as np
import pytest
from node import call
from samples import make_network

from charnet.networks import json_file
from charnet.networks.classify import logistic
from charnet.networks.display import scaled
from charnet.spec import Spec

UNITS = """(modules, file, ink) => {
  const { perceptron, forward } = modules["perceptron.js"];
  const { weightsOf, largeWeight, voices, excitation, shownTerms } = modules["units.js"];
  const net = perceptron(file);
  const { hidden } = forward(net, ink);
  return Array.from({ length: net.hidden }, (_, unit) => {
    const weights = weightsOf(net, unit);
    const large = largeWeight(weights);
    return { shades: weights.map((weight) => weight / large), ...voices(net, unit), ...excitation(net, ink, unit),
      votes: net.spec.labels.map((_, output) => shownTerms(net, hidden, output)[unit]) };
  });
}"""


@pytest.mark.parametrize("spec", [Spec(), Spec(("one", "two"), 13, 9)], ids=["letters", "two"])
def test_a_unit_is_shown_as_in_hidden_png_and_its_numbers_add_up(spec: Spec) -> None:
    network = make_network(spec, hidden=7)
    ink = np.random.default_rng(1).random(spec.inputs)
    ink[::3] = 0
    file = json.loads(json_file.dump(network)) | {"spec": spec.to_dict()}
    found = call(("perceptron.js", "units.js"), UNITS, file, ink.tolist())
    weights = network.hidden_weight.reshape(7, spec.height, spec.width)
    shades = np.clip([unit["shades"] for unit in found], -1, 1).reshape(weights.shape)
    np.testing.assert_allclose(shades, scaled(weights, weights), atol=1e-12)
    hidden = logistic(network.hidden_weight @ ink + network.hidden_bias)
    for h, unit in enumerate(found):
        order = np.argsort(-network.output_weight[:, h], kind="stable")
        assert unit["speaksFor"] == [spec.labels[o] for o in order if network.output_weight[o, h] > 0][:3]
        assert unit["against"] == [spec.labels[o] for o in order[::-1] if network.output_weight[o, h] < 0][:3]
        parts = network.hidden_weight[h] * ink
        np.testing.assert_allclose(unit["parts"], parts, atol=1e-12)
        shown = unit["shown"]
        assert shown["excites"] + shown["inhibits"] + shown["bias"] == shown["sum"]
        assert shown["sum"] == pytest.approx(100 * (parts.sum() + network.hidden_bias[h]), abs=0.5001)
        exact = [parts.clip(0).sum(), parts.clip(None, 0).sum(), network.hidden_bias[h]]
        assert np.abs(np.array([shown["excites"], shown["inhibits"], shown["bias"]]) - 100 * np.array(exact)).max() < 1
        assert np.abs(np.array(unit["votes"]) - 100 * network.output_weight[:, h] * hidden[h]).max() < 1
