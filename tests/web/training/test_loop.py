"""The training loop of a browser, against Python's on the same letters."""

import re
from dataclasses import asdict

import numpy as np
import pytest
import torch
from node import call

from charnet.spec import Spec
from charnet.training import loop
from charnet.training.checkpoint import State
from charnet.training.config import AugmentConfig, ModelConfig, OptimConfig, TrainConfig
from charnet.training.data import Fold, LetterTensors
from charnet.training.mlp import Mlp

STILL = AugmentConfig(0, 0, 0, 0, 0, 0, 0)
SPEC = Spec(tuple("abc"))
MODULES = ("training/loop.js", "training/mlp.js", "training/random.js")

# Trains and returns the epochs, the network that is kept and the best epoch; `most` ends the training early.
FIT = """(modules, letters, fold, settings, most) => {
  const { fit, DEFAULTS } = modules["training/loop.js"];
  const network = new modules["training/mlp.js"].Mlp({ inputs: 160, hidden: 6, outputs: 3 }, "tanh", 16);
  network.reset(new modules["training/random.js"].Generator(0));
  const ours = { ...letters, pictures: Uint8Array.from(letters.pictures) };
  const indices = { train: Int32Array.from(fold.train), heldOut: Int32Array.from(fold.heldOut) };
  const config = { ...DEFAULTS, ...settings, augment: { ...DEFAULTS.augment, ...settings.augment } };
  const epochs = [];
  try {
    for (const epoch of fit(network, ours, indices, config, { width: 10, height: 16 })) {
      epochs.push(epoch);
      if (epochs.length === most) break;
    }
  } catch (error) {
    return error.message;
  }
  const { inputWeights, hiddenBias } = network.toLogistic();
  return { epochs, inputWeights, hiddenBias };
}"""


def drawn(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (n, 16, 10) of three kinds that are hard to tell apart, and which each is."""
    random = np.random.default_rng(0)
    kinds = random.integers(0, 256, (3, 16, 10))
    targets = np.arange(count) % 3
    noise = random.integers(0, 256, (count, 16, 10))
    return ((kinds[targets] + 4 * noise) / 5).astype(np.uint8), targets


def trained(settings: dict, held_out: int = 0, most: int = 0):
    pictures, targets = drawn(60)
    letters = {"pictures": pictures.ravel().tolist(), "targets": targets.tolist()}
    fold = {"train": list(range(held_out, 60)), "heldOut": list(range(held_out))}
    return call(MODULES, FIT, letters, fold, settings, most)


def test_epochs_are_those_of_python():
    """Undistorted and in batches of all, so that nothing is random but the start, which is the same."""
    pictures, targets = drawn(60)
    letters = LetterTensors(torch.from_numpy(pictures)[None], torch.from_numpy(targets))
    config = TrainConfig(ModelConfig("mlp", 6), optim=OptimConfig(epochs=40, lr=0.05), augment=STILL)
    torch.manual_seed(0)
    network, state = Mlp(SPEC, config.model), State()
    fold = Fold(0, "epoch", torch.arange(20, 60), torch.arange(20), selects_best=True)
    expected = list(loop.fit(network, letters, fold, config, state))
    network.load_state_dict(state.best_model)
    found = trained({"epochs": 40, "lr": 0.05, "augment": asdict(STILL)}, held_out=20)
    assert len(found["epochs"]) == len(expected) == 40
    for ours, theirs in zip(found["epochs"], expected, strict=True):
        assert ours["number"] == theirs.number
        assert ours["lr"] == pytest.approx(theirs.lr, abs=1e-12)
        assert ours["loss"] == pytest.approx(theirs.loss, abs=1e-4)
        assert ours["accuracy"] == pytest.approx(theirs.accuracy)
        assert ours["validation"]["loss"] == pytest.approx(theirs.validation.loss, abs=1e-4)
        assert ours["validation"]["accuracy"] == pytest.approx(theirs.validation.accuracy)
    assert 1 < state.best_epoch < 40, "the best epoch is neither the first nor the last"
    stored = network.to_network()
    np.testing.assert_allclose(found["inputWeights"], stored.hidden_weight.ravel(), atol=1e-3)
    np.testing.assert_allclose(found["hiddenBias"], stored.hidden_bias, atol=1e-3)


def test_a_training_that_is_ended_early_keeps_its_best_epoch():
    settings = {"epochs": 40, "lr": 0.5, "augment": asdict(STILL)}
    whole, early = trained(settings, 20), trained(settings, 20, most=35)
    assert early["epochs"] == whole["epochs"][:35]
    best = min(early["epochs"], key=lambda epoch: epoch["validation"]["loss"])["number"]
    assert best < 35
    assert early["inputWeights"] == trained(settings, 20, most=best)["inputWeights"]


def test_distorted_drawings_are_learned_in_small_batches():
    found = trained({"epochs": 60, "batchSize": 25, "seed": 3})
    assert found == trained({"epochs": 60, "batchSize": 25, "seed": 3})
    assert found["epochs"][0]["accuracy"] < 0.7 < 0.9 < found["epochs"][-1]["accuracy"]
    assert found["epochs"][-1]["validation"] is None


def test_a_training_that_diverges_says_so():
    message = trained({"epochs": 5, "lr": 1e200})
    assert re.fullmatch(r"Training diverged in epoch [1-5]; lower the learning rate\.", message)
