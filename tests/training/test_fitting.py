"""One fit of a run, with its checkpoint, its log and whoever follows it."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from charnet.spec import Spec
from charnet.training import checkpoint, fitting, loop
from charnet.training.config import TrainConfig
from charnet.training.data import Fold, LetterFolder, make_folds
from charnet.training.fitting import Callback, EpochLines, Run, train_fold


@pytest.fixture
def run(config: TrainConfig) -> Run:
    return Run(config, LetterFolder(config.data.root, config.data.spec()).tensors(), "abc", Path("run"))


@pytest.fixture
def fold(run: Run) -> Fold:
    letters = LetterFolder(run.config.data.root, run.config.data.spec()).read()
    return make_folds(letters, run.config)[0]


def test_a_callback_is_called_where_it_is_due_and_ends_the_fit(run: Run, fold: Fold):
    class Third(Callback):
        def __init__(self) -> None:
            self.epochs: list[int] = []

        def due(self, epoch: int) -> bool:
            return epoch % 3 == 0

        def stopped(self) -> bool:
            return len(self.epochs) == 2

        def on_epoch(self, epoch, network, speed) -> None:
            self.epochs.append(epoch.number)
            assert speed > 0 and epoch.validation is not None

    callback = Third()
    fitted = train_fold(run, fold, callback)
    fitted.log.close()
    assert (callback.epochs, fitted.state.epoch, fitted.interrupted) == ([3, 6], 6, True)
    assert checkpoint.read(Path("run"))[0].epoch == 6


def test_the_best_network_is_what_a_fit_ends_with(run: Run, fold: Fold):
    lines: list[str] = []
    fitted = train_fold(run, fold, EpochLines(lambda epoch, line: lines.append(line), lambda epoch: True))
    fitted.log.close()
    assert len(lines) == fitted.state.epoch == 20 and not fitted.interrupted
    assert all("validation" in line and line.endswith("pictures/s") for line in lines)
    for name, value in fitted.network.state_dict().items():
        assert torch.equal(value, fitted.state.best_model[name])
    assert fitted.state.pictures == 20 * len(fold.train)


def test_a_fold_of_a_cross_validation_leaves_its_logits(run: Run, fold: Fold):
    train_fold(run, replace(fold, selects_best=False, subfolder="fold-1"), Callback())
    state, settings = checkpoint.read(Path("run/fold-1"))
    assert state.held_out_logits is not None and state.held_out_logits.shape == (len(fold.held_out), 3)
    assert (state.letters, settings, state.best_epoch) == ("abc", run.config, 0)
    assert run.state(replace(fold, subfolder="fold-2")) is None


def test_a_network_that_no_file_could_hold_is_refused_before_it_is_built(config: TrainConfig):
    config.model.hidden = 122
    with pytest.raises(ValueError, match="a weights file holds"):
        fitting.build(config, Spec(("l", "o", "z"), 128, 128))


def test_ctrl_c_before_the_first_epoch_is_ctrl_c(run: Run, fold: Fold, monkeypatch: pytest.MonkeyPatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "AdamW", interrupt)
    with pytest.raises(KeyboardInterrupt):
        train_fold(run, fold, Callback())


def test_a_training_goes_on_though_the_network_it_started_from_is_gone(config: TrainConfig, fold: Fold, run: Run):
    config.init = str(train_fold(run, fold, Callback()).network.save(Path.cwd()))
    (Path("run") / checkpoint.NAME).unlink()
    state = train_fold(run, fold, Callback()).state
    Path(config.init).unlink()
    run.resumed = True
    assert train_fold(run, fold, Callback()).state.epoch == state.epoch
