"""Small trainings in process; what a user types is in test_scripts.py."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from samples import make_letters, make_network
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from charnet import augment, checkpoint, classify, data, images, tracking, training, weights
from charnet.config import AugmentConfig, DataConfig, OptimConfig, TrainConfig
from charnet.spec import Spec

STILL = AugmentConfig(0, 0, 0, 0, 0, 0, 0)
GOLDEN = [1.0469, 0.5038, 0.3229, 0.2501, 0.2232]  # of the first epochs at seed 0


@pytest.fixture
def config(letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainConfig:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").mkdir()
    return TrainConfig(data=DataConfig(str(letters), labels="loz"), optim=OptimConfig(epochs=20, batch_size=8))


def test_ten_pictures_can_be_memorised(config: TrainConfig, letters: Path):
    for path in letters.rglob("*.png"):
        if int(path.stem) > 3:
            path.unlink()
    settings = replace(config, augment=STILL, data=replace(config.data, validation=0))
    settings.optim.epochs = 60
    training.run(settings, Path("run"))
    found = data.load(letters, settings.data.spec())
    read = classify.load("run").likelihoods(found.pictures.numpy() / 255)
    assert read.argmax(axis=1).tolist() == found.targets.tolist()
    assert read.max(axis=1).min() > 0.9


def test_the_same_seed_gives_the_same_weights(config: TrainConfig):
    texts = []
    for seed in (0, 0, 1):
        training.run(replace(config, seed=seed), Path("run"))
        texts.append(Path("run/weights.json").read_text())
    assert texts[0] == texts[1] != texts[2]


def test_five_golden_losses(config: TrainConfig):
    """A clean-up that moves numbers must say so. Loose enough for another processor's rounding."""
    config.optim.epochs = 5
    training.run(config, Path("run"))
    events = EventAccumulator("run").Reload()
    losses = [event.value for event in events.Scalars(tracking.TRAIN_LOSS)]
    assert losses == pytest.approx(GOLDEN, abs=2e-3)


def interrupt_after(monkeypatch: pytest.MonkeyPatch, calls: int) -> None:
    """Ctrl-C in the middle of a training, at its so manieth batch."""
    real, count = augment.distort, 0

    def distort(*args, **kwargs):
        nonlocal count
        count += 1
        if count == calls:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(augment, "distort", distort)


@pytest.mark.parametrize("folds", [0, 2])
def test_a_resumed_run_ends_bit_for_bit_as_the_uninterrupted_one(config, monkeypatch, folds):
    settings = replace(config, folds=folds)
    Path("whole").mkdir()
    whole = training.run(settings, Path("whole"))
    with monkeypatch.context() as patch:
        interrupt_after(patch, 41)
        training.run(settings, Path("run"))
    assert Path("run/weights.json").read_text() != Path("whole/weights.json").read_text()
    resumed = training.run(TrainConfig(resume="run"), Path("ignored"))
    assert Path("run/weights.json").read_text() == Path("whole/weights.json").read_text()
    for name in ("accuracy", "loss", "epochs", "best_epoch", *(["folds"] if folds else [])):
        assert resumed[name] == whole[name]


def test_ctrl_c_keeps_the_best_network_so_far(config, monkeypatch, capsys):
    interrupt_after(monkeypatch, 30)
    result = training.run(config, Path("run"))
    assert 0 < result["best_epoch"] <= result["epochs"] < 20
    assert classify.load().spec == config.data.spec()
    assert "python train.py resume=run" in capsys.readouterr().out


