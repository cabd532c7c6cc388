"""160-20-26, against its exported file, autograd and scikit-learn."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from samples import make_network
from sklearn.neural_network import MLPClassifier
from torch import nn

from charnet.networks import classify, json_file
from charnet.spec import Spec
from charnet.training import mlp as mlp_module
from charnet.training.config import ModelConfig
from charnet.training.mlp import Mlp


def mlp(spec: Spec, hidden: int = 20, activation: str = "tanh") -> Mlp:
    return Mlp(spec, ModelConfig(hidden=hidden, activation=activation))


def load(model: Mlp, network: json_file.Network, folder: Path) -> tuple[str, ...]:
    json_file.write(folder / "network.json", network)
    return model.load(folder / "network.json")


def test_160_20_26_has_3766_parameters():
    assert sum(parameter.numel() for parameter in mlp(Spec()).parameters()) == 3766


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_the_export_is_the_same_function(activation: str):
    model = mlp(Spec(), 20, activation)
    pictures = torch.rand(50, 16, 10)
    with torch.no_grad():
        expected = model(pictures).sigmoid().numpy()
    found = classify.forward(model.to_network(), pictures.flatten(1).numpy())
    assert np.abs(found - expected).max() < 1e-4


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_loading_is_the_inverse_of_exporting(activation: str, tmp_path: Path):
    network = make_network(Spec())
    model = mlp(Spec(), 20, activation)
    load(model, network, tmp_path)
    x = np.random.default_rng(0).random((20, 160))
    assert np.abs(classify.forward(model.to_network(), x) - classify.forward(network, x)).max() < 1e-5


def test_forward_against_scikit_learn():
    theirs = MLPClassifier((5,), activation="tanh", max_iter=1)
    x, y = np.random.default_rng(0).random((40, 6)), np.arange(40) % 3
    with pytest.warns(UserWarning, match="converge"):
        theirs.fit(x, y)
    ours = mlp(Spec(("a", "b", "c"), 2, 3), 5)
    with torch.no_grad():
        ours.hidden.weight.copy_(torch.from_numpy(theirs.coefs_[0].T))
        ours.hidden.bias.copy_(torch.from_numpy(theirs.intercepts_[0]))
        ours.output.weight.copy_(torch.from_numpy(theirs.coefs_[1].T))
        ours.output.bias.copy_(torch.from_numpy(theirs.intercepts_[1]))
        found = ours(torch.from_numpy(x).float().view(-1, 3, 2)).softmax(dim=1).numpy()
    assert np.abs(found - theirs.predict_proba(x)).max() < 1e-5


@pytest.mark.parametrize(
    ("spec", "hidden", "message"),
    [
        (Spec(width=8), 20, "its width: 8, asked for: 10"),
        (Spec(framing="corner"), 20, "its framing: corner, asked for: moments; add data.framing=corner"),
        (Spec(), 40, "it has 40 hidden units, model.hidden is 20"),
    ],
)
def test_a_network_that_does_not_fit_is_refused(spec: Spec, hidden: int, message: str, tmp_path: Path):
    with pytest.raises(ValueError, match=message):
        load(mlp(Spec()), make_network(spec, hidden), tmp_path)


def test_outputs_of_labels_that_both_know_are_taken_over(tmp_path: Path):
    """The others keep what they start with."""
    theirs = make_network(Spec(("e", "a", "x")))
    model = mlp(Spec(("a", "q", "e")), 20, "logistic")
    before = model.output.weight.detach().clone()
    assert load(model, theirs, tmp_path) == ("a", "e")
    assert np.allclose(model.output.weight[[0, 2]].detach(), theirs.output_weight[[1, 0]], atol=1e-6)
    assert np.allclose(model.output.bias[[0, 2]].detach(), theirs.output_bias[[1, 0]], atol=1e-6)
    assert torch.equal(model.output.weight[1], before[1])
    assert np.allclose(model.hidden.weight.detach(), theirs.hidden_weight, atol=1e-6)


def test_what_no_file_could_keep_is_built_but_not_trained():
    """As by the audit, which keeps none of its networks."""
    spec, config = Spec(("a", "b", "c"), 160, 160), ModelConfig(hidden=100)
    assert Mlp(spec, config).hidden.weight.shape == (100, 25600)
    with pytest.raises(ValueError, match="makes 2,560,300 weights; a weights file holds 1,990,000"):
        Mlp.check(spec, config)


SPEC = Spec(("l", "o", "z"), 5, 8)
SMOOTHING = 0.05


def batch(size: int = 64, seed: int = 0, dtype: torch.dtype = torch.double) -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    return torch.rand(size, 8, 5, generator=random, dtype=dtype), torch.randint(3, (size,), generator=random)


def autograd(model: nn.Module, pictures: torch.Tensor, targets: torch.Tensor) -> list[torch.Tensor]:
    """Gradients as anyone would write them."""
    loss = F.cross_entropy(model(pictures), targets, label_smoothing=SMOOTHING, reduction="sum")
    return list(torch.autograd.grad(loss, list(model.parameters())))


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("dtype", [torch.double, torch.float])
def test_gradients_are_those_of_autograd(activation: str, parts: int, dtype: torch.dtype):
    torch.manual_seed(0)
    model = mlp(SPEC, 7, activation).to(dtype)
    pictures, targets = batch(dtype=dtype)
    model.gradients(torch.rand(3, 8, 5, dtype=dtype), torch.zeros(3, dtype=torch.long), SMOOTHING)  # replaced by:
    columns = []
    for number, part in enumerate(torch.arange(len(targets)).chunk(parts)):
        columns.append(model.gradients(pictures[part], targets[part], SMOOTHING, accumulate=number > 0))
    for parameter, expected in zip(model.parameters(), autograd(model, pictures, targets), strict=True):
        assert (parameter.grad - expected).norm() < 1e-6 * expected.norm()
    assert torch.allclose(torch.cat(columns, dim=1), model(pictures).softmax(1).t(), atol=1e-6)


def test_a_hopeless_answer_gives_finite_gradients():
    model = mlp(SPEC, 7)
    with torch.no_grad():
        model.output.bias.copy_(torch.tensor([-1e4, 0, 1e4]))
    pictures, _ = batch(dtype=torch.float)
    model.gradients(pictures, torch.zeros(len(pictures), dtype=torch.long), SMOOTHING)
    assert all(parameter.grad.isfinite().all() for parameter in model.parameters())
    assert math.isfinite(sum(parameter.grad.sum().item() for parameter in model.parameters()))


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_hidden_units_are_the_weights_as_exported(activation: str):
    model = mlp(SPEC, 7, activation)
    assert np.allclose(model.hidden_units().reshape(7, 40), model.to_network().hidden_weight)


def test_many_labels_have_the_same_gradients_without_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = Spec(tuple("abcde"))
    torch.manual_seed(0)
    network = Mlp(spec, ModelConfig(hidden=4))
    pictures, targets = torch.rand(6, 16, 10), torch.tensor([0, 1, 2, 3, 4, 4])
    network.gradients(pictures, targets, 0.1)
    before = [parameter.grad.clone() for parameter in network.parameters() if parameter.grad is not None]
    monkeypatch.setattr(mlp_module, "MAX_TABLE", 4)
    network.gradients(pictures, targets, 0.1)
    after = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    assert len(before) == 4 and all(torch.allclose(*pair, atol=1e-6) for pair in zip(before, after, strict=True))
