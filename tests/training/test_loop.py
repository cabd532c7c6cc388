"""The loop itself, on letters in memory."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from charnet.letters import folder
from charnet.letters.folder import LetterSet
from charnet.training import augment, loop, model, optimiser
from charnet.training.config import AugmentConfig, TrainConfig
from charnet.training.folds import Fold, plan
from charnet.training.memory import InMemory

STILL = AugmentConfig(0, 0, 0, 0, 0, 0, 0)


@pytest.fixture
def found(config: TrainConfig) -> LetterSet:
    return folder.read(Path(config.data.root), config.data.spec())


def start(config: TrainConfig) -> nn.Module:
    torch.manual_seed(0)
    return model.build(config.model, config.data.spec())


def flat(network: nn.Module) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


def everything(letters: LetterSet) -> Fold:
    indices = torch.arange(len(letters))
    return Fold(0, "epoch", indices, indices[:0], chooses=False)


def test_an_epoch_takes_every_letter_once_in_even_batches(config, found):
    config.optim.batch_size, config.optim.epochs = 7, 2  # 24 letters: 6 6 6 6
    seen = Recorder()
    marks = torch.arange(24, dtype=torch.uint8)[None, :, None, None].expand(1, 24, 16, 10)
    letters = InMemory(marks, torch.arange(24))
    orders = []
    for epoch in loop.fit(nn.Identity(), seen, letters, everything(found), replace(config, augment=STILL)):
        assert [len(answers) for _, answers in seen.batches] == [6, 6, 6, 6]
        pictures, answers = (torch.cat(each) for each in zip(*seen.batches, strict=True))
        assert torch.equal((pictures[:, 0, 0] * 255).round().long(), answers)
        assert sorted(answers.tolist()) == list(range(24))
        assert epoch.number == len(orders) + 1
        orders.append(answers.tolist())
        seen.batches.clear()
    assert orders[0] != orders[1]


@pytest.mark.parametrize("size", [1, 10, 23, 25, 1000])
def test_microbatches_add_up_to_the_same_steps(config, found, monkeypatch, size):
    """However a batch is cut, the network is the same but for rounding."""
    networks = []
    for microbatch in (1024, size):
        monkeypatch.setattr(loop, "MICROBATCH", microbatch)
        settings = replace(config, augment=STILL, optim=replace(config.optim, batch_size=24, epochs=5))
        network = start(settings)
        step = optimiser.build(network, settings.optim)
        letters = InMemory.of(found, torch.device("cpu"))
        *_, last = loop.fit(network, step, letters, everything(found), settings)
        networks.append(flat(network))
    assert torch.allclose(*networks, atol=1e-4)
    assert last.number == 5


def test_an_epoch_depends_on_seed_fold_and_number_alone(config, found):
    """Going on after three epochs, with the weights of then, ends as going straight through does."""
    letters = InMemory.of(found, torch.device("cpu"))
    config.optim.epochs = 6
    whole = start(config)
    step = optimiser.build(whole, config.optim)
    for epoch in loop.fit(whole, step, letters, everything(found), config):
        if epoch.number == 3:
            halfway = {name: value.clone() for name, value in whole.state_dict().items()}
            memory = {name: value * 1 for name, value in step.state_dict().items()}
    torch.randn(100)  # what else a program draws changes nothing
    other = start(config)
    other.load_state_dict(halfway)
    step = optimiser.build(other, config.optim)
    step.load_state_dict(memory)
    assert [epoch.number for epoch in loop.fit(other, step, letters, everything(found), config, done=3)] == [4, 5, 6]
    assert torch.equal(flat(whole), flat(other))


def test_letters_drawn_again_train_and_choose_nothing(config, found):
    """Of all versions each is taken, as its own letter; letters are read only as they are."""
    n, versions = len(found), 4
    marks = torch.arange(versions * n, dtype=torch.uint8).view(versions, n, 1, 1).expand(-1, -1, 16, 10)
    letters = InMemory(marks, torch.from_numpy(found.targets))
    (fold,) = plan(found, config)
    seen = Recorder()
    for _ in loop.fit(nn.Identity(), seen, letters, fold, replace(config, augment=STILL)):
        pass
    pictures, answers = (torch.cat(each) for each in zip(*seen.batches, strict=True))
    places = (pictures[:, 0, 0] * 255).round().long()
    assert set((places // n).tolist()) == {0, 1, 2, 3}
    assert set((places % n).tolist()) == set(fold.train.tolist())
    assert torch.equal(answers, letters.targets[places % n])
    read = loop.predict(nn.Flatten(), letters, fold.held)
    assert torch.equal((read[:, 0] * 255).round().long(), fold.held)


def test_a_held_out_letter_trains_nothing(config, found):
    """Other answers for what a fold holds out leave its network as it is, to the bit."""
    fold, networks = plan(found, replace(config, folds=2))[0], []
    for shift in (0, 1):
        letters = InMemory.of(found, torch.device("cpu"))
        letters.targets[fold.held] = (letters.targets[fold.held] + shift) % 3
        network = start(config)
        for _ in loop.fit(network, optimiser.build(network, config.optim), letters, fold, config):
            pass
        networks.append(flat(network))
    assert torch.equal(*networks)


def test_distortions_fall_as_training_goes_on(config, found, monkeypatch):
    strengths = []
    monkeypatch.setattr(
        augment, "distort", lambda pictures, _, strength, random: strengths.append(strength) or pictures
    )
    config.optim.epochs, config.augment.anneal = 4, 0.5
    for _ in loop.fit(nn.Identity(), Recorder(), InMemory.of(found, torch.device("cpu")), everything(found), config):
        pass
    assert sorted(set(strengths), reverse=True) == [1, 0.875, 0.75, 0.625]


def test_figures_of_an_epoch_are_those_of_its_pictures(config, found):
    config = replace(config, augment=STILL, optim=replace(config.optim, lr=1e-9, batch_size=1000, epochs=1))
    letters, network = InMemory.of(found, torch.device("cpu")), start(config)
    logits = loop.predict(network, letters, torch.arange(24))
    (epoch,) = loop.fit(network, optimiser.build(network, config.optim), letters, everything(found), config)
    assert epoch.loss == pytest.approx(nn.functional.cross_entropy(logits, letters.targets).item(), abs=1e-5)
    assert epoch.accuracy == pytest.approx((logits.argmax(1) == letters.targets).float().mean().item())


def test_the_schedule_goes_up_and_down():
    rates = [loop.one_cycle(step, 1000) for step in range(1000)]
    assert np.argmax(rates) == pytest.approx(99, abs=1)
    assert max(rates) == pytest.approx(1)
    assert rates[0] < 0.1
    assert rates[-1] == pytest.approx(0, abs=1e-4)


class Recorder:
    """An optimiser that learns nothing and keeps what it was given."""

    def __init__(self) -> None:
        self.batches: list[tuple[torch.Tensor, torch.Tensor]] = []

    def add(self, pictures: torch.Tensor, targets: torch.Tensor) -> None:
        self.batches.append((pictures, targets))

    def update(self, rate: float) -> None:
        pass

    def tally(self) -> tuple[float, int]:
        return 0.0, 0

    def state_dict(self) -> dict[str, object]:
        return {}

    def load_state_dict(self, state: dict[str, object]) -> None:
        pass