def test_resume_refuses_other_letters_and_torn_checkpoints(config, letters):
    training.run(config, Path("run"))
    (letters / "l/0.png").unlink()
    with pytest.raises(ValueError, match="changed since that run"):
        training.run(TrainConfig(resume="run"), Path("run"))
    whole = Path("run/checkpoint.pt").read_bytes()
    for content in (b"", whole[: len(whole) // 2], b"hello"):
        Path("run/checkpoint.pt").write_bytes(content)
        with pytest.raises(ValueError, match="torn"):
            training.run(TrainConfig(resume="run"), Path("run"))
    Path("run/checkpoint.pt").unlink()
    with pytest.raises(FileNotFoundError, match="resume"):
        training.run(TrainConfig(resume="run"), Path("run"))


def test_a_checkpoint_holds_plain_types(config):
    training.run(config, Path("run"))
    state = torch.load("run/checkpoint.pt", weights_only=True)
    assert state["settings"]["data"]["labels"] == "loz"
    assert state["epoch"] == 20


def test_early_stopping_and_best_epoch(config):
    config.optim.epochs, config.optim.patience = 500, 3
    result = training.run(config, Path("run"))
    assert result["epochs"] < 500
    assert result["best_epoch"] == result["epochs"] - 3


def test_cross_validation(config, capsys):
    result = training.run(replace(config, folds=4), Path("run"))
    assert len(result["folds"]) == 4
    assert result["mean"] == pytest.approx(np.mean(result["folds"]))
    assert result["sd"] == pytest.approx(np.std(result["folds"], ddof=1))
    assert result["accuracy"] == pytest.approx(result["mean"])  # the folds are of one size
    assert "cross-validation" in capsys.readouterr().out


def test_letters_drawn_again_train_and_choose_nothing(config, letters, monkeypatch):
    """Of `redraw` versions all are taken, each as its own letter; validation reads letters only as they were drawn."""
    found = data.load(letters, config.data.spec())
    n, seen, read = len(found), [], []
    marked = torch.arange(4 * n).float()[:, None, None].expand(-1, 16, 10) / (4 * n)  # a picture's grey is its place
    part = training.plan(found, config)[0]
    model = training.build(config.model, config.data.spec(), "")
    monkeypatch.setattr(augment, "distort", lambda pictures, **_: pictures)
    monkeypatch.setattr(training.steps, "build", lambda *_: Recorder(seen))
    real = training.predict
    monkeypatch.setattr(training, "predict", lambda model, pictures: read.append(pictures) or real(model, pictures))
    state = {"part": 0, "epoch": 0, "seconds": 0.0, "seen": 0, "held": {}}
    training.fit(model, marked, found.targets, part, config, state, Path("run"), tracking.Tracker(Path("run")))
    places, answers = (torch.cat(found) for found in zip(*seen, strict=True))
    places = (places[:, 0, 0] * 4 * n).round().long()
    assert set((places // n).tolist()) == {0, 1, 2, 3}
    assert set((places % n).tolist()) == set(part.train.tolist())
    assert torch.equal(answers, found.targets[places % n])
    assert torch.equal(read[0], marked[part.held])


class Recorder:
    """A step that learns nothing and keeps what it was given."""

    def __init__(self, seen: list[tuple[torch.Tensor, torch.Tensor]]) -> None:
        self.seen = seen

    def add(self, pictures: torch.Tensor, answers: torch.Tensor) -> None:
        self.seen.append((pictures, answers))

    def update(self, rate: float) -> None:
        pass

    def tally(self) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.zeros(()), torch.zeros(())

    def state_dict(self) -> dict[str, torch.Tensor]:
        return {}


def test_a_run_draws_letters_again(config, capsys):
    config.augment.redraw = 3
    result = training.run(config, Path("run"))
    said = capsys.readouterr().out
    assert "24 letters drawn again from their ink" in said and "hold no ink" not in said
    assert result["accuracy"] == 1


def test_letters_without_ink_are_told(config, letters, capsys):
    config.augment.redraw = 3
    for path in sorted(letters.rglob("*.png"))[:5]:
        with Image.open(path) as image:
            image.copy().save(path)
    training.run(config, Path("run"))
    assert "5 of them hold no ink and stay as they are" in capsys.readouterr().out


@pytest.mark.parametrize("choose", [False, True])
def test_a_held_out_fold_chooses_nothing(config, letters, choose):
    """Other answers for the held-out pictures leave a fold's network as it is, to the bit; a plain run's not."""
    found = data.load(letters, config.data.spec())
    part = replace(training.plan(found, replace(config, folds=2))[0], choose=choose)
    pictures, networks = found.pictures.float() / 255, []
    for answers in (found.targets, (found.targets + 1) % 3):
        targets = found.targets.clone()
        targets[part.held] = answers[part.held]
        torch.manual_seed(0)
        model = training.build(config.model, config.data.spec(), "")
        state = {"part": 0, "epoch": 0, "seconds": 0.0, "seen": 0, "held": {}}
        training.fit(model, pictures, targets, part, config, state, Path("run"), tracking.Tracker(Path("run")))
        networks.append(torch.cat([parameter.detach().flatten() for parameter in model.parameters()]))
    assert torch.equal(*networks) is not choose


def test_test_pictures_get_their_own_figure(config, tmp_path):
    config.data.test = str(make_letters(tmp_path / "test", count=5, seed=9))
    result = training.run(config, Path("run"))
    assert set(result["test"]) == {"accuracy", "top3", "low", "high"}
    classifier = classify.load("run")
    right = [classifier.rank(path)[0][0] == path.parent.name for path in images.walk([Path(config.data.test)])]
    assert result["test"]["accuracy"] == pytest.approx(np.mean(right))
    assert json.loads(Path("run/metrics.json").read_text()) == result


def test_validation_0_trains_on_everything(config):
    config.data.validation = 0
    result = training.run(config, Path("run"))
    assert result["accuracy"] is None
    assert result["best_epoch"] == result["epochs"] == 20


def test_init_starts_from_another_network(config):
    spec = config.data.spec()
    weights.write(Path("start.json"), make_network(spec))
    model = training.build(config.model, spec, "start.json")
    x = np.random.default_rng(0).random((5, 160))
    assert np.abs(classify.forward(model.to_network(), x) - classify.forward(make_network(spec), x)).max() < 1e-5
    weights.write(Path("other.json"), make_network(Spec()))
    with pytest.raises(ValueError, match=r"init=other\.json: its labels"):
        training.build(config.model, spec, "other.json")


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_the_export_agrees_with_the_module(config, activation):
    config.model.activation = activation
    training.run(config, Path("run"))
    state = torch.load("run/checkpoint.pt", weights_only=True)
    found = data.load(Path(config.data.root), config.data.spec())
    model = training.build(config.model, config.data.spec(), "")
    model.load_state_dict(state["best"]["model"])
    ours = classify.load("run").likelihoods(found.pictures.numpy() / 255)
    assert ours.argmax(axis=1).tolist() == training.predict(model, found.pictures.float() / 255).argmax(dim=1).tolist()


def test_what_tensorboard_shows(config):
    training.run(config, Path("run"))
    events = EventAccumulator("run", size_guidance={"images": 0, "tensors": 0}).Reload()
    scalars = set(events.Tags()["scalars"])
    expected = {
        tracking.TRAIN_LOSS,
        tracking.TRAIN_ACCURACY,
        tracking.VALIDATION_LOSS,
        tracking.VALIDATION_ACCURACY,
        tracking.LEARNING_RATE,
        tracking.SPEED,
    }
    assert expected <= scalars
    assert [event.step for event in events.Scalars(tracking.TRAIN_LOSS)] == list(range(1, 21))
    assert all(math.isfinite(event.value) for event in events.Scalars(tracking.VALIDATION_LOSS))
    assert set(events.Tags()["images"]) == {tracking.CONFUSION, tracking.MISTAKES, tracking.HIDDEN_UNITS}
    assert tracking.RESULT in scalars  # beside the hyper-parameters, in the run itself
    assert not [path for path in Path("run").iterdir() if path.is_dir()]
    for name in ("confusion.png", "mistakes.png"):
        with Image.open(Path("run") / name) as picture:
            assert picture.width > 300


def test_a_full_disk_keeps_the_network_in_use(config, monkeypatch):
    training.run(config, Path("run"))
    before = Path("outputs/current/weights.json").read_bytes()

    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(training.files, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        training.run(replace(config, seed=1), Path("run"))
    assert Path("outputs/current/weights.json").read_bytes() == before


def test_any_number_of_inputs_hidden_units_and_outputs(config):
    config.data.width, config.data.height, config.model.hidden = 8, 12, 40
    assert training.run(config, Path("run"))["parameters"] == 96 * 40 + 40 + 40 * 3 + 3
    network = weights.read(Path("run/weights.json"))
    assert (network.input_weights.shape, network.hidden_weights.shape) == ((96, 40), (40, 3))


@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_a_diverged_training_is_told_in_a_line_and_leaves_no_network(config, monkeypatch, name):
    real = training.augment.distort
    monkeypatch.setattr(training.augment, "distort", lambda *given, **by: real(*given, **by) * math.nan)
    config.model.name, config.data.validation, config.optim.epochs = name, 0, 2
    with pytest.raises(ValueError, match=r"diverged.*lower optim\.lr"):
        training.run(config, Path("run"))
    assert not list(Path().rglob("weights.*"))


def test_the_schedule_goes_up_and_down():
    rates = [training.one_cycle(step, 1000) for step in range(1000)]
    assert np.argmax(rates) == pytest.approx(99, abs=1)
    assert max(rates) == pytest.approx(1)
    assert rates[0] < 0.1
    assert rates[-1] == pytest.approx(0, abs=1e-4)


def test_snapshots_do_not_change_with_the_model():
    model = training.build(TrainConfig().model, Spec(), "")
    optimizer = torch.optim.AdamW(model.parameters())
    taken = checkpoint.snapshot(model, optimizer, torch.device("cpu"))
    with torch.no_grad():
        model.output.bias += 1
    assert not torch.equal(taken["model"]["output.bias"], model.output.bias)
