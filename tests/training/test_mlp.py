"""160-20-26, against its exported file and scikit-learn."""

import numpy as np
import pytest
import torch
from samples import make_network
from sklearn.neural_network import MLPClassifier

from charnet.networks import classify
from charnet.spec import Spec
from charnet.training import model
from charnet.training.config import ModelConfig
from charnet.training.mlp import Mlp


def test_160_20_26_has_3766_parameters():
    assert sum(parameter.numel() for parameter in Mlp(Spec(), 20, "tanh").parameters()) == 3766


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_the_export_is_the_same_function(activation: str):
    model = Mlp(Spec(), 20, activation)
    pictures = torch.rand(50, 16, 10)
    with torch.no_grad():
        expected = model(pictures).sigmoid().numpy()
    found = classify.forward(model.to_network(), pictures.flatten(1).numpy())
    assert np.abs(found - expected).max() < 1e-4


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_loading_is_the_inverse_of_exporting(activation: str):
    network = make_network(Spec())
    model = Mlp(Spec(), 20, activation)
    model.load_network(network)
    x = np.random.default_rng(0).random((20, 160))
    assert np.abs(classify.forward(model.to_network(), x) - classify.forward(network, x)).max() < 1e-5


def test_forward_against_scikit_learn():
    theirs = MLPClassifier((5,), activation="tanh", max_iter=1)
    x, y = np.random.default_rng(0).random((40, 6)), np.arange(40) % 3
    with pytest.warns(UserWarning, match="converge"):
        theirs.fit(x, y)
    ours = Mlp(Spec(("a", "b", "c"), 2, 3), 5, "tanh")
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
def test_a_network_that_does_not_fit_is_refused(spec: Spec, hidden: int, message: str):
    with pytest.raises(ValueError, match=message):
        Mlp(Spec(), 20, "tanh").load_network(make_network(spec, hidden))


def test_outputs_of_labels_that_both_know_are_taken_over():
    """The others keep what they start with."""
    theirs = make_network(Spec(("e", "a", "x")))
    model = Mlp(Spec(("a", "q", "e")), 20, "logistic")
    before = model.output.weight.detach().clone()
    assert model.load_network(theirs) == ("a", "e")
    assert np.allclose(model.output.weight[[0, 2]].detach(), theirs.output_weight[[1, 0]], atol=1e-6)
    assert np.allclose(model.output.bias[[0, 2]].detach(), theirs.output_bias[[1, 0]], atol=1e-6)
    assert torch.equal(model.output.weight[1], before[1])
    assert np.allclose(model.hidden.weight.detach(), theirs.hidden_weight, atol=1e-6)


def test_what_no_file_could_keep_is_built_but_not_trained():
    """As by the audit, which keeps none of its networks."""
    spec, config = Spec(("a", "b", "c"), 160, 160), ModelConfig(hidden=100)
    assert model.build(config, spec).hidden.weight.shape == (100, 25600)
    with pytest.raises(ValueError, match="makes 2,560,300 weights; a weights file holds 1,990,000"):
        model.check(config, spec)
