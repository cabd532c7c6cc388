"""The optimizer against torch's own."""

import io

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from charnet.spec import Spec
from charnet.training.adamw import AdamW, one_cycle
from charnet.training.cnn import Cnn
from charnet.training.config import ModelConfig
from charnet.training.mlp import Mlp
from charnet.training.network import Network

SPEC = Spec(("l", "o", "z"), 5, 8)
DECAY = 0.2


@pytest.fixture(params=["mlp", "cnn"])
def network(request: pytest.FixtureRequest) -> Network:
    """In double precision, so that only a wrong formula shows, not rounding."""
    torch.manual_seed(0)
    made = Mlp(SPEC, ModelConfig(hidden=7)) if request.param == "mlp" else Cnn(SPEC)
    return made.double().eval()  # without dropout


def twin(network: Network) -> Network:
    copy = Mlp(SPEC, ModelConfig(hidden=7)) if isinstance(network, Mlp) else Cnn(SPEC)
    copy = copy.to(network.output.weight.dtype).eval()
    copy.load_state_dict(network.state_dict())
    return copy


def batch(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    return torch.rand(64, 8, 5, generator=random, dtype=torch.double), torch.randint(3, (64,), generator=random)


def test_five_steps_are_those_of_torchs_adamw(network: Network):
    theirs = twin(network)
    named = dict(theirs.named_parameters())
    decaying = [value for name, value in named.items() if value.ndim > 1 and name != "output.weight"]
    others = [value for name, value in named.items() if value.ndim == 1 or name == "output.weight"]
    groups = [{"params": decaying}, {"params": others, "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.95), weight_decay=DECAY)
    adamw = AdamW(network, DECAY)
    for number in range(5):
        pictures, targets = batch(number)
        lr = 0.02 / (1 + number)
        network.gradients(pictures, targets, 0.05)
        adamw.step(lr, len(targets))
        for group in optimizer.param_groups:
            group["lr"] = lr
        optimizer.zero_grad()
        F.cross_entropy(theirs(pictures), targets, label_smoothing=0.05).backward()
        optimizer.step()
    for mine, other in zip(network.parameters(), theirs.parameters(), strict=True):
        assert (mine - other).abs().max() < 1e-5


def test_the_network_keeps_its_weights_and_reads_the_flat_vector(network: Network):
    pictures, _ = batch(0)
    before = network(pictures)
    adamw = AdamW(network, DECAY)
    assert torch.equal(network(pictures), before)
    with torch.no_grad():
        adamw.weights.zero_()
    assert network(pictures).abs().max() == 0


def test_what_is_stored_goes_on_bit_for_bit(network: Network):
    adamw, stored = AdamW(network, DECAY), io.BytesIO()
    for number in range(6):
        if number == 3:
            torch.save({"model": network.state_dict(), "optimizer": adamw.state_dict()}, stored)
        network.gradients(*batch(number), 0.05)
        adamw.step(0.01, 64)
    stored.seek(0)
    state = torch.load(stored, weights_only=True)
    resumed = twin(network)
    half = AdamW(resumed, DECAY)
    resumed.load_state_dict(state["model"])
    half.load_state_dict(state["optimizer"])
    for number in range(3, 6):
        resumed.gradients(*batch(number), 0.05)
        half.step(0.01, 64)
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), resumed.parameters(), strict=True))


def test_none_of_torchs_optimizers_is_made(network: Network, monkeypatch: pytest.MonkeyPatch):
    """The first one imports torch._dynamo: a second."""
    monkeypatch.setattr(torch.optim.Optimizer, "__init__", lambda *_: pytest.fail("an optimizer was made"))
    AdamW(network, DECAY)


def test_the_schedule_goes_up_and_down():
    rates = [one_cycle(step, 1000) for step in range(1000)]
    assert np.argmax(rates) == pytest.approx(99, abs=1)
    assert max(rates) == pytest.approx(1)
    assert rates[0] < 0.1
    assert rates[-1] == pytest.approx(0, abs=1e-4)
