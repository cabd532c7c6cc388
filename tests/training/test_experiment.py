"""Small trainings in process; what a user types is in tests/test_train.py."""

import json
import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from samples import make_letters, make_network
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from charnet import training
from charnet.letters import folder
from charnet.measure import figures, units
from charnet.networks import classify, in_use, json_file
from charnet.pictures import listing
from charnet.spec import Spec
from charnet.system import files
from charnet.training import augment, cnn, experiment, fitting, report
from charnet.training.config import AugmentConfig, TrainConfig
from charnet.training.data import LetterFolder

GOLDEN = [1.0769, 0.5917, 0.3096, 0.1832, 0.1527]  # of the first epochs at seed 0


def test_ten_pictures_can_be_memorised(config: TrainConfig, letters: Path):
    for path in letters.rglob("*.png"):
        if int(path.stem) > 3:
            path.unlink()
    settings = replace(config, augment=AugmentConfig(0, 0, 0, 0, 0, 0, 0), data=replace(config.data, validation=0))
    settings.optim.epochs = 60
    experiment.run(settings, Path("run"))
    found = folder.read(letters, settings.data.spec())
    read = classify.load("run").likelihoods(found.pictures / 255)
    assert read.argmax(axis=1).tolist() == found.targets.tolist()
    assert read.max(axis=1).min() > 0.9


def test_the_same_seed_gives_the_same_weights(config: TrainConfig):
    texts = []
    for seed in (0, 0, 1):
        experiment.run(replace(config, seed=seed), Path("run"))
        texts.append(Path("run/weights.json").read_text())
    assert texts[0] == texts[1] != texts[2]


def test_five_golden_losses(config: TrainConfig):
    """A clean-up that moves numbers must say so. Loose enough for another processor's rounding."""
    config.optim.epochs = 5
    experiment.run(config, Path("run"))
    events = EventAccumulator("run").Reload()
    losses = [event.value for event in events.Scalars(report.TRAIN_LOSS)]
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


@pytest.mark.parametrize(("folds", "batch"), [(0, 20), (2, 50)])
def test_a_resumed_run_ends_bit_for_bit_as_the_uninterrupted_one(config, monkeypatch, folds, batch):
    settings = replace(config, folds=folds)
    Path("whole").mkdir()
    whole = experiment.run(settings, Path("whole"))
    with monkeypatch.context() as patch:
        interrupt_after(patch, batch)
        experiment.run(settings, Path("run"))
    assert Path("run/weights.json").read_text() != Path("whole/weights.json").read_text()
    resumed = experiment.run(TrainConfig(resume="run"), Path("ignored"))
    assert Path("run/weights.json").read_text() == Path("whole/weights.json").read_text()
    for name in ("accuracy", "loss", "epochs", "best_epoch", *(["folds"] if folds else [])):
        assert resumed[name] == whole[name]


def test_ctrl_c_keeps_the_best_network_so_far(config, monkeypatch, capsys):
    interrupt_after(monkeypatch, 30)
    result = experiment.run(config, Path("run"))
    assert 0 < result["best_epoch"] <= result["epochs"] < 20
    told = capsys.readouterr().out
    assert "python train.py resume=run" in told
    assert "not in use: it was interrupted; charnet use run/weights.json switches to it anyway" in told
    assert classify.load().name == "letters"


def test_early_stopping_and_best_epoch(config):
    config.optim.epochs, config.optim.patience = 500, 3
    result = experiment.run(config, Path("run"))
    assert result["epochs"] < 500
    assert result["best_epoch"] == result["epochs"] - 3
    weights = Path("run/weights.json").read_bytes()
    assert experiment.run(TrainConfig(resume="run"), Path("ignored"))["epochs"] == result["epochs"]  # nothing is left
    assert Path("run/weights.json").read_bytes() == weights


def test_what_was_stopped_in_its_first_epoch_is_not_in_use(config, monkeypatch, capsys):
    config.data.validation = 0  # no accuracy tells that it can't read
    interrupt_after(monkeypatch, 1)
    result = experiment.run(config, Path("run"))
    assert result["epochs"] == 0 and result["interrupted"]
    assert not Path("outputs/current").exists()
    assert "not in use: it was stopped during its first epoch" in capsys.readouterr().out


