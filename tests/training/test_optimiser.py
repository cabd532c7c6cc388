import io
import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from charnet.spec import Spec
from charnet.training import optimiser, tally
from charnet.training.config import OptimConfig
from charnet.training.model import Mlp

SPEC = Spec(("l", "o", "z"), 5, 8)
DECAY, SMOOTH = 0.2, 0.05
Kind = type[optimiser.MlpOptimiser] | type[optimiser.AutogradOptimiser]
CONFIG = OptimConfig(weight_decay=DECAY, label_smoothing=SMOOTH)


@pytest.fixture(params=["tanh", "logistic"])
def model(request: pytest.FixtureRequest) -> Mlp:
    torch.manual_seed(0)
    return Mlp(SPEC, 7, request.param).double()  # so that only a wrong formula shows, not rounding


def batch(size: int = 64, seed: int = 0, dtype: torch.dtype = torch.double) -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    return torch.rand(size, 8, 5, generator=random, dtype=dtype), torch.randint(3, (size,), generator=random)


def copy(model: Mlp) -> Mlp:
    twin = Mlp(SPEC, model.hidden.out_features, model.activation).to(model.hidden.weight.dtype)
    twin.load_state_dict(model.state_dict())
    return twin


def autograd(model: nn.Module, pictures: torch.Tensor, answers: torch.Tensor) -> None:
    """Gradients as anyone would write them."""
    model.zero_grad()
    F.cross_entropy(model(pictures), answers, label_smoothing=SMOOTH).backward()


@pytest.mark.parametrize("parts", [1, 3])
def test_gradients_and_figures_are_those_of_autograd(model: Mlp, parts: int):
    pictures, answers = batch()
    by_hand = optimiser.MlpOptimiser(model, DECAY, SMOOTH)
    for part in torch.arange(len(answers)).chunk(parts):
        by_hand.add(pictures[part], answers[part])
    autograd(model, pictures, answers)
    for mine, parameter in zip(by_hand.gradients, model.parameters(), strict=True):
        assert (mine / len(answers) - parameter.grad).norm() < 1e-6 * parameter.grad.norm()
    loss, right = by_hand.tally()
    assert loss / len(answers) == pytest.approx(F.cross_entropy(model(pictures), answers).item(), rel=1e-9)
    assert right == (model(pictures).argmax(1) == answers).sum()
    assert by_hand.tally() == (0, 0)


def test_gradients_in_single_precision(model: Mlp):
    model.float()
    pictures, answers = batch(dtype=torch.float)
    by_hand = optimiser.MlpOptimiser(model, DECAY, SMOOTH)
    by_hand.add(pictures, answers)
    autograd(model, pictures, answers)
    for mine, parameter in zip(by_hand.gradients, model.parameters(), strict=True):
        assert (mine / len(answers) - parameter.grad).norm() < 1e-6 * parameter.grad.norm()


def test_five_steps_are_those_of_torchs_adamw(model: Mlp):
    twin = copy(model)
    biases_and_last = [twin.hidden.bias, twin.output.weight, twin.output.bias]
    groups = [{"params": [twin.hidden.weight]}, {"params": biases_and_last, "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.95), weight_decay=DECAY)
    by_hand = optimiser.build(model, CONFIG)
    for number in range(5):
        pictures, answers = batch(seed=number)
        rate = 0.02 / (1 + number)
        by_hand.add(pictures, answers)
        by_hand.update(rate)
        for group in optimizer.param_groups:
            group["lr"] = rate
        autograd(twin, pictures, answers)
        optimizer.step()
    for mine, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        assert (mine - theirs).abs().max() < 1e-5


def test_autograds_step_takes_the_same_steps(model: Mlp):
    twin = copy(model)
    one, other = optimiser.build(model, CONFIG), optimiser.AutogradOptimiser(twin, DECAY, SMOOTH)
    for number in range(5):
        pictures, answers = batch(seed=number)
        for way in (one, other):
            way.add(pictures[:40], answers[:40])
            way.add(pictures[40:], answers[40:])
            way.update(0.01)
    for mine, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        assert (mine - theirs).abs().max() < 1e-5
    assert one.tally() == pytest.approx(other.tally())


def test_other_networks_take_the_usual_way():
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(36, 3))
    assert isinstance(optimiser.build(network, CONFIG), optimiser.AutogradOptimiser)


@pytest.mark.parametrize("kind", [optimiser.MlpOptimiser, optimiser.AutogradOptimiser])
def test_what_is_stored_goes_on_bit_for_bit(
    model: Mlp, kind: type[optimiser.MlpOptimiser | optimiser.AutogradOptimiser]
):
    whole = kind(model, DECAY, SMOOTH)
    stored = io.BytesIO()
    for number in range(6):
        if number == 3:
            torch.save({"model": model.state_dict(), "optimiser": whole.state_dict()}, stored)
        whole.add(*batch(seed=number))
        whole.update(0.01)
    stored.seek(0)
    state = torch.load(stored, weights_only=True)
    resumed = copy(model)
    half = kind(resumed, DECAY, SMOOTH)
    resumed.load_state_dict(state["model"])
    half.load_state_dict(state["optimiser"])
    for number in range(3, 6):
        half.add(*batch(seed=number))
        half.update(0.01)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), resumed.parameters(), strict=True))


def test_a_hopeless_answer_gives_finite_figures():
    model = Mlp(SPEC, 7, "tanh")
    by_hand = optimiser.MlpOptimiser(model, DECAY, SMOOTH)
    with torch.no_grad():
        model.output.bias.copy_(torch.tensor([-1e4, 0, 1e4]))
    pictures, _ = batch(dtype=torch.float)
    by_hand.add(pictures, torch.zeros(len(pictures), dtype=torch.long))
    by_hand.update(0.01)
    assert all(math.isfinite(figure) for figure in by_hand.tally())
    assert all(torch.isfinite(parameter).all() for parameter in model.parameters())


def test_the_mlps_step_needs_none_of_torchs_optimisers(model: Mlp, monkeypatch: pytest.MonkeyPatch):
    """The first one imports torch._dynamo: two seconds."""
    monkeypatch.setattr(torch.optim.Optimizer, "__init__", lambda *_: pytest.fail("an optimiser was made"))
    optimiser.build(model, CONFIG)


def test_figures_of_many_microbatches(model: Mlp):
    """More than are kept waiting at once."""
    by_hand = optimiser.build(model, CONFIG)
    pictures, answers = batch(3 * tally.KEPT + 5)
    for one in range(len(answers)):
        by_hand.add(pictures[one : one + 1], answers[one : one + 1])
    loss, right = by_hand.tally()
    assert loss == pytest.approx(F.cross_entropy(model(pictures), answers, reduction="sum").item())
    assert right == (model(pictures).argmax(1) == answers).sum()


@pytest.mark.parametrize("kind", [optimiser.MlpOptimiser, optimiser.AutogradOptimiser])
def test_what_is_no_number_is_never_right(model: Mlp, kind: Kind):
    diverged = kind(model, DECAY, SMOOTH)
    pictures, answers = batch()
    diverged.add(pictures * math.nan, answers)
    loss, right = diverged.tally()
    assert math.isnan(loss)
    assert right == 0
