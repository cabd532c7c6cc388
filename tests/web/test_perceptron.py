"""A network computed unit by unit in the page, compared with NumPy."""

import json

import numpy as np
import pytest
from samples import make_network
from web_modules import Js, name

from charnet.networks import json_file
from charnet.networks.classify import logistic
from charnet.spec import Spec

UNIT_BY_UNIT = """(modules, network, ink, output, muted) => {
  const { perceptron, forward, contributions, attributions, hundredths } = modules["perceptron.js"];
  const net = perceptron(JSON.parse(network));
  const activations = forward(net, ink, new Set(muted));
  const terms = contributions(net, activations.hidden, output);
  return {
    hidden: [...activations.hidden], logits: [...activations.logits], contributions: [...terms],
    attributions: [...attributions(net, ink, output, new Set(muted))],
    shown: hundredths([...terms, net.outputBias[output]]),
  };
}"""


@pytest.mark.parametrize("spec", [Spec(), Spec(("one", "two"), 13, 9)], ids=name)
@pytest.mark.parametrize("muted", [[], [0, 3]])
def test_what_is_shown_adds_up(js: Js, spec: Spec, muted: list[int]) -> None:
    network = make_network(spec, hidden=7)
    ink = np.random.default_rng(1).random(spec.inputs)
    ink[::3] = 0
    network_json = json.loads(json_file.dump(network)) | {"spec": spec.to_dict()}
    output = spec.outputs - 1
    found = js(UNIT_BY_UNIT, json.dumps(network_json), ink.tolist(), output, muted)
    open_units = [unit for unit in range(7) if unit not in muted]
    hidden = np.zeros(7)
    hidden[open_units] = logistic(network.hidden_weight @ ink + network.hidden_bias)[open_units]
    blank = np.zeros(7)
    blank[open_units] = logistic(network.hidden_bias)[open_units]
    contributions = network.output_weight[output] * hidden
    np.testing.assert_allclose(found["hidden"], hidden, atol=1e-12)
    np.testing.assert_allclose(found["logits"], network.output_weight @ hidden + network.output_bias, atol=1e-9)
    np.testing.assert_allclose(found["contributions"], contributions, atol=1e-12)
    # Pixels: all that the ink changes, compared with blank paper; none of it from where no ink is.
    changed = network.output_weight[output] @ (hidden - blank)
    assert sum(found["attributions"]) == pytest.approx(changed, abs=1e-9)
    assert not np.any(np.array(found["attributions"])[::3])
    # Hundredths: each beside its number, their sum the rounded sum.
    exact = 100 * np.append(contributions, network.output_bias[output])
    assert np.abs(np.array(found["shown"]) - exact).max() < 1
    assert sum(found["shown"]) == pytest.approx(exact.sum(), abs=0.5001)


def test_each_pixel_is_a_share_of_each_units_change(js: Js) -> None:
    """One hidden unit: its change is shared out in proportion to what each pixel gave to its sum."""
    spec = Spec(("x",), 2, 1)
    hidden, output = np.array([[2.0, -1.0]]), np.array([[3.0]])
    network = json_file.Network(spec, hidden, np.array([-0.5]), output, np.array([0.1]))
    network_json = json.loads(json_file.dump(network)) | {"spec": spec.to_dict()}
    found = js(UNIT_BY_UNIT, json.dumps(network_json), [1.0, 0.5], 0, [])
    change = 3 * (logistic(np.array(2 - 0.5 - 0.5)) - logistic(np.array(-0.5)))
    np.testing.assert_allclose(found["attributions"], [change * 2 / 1.5, change * -0.5 / 1.5], atol=1e-12)