def test_what_no_weights_file_holds_is_not_trained(config):
    config.data.width, config.data.height, config.model.hidden = 128, 128, 122
    with pytest.raises(
        ValueError, match=r"model.hidden=122: with 128 x 128 pixels and 3 labels that makes 1,999,214 wei"
    ):
        experiment.run(config, Path("run"))


@pytest.mark.thorough
def test_the_largest_that_a_weights_file_holds_is(config):
    config.data.width, config.data.height, config.model.hidden, config.optim.epochs = 128, 128, 121, 1
    experiment.run(config, Path("run"))
    assert classify.load("run").spec.width == 128


@pytest.mark.parametrize("lacking", ["onnx", "onnxscript", "onnxruntime"])
def test_a_cnn_that_could_not_be_kept_is_not_trained(config, monkeypatch, lacking):
    monkeypatch.setattr(cnn, "find_spec", lambda name: None if name == lacking else name)
    config.model.name = "cnn"
    with pytest.raises(ValueError, match=r"model=cnn: this needs the extra packages .* pip install -e '\.\[cnn\]'"):
        experiment.run(config, Path("run"))
    assert not list(Path("run").glob("checkpoint*"))


def test_cross_validation(config, capsys):
    result = experiment.run(replace(config, folds=4), Path("run"))
    assert len(result["folds"]) == 4
    assert result["mean"] == pytest.approx(np.mean(result["folds"]))
    assert result["sd"] == pytest.approx(np.std(result["folds"], ddof=1))
    assert result["accuracy"] == pytest.approx(result["mean"])  # the folds are of one size
    assert "cross-validation" in capsys.readouterr().out


@pytest.mark.parametrize(("with_pen", "by_mouse"), [(3, 0), (0, 3), (2, 1)])
def test_a_run_draws_letters_again(config, with_pen, by_mouse, capsys):
    config.augment.redraw, config.augment.by_mouse = with_pen, by_mouse
    result = experiment.run(config, Path("run"))
    said = capsys.readouterr().out
    assert "drawing letters again from their ink 24/24" in said and "hold no ink" not in said
    assert result["accuracy"] == 1


def test_letters_without_ink_are_told(config, letters, capsys):
    config.augment.redraw = 3
    for path in sorted(letters.rglob("*.png"))[:5]:
        with Image.open(path) as image:
            image.copy().save(path)
    experiment.run(config, Path("run"))
    assert "5 of them hold no ink and stay as they are" in capsys.readouterr().out


def test_test_pictures_get_their_own_figure(config, tmp_path):
    config.data.test = str(make_letters(tmp_path / "test", count=5, seed=9))
    result = experiment.run(config, Path("run"))
    assert set(result["test"]) == {"accuracy", "top3", "low", "high"}
    classifier = classify.load("run")
    right = [classifier.rank(path)[0][0] == path.parent.name for path in listing.walk([Path(config.data.test)])]
    assert result["test"]["accuracy"] == pytest.approx(np.mean(right))
    assert json.loads(Path("run/metrics.json").read_text()) == result


def test_pictures_say_what_they_show(config, tmp_path, monkeypatch):
    """Validation and, beside it, test; all letters where nothing is held out."""
    config.data.test = str(make_letters(tmp_path / "test", count=5, seed=9))
    titles, real = {}, figures.save

    def save(figure, path, **more):
        titles[path.name] = figure.get_suptitle() or figure.axes[0].get_title()
        real(figure, path, **more)

    monkeypatch.setattr(figures, "save", save)
    experiment.run(config, Path("run"))
    assert titles["confusion.png"].startswith("validation: ") and titles["mistakes.png"].startswith("validation: ")
    assert titles["confusion-test.png"].startswith("test: ") and titles["mistakes-test.png"].startswith("test: ")
    config.data.validation, config.data.test = 0, ""
    experiment.run(config, Path("run"))
    assert titles["confusion.png"].startswith("training pictures: ")


def test_a_resumed_run_shows_the_units_from_the_start(config, monkeypatch):
    with monkeypatch.context() as patch:
        interrupt_after(patch, 30)
        experiment.run(config, Path("run"))
    shown, real = [], units.film
    monkeypatch.setattr(units, "film", lambda history, *rest: shown.append(list(history)) or real(history, *rest))
    experiment.run(TrainConfig(resume="run"), Path("ignored"))
    kept = json.loads(Path("run/metrics.json").read_text())["best_epoch"]
    assert shown == [[*(epoch for epoch in (0, 1, 2, 6, 20) if epoch < kept), kept]]


