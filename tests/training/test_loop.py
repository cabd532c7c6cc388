"""The loop itself, on letters in memory."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from charnet.letters import folder
from charnet.letters.folder import LetterSet
from charnet.training import augment, loop
from charnet.training.checkpoint import State
from charnet.training.config import AugmentConfig, ModelConfig, TrainConfig
from charnet.training.data import Fold, LetterTensors, make_folds
from charnet.training.mlp import Mlp
from charnet.training.network import Network, TrainingMetrics

STILL = AugmentConfig(0, 0, 0, 0, 0, 0, 0)


@pytest.fixture
def found(config: TrainConfig) -> LetterSet:
    return folder.read(Path(config.data.root), config.data.spec())


def start(config: TrainConfig) -> Mlp:
    torch.manual_seed(0)
    return Mlp(config.data.spec(), config.model)


def flat(network: nn.Module) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


def everything(letters: LetterSet) -> Fold:
    indices = torch.arange(len(letters))
    return Fold(0, "epoch", indices, indices[:0], selects_best=False)


def test_an_epoch_takes_every_letter_once_in_even_batches(config, found):
    config.optim.batch_size, config.optim.epochs = 7, 2  # 24 letters: 6 6 6 6
    recorder = Recorder(24)
    marks = torch.arange(24, dtype=torch.uint8)[None, :, None, None].expand(1, 24, 16, 10)
    letters = LetterTensors(marks, torch.arange(24))
    orders = []
    for epoch in loop.fit(recorder, letters, everything(found), replace(config, augment=STILL)):
        assert [len(targets) for _, targets in recorder.batches] == [6, 6, 6, 6]
        pictures, targets = (torch.cat(each) for each in zip(*recorder.batches, strict=True))
        assert torch.equal((pictures[:, 0, 0] * 255).round().long(), targets)
        assert sorted(targets.tolist()) == list(range(24))
        assert epoch.number == len(orders) + 1
        orders.append(targets.tolist())
        recorder.batches.clear()
    assert orders[0] != orders[1]


@pytest.mark.parametrize("size", [1, 10, 23, 25, 1000])
def test_microbatches_add_up_to_the_same_steps(config, found, monkeypatch, size):
    """However a batch is cut, the network is the same but for rounding."""
    networks = []
    for microbatch in (1024, size):
        monkeypatch.setattr(loop, "MICROBATCH", microbatch)
        settings = replace(config, augment=STILL, optim=replace(config.optim, batch_size=24, epochs=5))
        network = start(settings)
        letters = LetterTensors.of(found, torch.device("cpu"))
        *_, last = loop.fit(network, letters, everything(found), settings)
        networks.append(flat(network))
    assert torch.allclose(*networks, atol=1e-4)
    assert last.number == 5


def test_an_epoch_depends_on_seed_fold_and_number_alone(config, found):
    """Going on after three epochs, with the state of then, ends as going straight through does."""
    letters = LetterTensors.of(found, torch.device("cpu"))
    config.optim.epochs = 6
    whole, state = start(config), State()
    for epoch in loop.fit(whole, letters, everything(found), config, state):
        if epoch.number == 3:
            halfway = replace(state)
    torch.randn(100)  # what else a program draws changes nothing
    other = start(config)
    assert [epoch.number for epoch in loop.fit(other, letters, everything(found), config, halfway)] == [4, 5, 6]
    assert torch.equal(flat(whole), flat(other))


def test_patience_ends_a_training_and_the_best_epoch_is_kept(config, found):
    config.optim.epochs, config.optim.patience = 500, 3
    letters, state = LetterTensors.of(found, torch.device("cpu")), State()
    (fold,) = make_folds(found, config)
    network = start(config)
    losses = [epoch.validation.loss for epoch in loop.fit(network, letters, fold, config, state)]
    assert 3 < len(losses) < 500
    assert state.best_epoch == len(losses) - 3 == int(np.argmin(losses)) + 1
    network.load_state_dict(state.best_model)
    assert loop.validate(network, letters, fold.held_out).loss == pytest.approx(min(losses))
    assert not list(loop.fit(network, letters, fold, config, state))  # nothing is left


def test_letters_drawn_again_train_and_choose_nothing(config, found):
    """Of all versions each is taken, as its own letter; letters are read only as they are."""
    n, versions = len(found), 4
    marks = torch.arange(versions * n, dtype=torch.uint8).view(versions, n, 1, 1).expand(-1, -1, 16, 10)
    letters = LetterTensors(marks, torch.from_numpy(found.targets))
    (fold,) = make_folds(found, config)
    recorder = Recorder(3)
    for _ in loop.fit(recorder, letters, fold, replace(config, augment=STILL)):
        pass
    pictures, answers = (torch.cat(each) for each in zip(*recorder.batches, strict=True))
    places = (pictures[:, 0, 0] * 255).round().long()
    assert set((places // n).tolist()) == {0, 1, 2, 3}
    assert set((places % n).tolist()) == set(fold.train.tolist())
    assert torch.equal(answers, letters.targets[places % n])
    network = nn.Flatten()
    network.inference_batch_size = 2048
    read = loop.predict(network, letters, fold.held_out)
    assert torch.equal((read[:, 0] * 255).round().long(), fold.held_out)


def test_a_held_out_letter_trains_nothing(config, found):
    """Other answers for what a fold holds out leave its network as it is, to the bit."""
    fold, networks = make_folds(found, replace(config, folds=2))[0], []
    for shift in (0, 1):
        letters = LetterTensors.of(found, torch.device("cpu"))
        letters.targets[fold.held_out] = (letters.targets[fold.held_out] + shift) % 3
        network = start(config)
        for _ in loop.fit(network, letters, fold, config):
            pass
        networks.append(flat(network))
    assert torch.equal(*networks)


def test_distortions_fall_as_training_goes_on(config, found, monkeypatch):
    strengths = []
    monkeypatch.setattr(
        augment, "distort", lambda pictures, _, strength, generator: strengths.append(strength) or pictures
    )
    config.optim.epochs, config.augment.anneal = 4, 0.5
    for _ in loop.fit(Recorder(3), LetterTensors.of(found, torch.device("cpu")), everything(found), config):
        pass
    assert sorted(set(strengths), reverse=True) == [1, 0.875, 0.75, 0.625]


def test_figures_of_an_epoch_are_those_of_its_pictures(config, found):
    config = replace(config, augment=STILL, optim=replace(config.optim, lr=1e-9, batch_size=1000, epochs=1))
    letters, network = LetterTensors.of(found, torch.device("cpu")), start(config)
    logits = loop.predict(network, letters, torch.arange(24))
    (epoch,) = loop.fit(network, letters, everything(found), config)
    assert epoch.loss == pytest.approx(nn.functional.cross_entropy(logits, letters.targets).item(), abs=1e-5)
    assert epoch.accuracy == pytest.approx((logits.argmax(1) == letters.targets).float().mean().item())


def test_figures_of_many_microbatches_are_those_of_all_pictures():
    """More than are kept waiting at once."""
    metrics, random = TrainingMetrics(), torch.Generator().manual_seed(0)
    count = 3 * metrics.WAITING + 5
    logits, targets = torch.randn(count, 3, generator=random), torch.randint(3, (count,), generator=random)
    for one in range(count):
        metrics.update(logits[one : one + 1].softmax(1).t(), targets[one : one + 1])
    loss, correct = metrics.compute().tolist()
    assert loss == pytest.approx(nn.functional.cross_entropy(logits, targets, reduction="sum").item(), rel=1e-5)
    assert correct == (logits.argmax(1) == targets).sum()
    assert metrics.compute().tolist() == [0, 0]


def test_what_is_no_number_is_never_right():
    metrics = TrainingMetrics()
    metrics.update(torch.full((3, 4), torch.nan), torch.zeros(4, dtype=torch.long))
    loss, correct = metrics.compute().tolist()
    assert np.isnan(loss) and correct == 0


def test_the_same_numbers_draw_the_same_for_whoever_draws():
    drawn = []
    for numbers in ((0, 1, 2), (0, 1, 2), (0, 1, 3), (0, 12), (1, 0, 2)):
        random = loop.seeded(torch.device("cpu"), *numbers)
        drawn.append((torch.rand(3, generator=random).tolist(), nn.functional.dropout(torch.ones(50)).tolist()))
    assert drawn[0] == drawn[1]
    assert len({str(each) for each in drawn}) == 4


def test_threads_are_put_back_though_the_work_failed():
    before = torch.get_num_threads()
    with pytest.raises(KeyError), loop.threads(before + 1):
        assert torch.get_num_threads() == before + 1
        raise KeyError
    assert torch.get_num_threads() == before


class Recorder(Network):
    """Learns nothing and keeps the batches that it was given."""

    def __init__(self, labels: int) -> None:
        super().__init__(TrainConfig().data.spec(), ModelConfig())
        self.output = nn.Linear(160, labels)
        self.batches: list[tuple[torch.Tensor, torch.Tensor]] = []

    def activations(self, pictures: torch.Tensor) -> torch.Tensor:
        return pictures.flatten(1)

    def gradients(self, pictures, targets, label_smoothing, accumulate=False):
        self.batches.append((pictures, targets))
        return torch.full((self.output.out_features, len(targets)), 0.1)

    def save(self, folder, facts=None):
        raise NotImplementedError

    def read(self, path):
        raise NotImplementedError
