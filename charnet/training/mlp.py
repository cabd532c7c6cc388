"""One hidden layer, as in the original, as a torch module: 160-20-26 has 3,766 parameters."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from charnet.networks import json_file
from charnet.networks.facts import NOTHING, Facts
from charnet.spec import Spec
from charnet.training.inherit import check_inputs, take_over


class Mlp(nn.Module):
    """Framed ink (batch, height, width) in, one logit a label (batch, labels) out."""

    def __init__(self, spec: Spec, hidden: int, activation: str) -> None:
        super().__init__()
        self.spec = spec
        self.activation = activation
        self.hidden = nn.Linear(spec.inputs, hidden)
        self.output = nn.Linear(hidden, spec.outputs)

    def forward(self, pictures: Tensor) -> Tensor:
        logits: Tensor = self.output(self.activations(pictures))
        return logits

    def activations(self, pictures: Tensor) -> Tensor:
        """What the hidden units make of pictures, (batch, hidden)."""
        sums: Tensor = self.hidden(pictures.flatten(1))
        return sums.tanh() if self.activation == "tanh" else sums.sigmoid()

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

    def load(self, path: Path) -> tuple[str, ...]:
        """Take over stored weights; the labels whose outputs it had, the others start afresh. `ValueError` names what
        does not fit."""
        if path.suffix == ".onnx":
            raise ValueError("it is a convolutional network; add model=cnn")
        return self.load_network(json_file.read(path))

    @torch.no_grad()
    def load_network(self, network: json_file.Network) -> tuple[str, ...]:
        """The same from a network that was read already."""
        check_inputs(network.spec, self.spec)
        hidden = len(network.hidden_bias)
        if hidden != self.hidden.out_features:
            raise ValueError(
                f"it has {hidden} hidden units, model.hidden is {self.hidden.out_features}; set it to match"
            )
        if self.activation == "tanh":
            network = json_file.to_tanh(network)
        self.hidden.weight.copy_(torch.from_numpy(network.hidden_weight))
        self.hidden.bias.copy_(torch.from_numpy(network.hidden_bias))
        weight, bias = (torch.from_numpy(array).float() for array in (network.output_weight, network.output_bias))
        return take_over(self.output, self.spec, network.spec, weight, bias)