def test_validation_0_trains_on_everything(config):
    config.data.validation = 0
    result = experiment.run(config, Path("run"))
    assert result["accuracy"] is None
    assert result["best_epoch"] == result["epochs"] == 20


def test_init_starts_from_another_network(config):
    spec = config.data.spec()
    json_file.write(Path("start.json"), make_network(spec))
    model = fitting.build(replace(config, init="start.json"), spec)
    x = np.random.default_rng(0).random((5, 160))
    assert np.abs(classify.forward(model.to_network(), x) - classify.forward(make_network(spec), x)).max() < 1e-5
    json_file.write(Path("other.json"), make_network(Spec(width=8)))
    with pytest.raises(ValueError, match=r"init=other\.json: its width: 8, asked for: 10; add data\.width=8"):
        fitting.build(replace(config, init="other.json"), spec)


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_the_export_agrees_with_the_module(config, activation):
    config.model.activation = activation
    experiment.run(config, Path("run"))
    state = torch.load("run/checkpoint.pt", weights_only=True)
    found = folder.read(Path(config.data.root), config.data.spec())
    network = fitting.build(config, config.data.spec())
    network.load_state_dict(state["best_model"])
    ours = classify.load("run").likelihoods(found.pictures / 255)
    theirs = network(torch.from_numpy(found.pictures / np.float32(255)))
    assert ours.argmax(axis=1).tolist() == theirs.argmax(dim=1).tolist()


