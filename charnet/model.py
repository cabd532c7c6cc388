"""The networks as torch modules: framed ink (batch, height, width) in, one logit a label (batch, labels) out."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from charnet import calibration, weights
from charnet.spec import Spec


class Mlp(nn.Module):
    """One hidden layer, as in the original: 160-20-26 has 3,766 parameters. The logistic function of a logit is the
    likelihood of its label."""

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

    def calibrate(self, pictures: Tensor, targets: Tensor) -> None:
        """Make the logistic function of each logit the likelihood of its label; see `calibration`."""
        with torch.no_grad():
            hidden = self.activations(pictures)
        calibration.calibrate(self.output, hidden, targets)

    def to_network(self) -> weights.Network:
        """These weights in the original's layout: (from, to) and logistic hidden units."""
        network = weights.Network(
            spec=self.spec,
            input_weights=self.hidden.weight.detach().cpu().double().numpy().T,
            hidden_bias=self.hidden.bias.detach().cpu().double().numpy(),
            hidden_weights=self.output.weight.detach().cpu().double().numpy().T,
            output_bias=self.output.bias.detach().cpu().double().numpy(),
        )
        return weights.from_tanh(network) if self.activation == "tanh" else network

    @torch.no_grad()
    def load_network(self, network: weights.Network) -> None:
        """Take over stored weights. `ValueError` names what does not fit: hidden units, size, framing or labels."""
        have, want = network.spec, self.spec
        for name in ("width", "height", "framing", "labels"):
            ours, theirs = getattr(want, name), getattr(have, name)
            if ours != theirs:
                raise ValueError(f"its {name}: {_plain(theirs)}, asked for: {_plain(ours)}; set data.{name} to match")
        hidden = len(network.hidden_bias)
        if hidden != self.hidden.out_features:
            raise ValueError(
                f"it has {hidden} hidden units, model.hidden is {self.hidden.out_features}; set it to match"
            )
        if self.activation == "tanh":
            network = weights.to_tanh(network)
        self.hidden.weight.copy_(torch.from_numpy(network.input_weights.T))
        self.hidden.bias.copy_(torch.from_numpy(network.hidden_bias))
        self.output.weight.copy_(torch.from_numpy(network.hidden_weights.T))
        self.output.bias.copy_(torch.from_numpy(network.output_bias))


def _plain(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)
