"""One hidden layer, as in the original: 160-20-26 has 3,766 parameters. Its gradients are written out by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from charnet.networks import json_checks, json_file
from charnet.networks.facts import NOTHING, Facts
from charnet.spec import Spec
from charnet.training.config import ModelConfig
from charnet.training.network import Network

MAX_TABLE = 1000  # labels up to which a table of soft targets, one column each, is at hand; larger ones take gigabytes


class Mlp(Network):
    """Inputs -> hidden units, tanh or logistic -> one logit a label."""

    threads = 1  # at this size a second thread costs more than it saves (docs/log.md)

    def __init__(self, spec: Spec, config: ModelConfig) -> None:
        super().__init__(spec)
        self.activation = config.activation
        self.hidden = nn.Linear(spec.inputs, config.hidden)
        self.output = nn.Linear(config.hidden, spec.outputs)
        self.layers = [self.hidden.weight, self.hidden.bias, self.output.weight, self.output.bias]

    @classmethod
    def check(cls, spec: Spec, config: ModelConfig) -> None:
        json_checks.check_size(config.hidden, spec)

    def activations(self, pictures: Tensor) -> Tensor:
        sums: Tensor = self.hidden(pictures.flatten(1))
        return sums.tanh() if self.activation == "tanh" else sums.sigmoid()

    @torch.no_grad()
    def gradients(self, pictures: Tensor, targets: Tensor, label_smoothing: float, accumulate: bool = False) -> Tensor:
        """The same as `Network.gradients`, by the chain rule in place of autograd, which takes several times as long.

        Matrices have a column a picture: products of these shapes, and sums over labels, run at twice the speed of the
        usual rows. Scalars stand where torch takes them as they are (`alpha`, `value`): `mul_(2)` makes a tensor of the
        2 first, which takes longer than the product.
        """
        hidden_weight, hidden_bias, output_weight, output_bias = self.layers
        inputs = pictures.flatten(1)  # (batch, inputs)

        if self.activation == "tanh":  # tanh x = 2 logistic(2 x) - 1; torch has vector code for the logistic only
            sums = torch.addmm(hidden_bias.unsqueeze(1), hidden_weight, inputs.t(), alpha=2, beta=2)
            hidden = torch.add(minus_one(sums.device, sums.dtype), sums.sigmoid_(), alpha=2)  # (hidden, batch)
        else:
            hidden = torch.addmm(hidden_bias.unsqueeze(1), hidden_weight, inputs.t()).sigmoid_()
        logits = torch.addmm(output_bias.unsqueeze(1), output_weight, hidden)  # (labels, batch)
        probabilities = logits.softmax(0)

        if self.spec.outputs <= MAX_TABLE:
            soft_targets = smoothed(self.spec.outputs, label_smoothing, logits.device, logits.dtype)
            d_logits = probabilities - soft_targets.index_select(1, targets)
        else:
            d_logits = probabilities - label_smoothing / self.spec.outputs
            d_logits[targets, torch.arange(len(targets), device=targets.device)] -= 1 - label_smoothing
        _set_grad(output_weight, output_bias, d_logits, hidden.t(), accumulate)
        d_hidden = torch.mm(output_weight.t(), d_logits)
        if self.activation == "tanh":  # the derivative of tanh is 1 - tanh^2
            d_sums = d_hidden.addcmul_(d_hidden, hidden.mul_(hidden), value=-1)
        else:  # that of the logistic function h is h (1 - h)
            d_sums = d_hidden.mul_(torch.addcmul(hidden, hidden, hidden, value=-1))
        _set_grad(hidden_weight, hidden_bias, d_sums, inputs, accumulate)
        return probabilities

    def hidden_units(self) -> npt.NDArray[np.floating]:
        weights = self.hidden.weight.detach().cpu().view(-1, self.spec.height, self.spec.width).numpy()
        return weights * 2 if self.activation == "tanh" else weights  # as exported

    def to_network(self, facts: Facts = NOTHING) -> json_file.Network:
        """These weights for the JSON file, whose hidden units are logistic."""
        network = json_file.Network(
            spec=self.spec,
            hidden_weight=self.hidden.weight.detach().cpu().double().numpy(),
            hidden_bias=self.hidden.bias.detach().cpu().double().numpy(),
            output_weight=self.output.weight.detach().cpu().double().numpy(),
            output_bias=self.output.bias.detach().cpu().double().numpy(),
            facts=facts,
        )
        return json_file.from_tanh(network) if self.activation == "tanh" else network

    def save(self, folder: Path, facts: Facts = NOTHING) -> Path:
        """Write weights.json, in the original's layout."""
        json_file.write(folder / "weights.json", self.to_network(facts))
        return folder / "weights.json"

    def read(self, path: Path) -> tuple[Spec, dict[str, Tensor]]:
        if path.suffix == ".onnx":
            raise ValueError("it is a convolutional network; add model=cnn")
        network = json_file.read(path)
        ours, theirs = self.hidden.out_features, len(network.hidden_bias)
        if theirs != ours:
            raise ValueError(f"it has {theirs} hidden units, model.hidden is {ours}; set it to match")
        if self.activation == "tanh":
            network = json_file.to_tanh(network)
        parameters = {
            "hidden.weight": network.hidden_weight,
            "hidden.bias": network.hidden_bias,
            "output.weight": network.output_weight,
            "output.bias": network.output_bias,
        }
        return network.spec, {name: torch.from_numpy(array).float() for name, array in parameters.items()}


def _set_grad(weight: Tensor, bias: Tensor, d_sums: Tensor, inputs: Tensor, accumulate: bool) -> None:
    """A layer's gradients, from those of its sums (outputs, batch) and from its inputs (batch, n)."""
    if weight.grad is None or bias.grad is None:
        weight.grad, bias.grad = torch.mm(d_sums, inputs), d_sums.sum(1)
    elif accumulate:
        weight.grad.addmm_(d_sums, inputs)
        bias.grad.add_(d_sums.sum(1))
    else:
        torch.mm(d_sums, inputs, out=weight.grad)
        torch.sum(d_sums, 1, out=bias.grad)


@cache
def smoothed(labels: int, label_smoothing: float, device: torch.device, dtype: torch.dtype) -> Tensor:
    """Soft targets (labels, targets): a column per target, of which a share is spread evenly over all labels."""
    soft_targets = torch.full((labels, labels), label_smoothing / labels, device=device, dtype=dtype)
    soft_targets.diagonal().add_(1 - label_smoothing)
    return soft_targets


@cache
def minus_one(device: torch.device, dtype: torch.dtype) -> Tensor:
    return torch.tensor(-1.0, device=device, dtype=dtype)