def test_a_full_disk_keeps_the_network_in_use(config, monkeypatch):
    experiment.run(config, Path("run"))
    before = Path("outputs/current/weights.json").read_bytes()

    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(files, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        experiment.run(replace(config, seed=1), Path("run"))
    assert Path("outputs/current/weights.json").read_bytes() == before


def test_any_number_of_inputs_hidden_units_and_outputs(config):
    config.data.width, config.data.height, config.model.hidden = 8, 12, 40
    assert experiment.run(config, Path("run"))["parameters"] == 96 * 40 + 40 + 40 * 3 + 3
    network = json_file.read(Path("run/weights.json"))
    assert (network.hidden_weight.shape, network.output_weight.shape) == ((40, 96), (3, 40))


@pytest.mark.parametrize("name", ["mlp", "cnn"])
@pytest.mark.parametrize("validation", [0, 0.2])
def test_a_diverged_training_ends_at_once_and_leaves_the_network_in_use(config, monkeypatch, name, validation):
    """Whether something is held out, whose best epoch could be kept, or nothing."""
    experiment.run(config, Path("run"))
    before = Path("outputs/current/weights.json").read_bytes()
    real, calls = augment.distort, []

    def distort(*given):
        calls.append(given)
        return real(*given) * (math.nan if len(calls) > 9 else 1)

    monkeypatch.setattr(augment, "distort", distort)
    config.model.name, config.data.validation = name, validation
    Path("second").mkdir()
    with pytest.raises(ValueError, match=r"diverged in epoch \d; lower optim\.lr, it is 0\.02"):
        experiment.run(config, Path("second"))
    assert len(calls) < 15
    assert not list(Path("second").rglob("weights.*"))
    assert Path("outputs/current/weights.json").read_bytes() == before


def test_a_remainder_of_one_is_no_batch_of_its_own(config):
    """Batch norm refuses a batch of one picture."""
    config.model.name, config.optim.epochs, config.optim.batch_size, config.data.validation = "cnn", 1, 23, 0
    assert experiment.run(config, Path("run"))["epochs"] == 1  # 24 letters


@pytest.mark.thorough
def test_a_wide_network_is_saved_and_calibrated_in_bounded_memory(config):
    config.model.hidden, config.optim.epochs = 3_000, 1
    result = experiment.run(config, Path("run"))
    assert result["parameters"] == 161 * 3_000 + 3_001 * 3
    assert len(json_file.read(Path("run/weights.json")).hidden_bias) == 3_000


def test_the_threads_of_a_program_that_trains_stay_its_own(config):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        experiment.run(config, Path("run"))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_threads_are_those_that_the_environment_names(config, monkeypatch):
    monkeypatch.setattr(experiment.pool, "cores", lambda: 8)
    config.model.name = "cnn"
    for given, threads in (("3", 3), ("99", 8), ("", 8), ("many", 8)):
        monkeypatch.setenv("OMP_NUM_THREADS", given)
        assert experiment.thread_count(config) == threads
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert experiment.thread_count(config) == 1
    monkeypatch.setattr(experiment.torchrun, "local_world_size", lambda: 2)
    assert experiment.thread_count(config) == 4  # 1 is what torchrun says on every machine
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
    config.model.name = "mlp"
    assert experiment.thread_count(config) == 1


def test_the_network_of_a_run_is_a_module_of_torch(config):
    experiment.run(config, Path("run"))
    module, letters = training.load("run"), LetterFolder(config.data.root, config.data.spec())
    pictures = torch.stack([picture for picture, _ in letters])
    assert isinstance(module, torch.nn.Module) and not module.training
    likelihoods = classify.load("run").likelihoods(pictures.numpy())
    np.testing.assert_allclose(module(pictures).sigmoid().detach().numpy(), likelihoods, atol=1e-5)
    assert training.load("letters-cnn").spec.outputs == 26


def test_one_that_reads_worse_than_the_one_before_says_so(config):
    experiment.run(config, Path("outputs/good"))
    data, good = experiment.read_letters(config, ""), classify.load("good")
    held_out = len(data.kept.held_out)
    assert experiment.compare(data, good, 0.5) == (
        f"; the one before reads the {held_out} held-out letters better, 100.0% right and not 50.0%"
    )
    others = replace(good, spec=Spec(tuple("abc")))  # it knows none of the labels
    assert [
        experiment.compare(data, *given) for given in ((good, 1.0), (None, 0.5), (others, 0.1), (good, None))
    ] == 4 * [""]
    line = in_use.set_current_if_useful(Path("outputs/good/weights.json"), 0.4, ", which is worse").line
    assert ", which is worse; back: charnet use good" in line


def test_a_cross_validation_and_a_run_to_try_leave_the_one_in_use(config, capsys):
    experiment.run(replace(config, folds=2), Path("outputs/folds"))
    experiment.run(config, Path("outputs/job"), use=False)
    told = capsys.readouterr().out
    assert "not in use: a cross-validation measures" in told and "charnet use folds switches to it anyway" in told
    assert "not in use; charnet use job switches to it anyway" in told
    assert not Path("outputs/current").exists()


def test_labels_left_out_are_the_letter_folders_found(config, capsys):
    config.data.labels = ""
    result = experiment.run(config, Path("run"))
    assert "3 labels: l o z\n" in capsys.readouterr().out
    assert classify.load("run").spec.labels == ("l", "o", "z")
    assert torch.load("run/checkpoint.pt", weights_only=True)["settings"]["data"]["labels"] == "loz"
    assert result["parameters"] == 161 * 20 + 21 * 3


def test_labels_that_are_named_choose(config, capsys):
    config.data.labels = "zl"
    experiment.run(config, Path("run"))
    assert classify.load("run").spec.labels == ("z", "l")
    assert "ignored, not a label of this network: o" in capsys.readouterr().err


def test_init_with_other_labels_says_what_starts_afresh(config, capsys):
    json_file.write(Path("start.json"), make_network(Spec(("a", "z", "o"))))
    experiment.run(replace(config, init="start.json"), Path("run"))
    assert "init=start.json knows 2 of the labels; these start afresh: l\n" in capsys.readouterr().out
    experiment.run(replace(config, init="run/weights.json"), Path("again"))
    assert "init=run/weights.json knows all of the labels\n" in capsys.readouterr().out


def test_a_test_folder_may_lack_labels_and_hold_others(config, tmp_path, capsys):
    root = make_letters(tmp_path / "test", count=5, seed=9)
    (root / "l").rename(root / "q")
    config.data.test = str(root)
    result = experiment.run(config, Path("run"))
    assert 0 <= result["test"]["accuracy"] <= 1
    assert "has no pictures of l" in capsys.readouterr().err


def test_auto_is_a_device_of_this_machine():
    assert experiment.choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert experiment.choose_device("cpu") == torch.device("cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has cuda")
def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="device: torch finds no cuda on this machine; use device=cpu"):
        experiment.choose_device("cuda")
