"""The networks as torch modules: framed ink (batch, height, width) in, one logit a label (batch, labels) out.

Both end in a linear layer `output` whose inputs are the `activations`; the logistic function of a logit, once
calibrated, is the likelihood of its label.
"""

from __future__ import annotations

from charnet.spec import Spec
from charnet.training.cnn import Cnn
from charnet.training.config import ModelConfig
from charnet.training.mlp import Mlp

__all__ = ["Cnn", "Mlp", "build"]


def build(config: ModelConfig, spec: Spec) -> Mlp | Cnn:
    """The network that the settings ask for, its weights drawn from torch's generator."""
    return Cnn(spec) if config.name == "cnn" else Mlp(spec, config.hidden, config.activation)
