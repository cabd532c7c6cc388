"""The lesson of one step: its numbers are autograd's, and every sum closes as it is shown."""

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

MODULES = ("perceptron.js", "training/one-step.js", "training/lesson.js")
LR, TARGET, UNIT = 0.02, 4, 7
LESSON = f"""(modules, file, ink, pixel, smoothing) => {{
  const lesson = modules["training/lesson.js"];
  const net = modules["perceptron.js"].perceptron({{ ...file, spec: {{ width: 10, height: 16 }} }});
  const settings = {{ lr: {LR}, weightDecay: 0, labelSmoothing: smoothing }};
  const one = new modules["training/one-step.js"].OneStep(net, settings);
  const step = one.step(ink, {TARGET});
  for (let more = 1; more < 100; more += 1) one.step(ink, {TARGET});
  return {{
    errors: lesson.errors(step), flow: lesson.flowBack(net, step, {UNIT}), dLogits: step.dLogits,
    weight: lesson.weightChange(net, step, ink, {UNIT}, pixel), settled: one.step(ink, {TARGET}).after.probabilities,
    change: lesson.change(step.before.probabilities, step.after.probabilities), untouched: net.inputWeights,
    signed: [lesson.signed(-123, 4), lesson.signed(5, 2), lesson.signed(0, 2)],
    largest: lesson.largest([1, -5, 3, 0], 2, [3]),
  }};
}}"""


@pytest.mark.parametrize("smoothing", [0, 0.05])
def test_each_number_is_autograds_and_each_sum_closes(smoothing: float) -> None:
    network = make_network(Spec())
    network = replace(network, hidden_weight=network.hidden_weight / 4)
    random = np.random.default_rng(3)
    ink = random.random(160) * (random.random(160) < 0.4)
    pixel = int(ink.argmax())
    found = call(MODULES, LESSON, json.loads(json_file.dump(network)), ink.tolist(), pixel, smoothing)

    layers = network.hidden_weight, network.hidden_bias, network.output_weight, network.output_bias
    weight, bias, votes, output_bias = (torch.tensor(values, requires_grad=True) for values in layers)
    sums = weight @ torch.tensor(ink) + bias
    hidden = sums.sigmoid()
    logits = votes @ hidden + output_bias
    for value in (sums, hidden, logits):
        value.retain_grad()
    F.cross_entropy(logits[None], torch.tensor([TARGET]), label_smoothing=smoothing).backward()
    shares = logits.detach().softmax(0).numpy()
    close = {"atol": 1e-5, "rtol": 0}

    errors = {name: np.array(values) for name, values in found["errors"].items()}
    np.testing.assert_allclose(errors["got"] / 1e4, shares, atol=1e-4)
    assert (errors["got"].sum(), errors["wanted"].sum(), errors["error"].sum()) == (10000, 10000, 0)
    assert (errors["got"] - errors["wanted"] == errors["error"]).all()
    np.testing.assert_allclose(found["dLogits"], logits.grad, **close)
    np.testing.assert_allclose(errors["error"] / 1e4, logits.grad, atol=2e-4)

    flow = found["flow"]
    parts, scale = flow["parts"], 10 ** flow["parts"]["digits"]
    exact = (votes[:, UNIT] * logits.grad).detach().numpy()
    np.testing.assert_allclose(flow["votes"], network.output_weight[:, UNIT], **close)
    assert np.abs(np.array(parts["values"]) - scale * exact).max() < 1
    assert sum(parts["values"]) == parts["sum"] == pytest.approx(scale * float(hidden.grad[UNIT]), abs=0.5001)
    lit = float(hidden[UNIT].detach())
    assert (flow["dHidden"], flow["dSum"]) == pytest.approx(
        (float(hidden.grad[UNIT]), float(sums.grad[UNIT])), abs=1e-5
    )
    assert (flow["lit"], flow["slope"]) == pytest.approx((lit, lit * (1 - lit)), abs=1e-5)

    change, shown = found["weight"], found["weight"]["shown"]
    gradient = float(weight.grad[UNIT, pixel])
    assert (change["ink"], change["dSum"]) == pytest.approx((ink[pixel], float(sums.grad[UNIT])), abs=1e-5)
    assert change["gradient"] == pytest.approx(gradient, abs=1e-5)
    assert change["ink"] * change["dSum"] == pytest.approx(gradient, abs=1e-5)
    optimizer = torch.optim.AdamW(
        [weight, bias, votes, output_bias], lr=LR, betas=(0.9, 0.95), eps=1e-8, weight_decay=0
    )
    before = float(weight[UNIT, pixel].detach())
    optimizer.step()
    after = float(weight[UNIT, pixel].detach())
    assert (change["before"], change["after"]) == pytest.approx((before, after), abs=1e-5)
    assert shown["before"] + shown["change"] == shown["after"] == pytest.approx(1e4 * after, abs=0.5001)

    shares_after = (votes @ (weight @ torch.tensor(ink) + bias).sigmoid() + output_bias).detach().softmax(0).numpy()
    again = {name: np.array(values) for name, values in found["change"].items()}
    np.testing.assert_allclose(again["after"] / 1e4, shares_after, atol=1e-4)
    assert (again["before"].sum(), again["after"].sum(), again["change"].sum()) == (10000, 10000, 0)
    assert np.argmax(found["settled"]) == TARGET and found["settled"][TARGET] > shares[TARGET]
    np.testing.assert_array_equal(found["untouched"], network.hidden_weight.ravel())
    assert found["signed"] == ["\N{MINUS SIGN}0.0123", "+0.05", "0.00"]
    assert found["largest"] == {"shown": [3, 1], "rest": [2, 0]}
