"""The networks as torch modules: framed ink (batch, height, width) in, one logit a label (batch, labels) out.

Both end in a linear layer `output` whose inputs are the `activations`; the logistic function of a logit, once
calibrated, is the likelihood of its label.
"""

from __future__ import annotations

from charnet.networks import json_checks
from charnet.spec import Spec
from charnet.training import onnx_export
from charnet.training.cnn import Cnn
from charnet.training.config import ModelConfig
from charnet.training.mlp import Mlp

__all__ = ["Cnn", "Mlp", "build", "check"]


def build(config: ModelConfig, spec: Spec) -> Mlp | Cnn:
    """The network that the settings ask for, its weights drawn from torch's generator."""
    return Cnn(spec) if config.name == "cnn" else Mlp(spec, config.hidden, config.activation)


def check(config: ModelConfig, spec: Spec) -> None:
    """`ValueError` for a network that no file could keep: too large for JSON, or a cnn without the extra `cnn`."""
    if config.name == "cnn":
        onnx_export.check()
    else:
        json_checks.check_size(config.hidden, spec)
