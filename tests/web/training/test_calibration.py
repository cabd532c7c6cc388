"""Likelihoods fitted in a browser, against those that Python fits."""

import numpy as np
import torch
from node import call
from torch import nn

from charnet.training import calibration

FIT = """(modules, hidden, outputs, weight, bias, activations, targets) => {
  const parameters = { outputWeight: Float64Array.from(weight), outputBias: Float64Array.from(bias) };
  const { fitOutput } = modules["training/calibration.js"];
  fitOutput({ hidden, outputs, parameters }, Float64Array.from(activations), targets);
  return parameters;
}"""


def test_the_last_layer_is_fitted_alike():
    random = np.random.default_rng(0)
    hidden, outputs, count = 7, 5, 300
    weight, bias = random.normal(size=(outputs, hidden)), random.normal(size=outputs)
    activations = np.tanh(random.normal(size=(count, hidden)))
    noisy = activations @ weight.T + bias + random.normal(size=(count, outputs))
    targets = noisy.argmax(1)
    output = nn.Linear(hidden, outputs).double()
    output.weight.data, output.bias.data = torch.tensor(weight), torch.tensor(bias)
    calibration.fit_output(output, torch.from_numpy(activations), torch.from_numpy(targets))
    given = hidden, outputs, weight.T.ravel().tolist(), bias.tolist(), activations.ravel().tolist(), targets.tolist()
    found = call(("training/calibration.js",), FIT, *given)
    expected = output.weight.detach().numpy()
    np.testing.assert_allclose(np.reshape(found["outputWeight"], (hidden, outputs)).T, expected, atol=1e-6)
    np.testing.assert_allclose(found["outputBias"], output.bias.detach().numpy(), atol=1e-6)
    assert np.abs(expected - weight).max() > 0.05
