"""The network that learns in a browser, against torch: its start, its gradients by autograd, its steps by AdamW."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from node import call
from samples import make_network

from charnet.networks import json_file
from charnet.spec import Spec
from charnet.training.adamw import AdamW, one_cycle
from charnet.training.config import ModelConfig
from charnet.training.mlp import Mlp

MODULES = ("perceptron.js", "training/mlp.js", "training/adamw.js", "training/random.js", "training/one-step.js")
LR, DECAY, SMOOTHING = 0.02, 0.2, 0.05

# All parameters or gradients in the order of torch: hidden weight, hidden bias, output weight, output bias.
IN_ORDER = """function inOrder({ inputWeights, hiddenBias, outputWeights, outputBias }) {
  return [...inputWeights, ...hiddenBias, ...outputWeights, ...outputBias];
}"""

STEPS = f"""(modules, file, activation, pictures, targets, steps) => {{
  {IN_ORDER}
  const {{ Mlp }} = modules["training/mlp.js"];
  const {{ AdamW, oneCycle }} = modules["training/adamw.js"];
  const net = modules["perceptron.js"].perceptron({{ ...file, spec: {{ width: 10, height: 16 }} }});
  const network = new Mlp({{ inputs: 160, hidden: net.hidden, outputs: net.outputBias.length }}, activation).load(net);
  const adamw = new AdamW(network, {DECAY});
  for (let step = 0; step < steps; step += 1) {{
    for (let first = 0; first < targets.length; first += network.batch) {{ // the second batch is a smaller one
      const count = Math.min(network.batch, targets.length - first);
      network.pictures.set(pictures.slice(160 * first, 160 * (first + count)));
      network.targets.set(targets.slice(first, first + count));
      network.gradients(count, {SMOOTHING});
    }}
    adamw.step({LR} * oneCycle(step, steps), targets.length);
  }}
  return inOrder(network.toLogistic());
}}"""

START = """(modules, seed) => {
  const network = new modules["training/mlp.js"].Mlp({ inputs: 160, hidden: 20, outputs: 26 }, "tanh");
  const { inputWeights, hiddenBias } = network.reset(new modules["training/random.js"].Generator(seed)).toLogistic();
  return { inputWeights, hiddenBias, outputBias: network.parameters.outputBias };
}"""

ONE_STEP = f"""(modules, file, ink, target, steps) => {{
  {IN_ORDER}
  const net = modules["perceptron.js"].perceptron({{ ...file, spec: {{ width: 10, height: 16 }} }});
  const one = new modules["training/one-step.js"].OneStep(net, {{ lr: {LR}, weightDecay: {DECAY} }});
  const made = Array.from({{ length: steps }}, () => one.step(ink, target));
  return made.map((step) => ({{ ...step, gradient: inOrder(step.gradient), network: inOrder(step.network) }}));
}}"""


def parameters(network: json_file.Network) -> np.ndarray:
    layers = network.hidden_weight, network.hidden_bias, network.output_weight, network.output_bias
    return np.concatenate([layer.ravel() for layer in layers])


def drawn(count: int) -> np.ndarray:
    """Pictures (count, 160) of which most pixels are paper, as in letters."""
    random = np.random.default_rng(3)
    return random.random((count, 160)) * (random.random((count, 160)) < 0.4)


def small_network() -> json_file.Network:
    """Weights as a trained network has them: its hidden units are not all at their ends."""
    network = make_network(Spec())
    return replace(network, hidden_weight=network.hidden_weight / 4)


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_steps_are_those_of_torch(activation: str, tmp_path):
    stored, pictures = small_network(), drawn(90)
    json_file.write(tmp_path / "network.json", stored)
    targets = np.random.default_rng(1).integers(0, 26, 90)
    model = Mlp(Spec(), ModelConfig("mlp", 20, activation))
    model.load(tmp_path / "network.json")
    adamw, steps = AdamW(model, DECAY), 3
    for step in range(steps):
        adamw.gradient.zero_()
        logits = model(torch.from_numpy(pictures).float().view(-1, 16, 10))
        F.cross_entropy(logits, torch.from_numpy(targets), label_smoothing=SMOOTHING, reduction="sum").backward()
        adamw.step(LR * one_cycle(step, steps), len(targets))
    file = json.loads((tmp_path / "network.json").read_text())
    found = call(MODULES, STEPS, file, activation, pictures.ravel().tolist(), targets.tolist(), steps)
    np.testing.assert_allclose(found, parameters(model.to_network()), atol=1e-5)


@pytest.mark.parametrize("seed", [0, 12345])
def test_a_seed_starts_with_the_weights_of_torch(seed: int):
    torch.manual_seed(seed)
    model = Mlp(Spec(), ModelConfig("mlp", 20, "tanh"))
    found, network = call(MODULES, START, seed), model.to_network()
    np.testing.assert_allclose(found["inputWeights"], network.hidden_weight.ravel(), atol=1e-7)
    np.testing.assert_allclose(found["hiddenBias"], network.hidden_bias, atol=1e-7)
    np.testing.assert_allclose(found["outputBias"], model.output.bias.detach().numpy(), atol=1e-7)


def test_one_step_shows_the_numbers_of_autograd(tmp_path):
    """Each value on the way from the ink to the weights, and back; torch's own AdamW takes the step."""
    stored, ink, target = small_network(), drawn(1), 4
    json_file.write(tmp_path / "network.json", stored)
    found = call(MODULES, ONE_STEP, json.loads((tmp_path / "network.json").read_text()), ink[0].tolist(), target, 2)
    model = Mlp(Spec(), ModelConfig("mlp", 20, "logistic")).double()
    model.load(tmp_path / "network.json")
    hidden, output = model.hidden, model.output
    exact = (stored.hidden_weight, stored.hidden_bias, stored.output_weight, stored.output_bias)
    for parameter, values in zip(model.layers, exact, strict=True):
        parameter.data = torch.from_numpy(values)
    others = [hidden.bias, output.weight, output.bias]
    groups = [{"params": [hidden.weight], "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=LR, betas=(0.9, 0.95), eps=1e-8)
    pictures, targets = torch.from_numpy(ink), torch.tensor([target])
    for step in found:
        optimizer.zero_grad()
        sums = hidden(pictures)
        activations = sums.sigmoid()
        logits = output(activations)
        loss = F.cross_entropy(logits, targets, label_smoothing=SMOOTHING)
        for value in (sums, activations, logits):
            value.retain_grad()
        loss.backward()
        before, close = step["before"], {"atol": 1e-9, "rtol": 0}
        np.testing.assert_allclose(before["sums"], sums[0].detach(), **close)
        np.testing.assert_allclose(before["hidden"], activations[0].detach(), **close)
        np.testing.assert_allclose(before["logits"], logits[0].detach(), **close)
        np.testing.assert_allclose(before["probabilities"], logits[0].detach().softmax(0), **close)
        assert before["loss"] == pytest.approx(loss.item(), abs=1e-9)
        np.testing.assert_allclose(step["dLogits"], logits.grad[0], **close)
        np.testing.assert_allclose(step["dHidden"], activations.grad[0], **close)
        np.testing.assert_allclose(step["dSums"], sums.grad[0], **close)
        gradient = np.concatenate([parameter.grad.ravel() for parameter in model.layers])
        np.testing.assert_allclose(step["gradient"], gradient, **close)
        optimizer.step()
        after = np.concatenate([parameter.detach().ravel() for parameter in model.layers])
        np.testing.assert_allclose(step["network"], after, **close)
        with torch.no_grad():
            np.testing.assert_allclose(step["after"]["logits"], model(pictures)[0], **close)
        # What is shown closes: the wanted shares are whole, the errors cancel.
        assert sum(step["wanted"]) == pytest.approx(1)
        assert sum(step["dLogits"]) == pytest.approx(0, abs=1e-12)
        assert step["after"]["loss"] < step["before"]["loss"]
