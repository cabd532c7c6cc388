import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from charnet.measure import likeness
from charnet.spec import Spec
from charnet.training import calibration, fitting, loop
from charnet.training.config import TrainConfig
from charnet.training.data import Fold, LetterTensors
from charnet.training.network import Network

torch.manual_seed(0)
HIDDEN = torch.randn(400, 6, dtype=torch.float64)
TARGETS = (HIDDEN @ torch.randn(6, 5, dtype=torch.float64)).argmax(dim=1)


@pytest.mark.parametrize("wide", [1024, 4])
def test_rankings_stay_and_outputs_become_likelihoods(wide: int, monkeypatch: pytest.MonkeyPatch):
    """Also where only a scale and an offset are fitted, since the layer reads more than `MAX_FEATURES`."""
    monkeypatch.setattr(calibration, "MAX_FEATURES", wide)
    output = nn.Linear(6, 5, dtype=torch.float64)
    optimizer = torch.optim.Adam(output.parameters(), lr=0.05)
    for _ in range(200):
        optimizer.zero_grad()
        nn.functional.cross_entropy(output(HIDDEN), TARGETS).backward()
        optimizer.step()
    with torch.no_grad():
        output.bias += 7  # softmax does not see it; read as likelihoods, all would be near 1
        before = output(HIDDEN)
    calibration.fit_output(output, HIDDEN, TARGETS)
    with torch.no_grad():
        after = output(HIDDEN)
    assert torch.equal(before.argsort(dim=1), after.argsort(dim=1))
    right = torch.zeros(400, 5, dtype=torch.bool).scatter(1, TARGETS[:, None], True)
    assert before.sigmoid()[~right].mean() > 0.8
    assert after.sigmoid()[~right].mean() < 0.2
    assert after.sigmoid()[right].mean() > 0.45
    loss = nn.functional.binary_cross_entropy_with_logits
    assert loss(after, right.double()) < loss(before, right.double()) / 4


@pytest.fixture
def fitted(config: TrainConfig) -> tuple[Network, LetterTensors, Fold]:
    """A network that reads three labels, and drawings of them: 60 of each to train on and 30 held out."""
    spec = Spec(("l", "o", "z"))
    random = np.random.default_rng(0)
    pictures, targets = np.zeros((270, 16, 10), np.uint8), np.arange(270) % 3
    pictures[targets == 0, 2:14, 4:6] = 255
    pictures[targets == 1, 4:12, 2:8], pictures[targets == 1, 6:10, 4:6] = 255, 0
    pictures[targets == 2, 3:5, 1:9] = pictures[targets == 2, 12:14, 1:9] = 255
    noisy = np.clip(pictures + random.normal(0, 40, pictures.shape), 0, 255).astype(np.uint8)
    letters = LetterTensors(torch.from_numpy(noisy)[None], torch.from_numpy(targets))
    fold = Fold(0, "epoch", torch.arange(180), torch.arange(180, 270), selects_best=True)
    network = fitting.build(config, spec, 0)
    for _ in loop.fit(network, letters, fold, config):
        pass
    return network, letters, fold


def test_likeness_is_that_of_the_training_letters(fitted: tuple[Network, LetterTensors, Fold]) -> None:
    network, letters, fold = fitted
    found = calibration.likeness_from(network, letters, fold, 0.0)
    assert found == calibration.likeness_from(network, letters, fold, 0.0)  # no chance in it
    assert found
    with torch.no_grad():
        logits = network(letters.pictures[0].float() / 255).double().numpy()
        mirrored = network(letters.pictures[0].flip(2).float() / 255).double().numpy()
    targets = letters.targets.numpy()
    alone = likeness.fit(logits[:180], targets[:180], mirrored[:180])
    assert alone and np.allclose(alone.whitening, found.whitening, rtol=1e-3, atol=1e-4)
    assert np.allclose(alone.means, found.means, rtol=1e-3, atol=1e-3)
    right = logits[180:].argmax(axis=1) == targets[180:]
    kept = found.unlikeness(1 / (1 + np.exp(-logits[180:][right]))) <= found.limit
    assert kept.mean() == pytest.approx(likeness.KEPT, abs=0.03)


def test_too_few_letters_say_nothing_about_likeness(fitted: tuple[Network, LetterTensors, Fold]) -> None:
    network, letters, fold = fitted
    few = calibration.LEAST_HELD_OUT - 1
    assert calibration.likeness_from(network, letters, fold, None) is None
    assert calibration.likeness_from(network, letters, replace(fold, held_out=fold.held_out[:few]), 0.0) is None
    assert calibration.likeness_from(network, letters, replace(fold, selects_best=False), 0.0) is None
    assert calibration.likeness_from(network, letters, replace(fold, train=fold.train[:20]), 0.0) is None
    assert calibration.likeness_from(network, letters, fold, 1.0) is None  # no answer is sure anyway


def test_many_labels_are_calibrated_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sums over parts are those over all; 16,000 copies of 8,000 labels would take ten gigabytes at once."""
    torch.manual_seed(0)
    activations, targets = torch.rand(100, 5), torch.randint(7, (100,))
    whole = torch.nn.Linear(5, 7)
    parts = copy.deepcopy(whole)
    calibration.fit_output(whole, activations, targets)
    monkeypatch.setattr(calibration, "MAX_LOGITS", 7 * 13)
    calibration.fit_output(parts, activations, targets)
    assert torch.allclose(whole.weight, parts.weight, atol=1e-5) and torch.allclose(whole.bias, parts.bias, atol=1e-5)
