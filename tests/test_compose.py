"""What a wrong call is answered with: one line, exit status 2, in the words of a user."""

import sys
from pathlib import Path

import pytest

from charnet import commands, compose
from charnet.config import TrainConfig


def call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *words: str) -> int:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py", *words])
    return commands.train()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["model.hiden=5"], "error: model.hiden: there is no such setting; did you mean model.hidden=...?"),
        (["epochs=5"], "did you mean optim.epochs=...?"),
        (["--epochs", "5"], "error: --epochs: settings are typed key=value without dashes, did you mean optim.epochs"),
        (["--model.hidden=5"], "did you mean model.hidden=...?"),
        (["+optim.lrr=1"], "did you mean optim.lr=...?"),
        (["hidden"], "error: 'hidden' is no setting; they are typed key=value, did you mean model.hidden=...?"),
        (["seed"], "error: seed: a setting needs a value"),
        (["xyzzy=1"], "error: xyzzy: there is no such setting; --help lists them"),
        (["model=rnn"], "error: model: there is no 'rnn'; choose from cnn, mlp"),
        (["model.hidden=many"], "error: model.hidden: Value 'many' of type 'str' could not be converted to Integer"),
        (["model.hidden=0"], "error: model.hidden: 0 is not from 1 to 100000"),
        (["optim.lr=nan"], "error: optim.lr: nan is not from 1e-09 to 100"),
        (["data.labels=aba"], "error: data.labels: 'a' stands twice"),
        (["data.root=my letters (1)"], "put the value in quotes"),
        (["resume=somewhere", "seed=1"], "error: seed=1: a resumed run goes on with its own settings; leave it out"),
    ],
)
def test_wrong_calls(monkeypatch, tmp_path, capsys, words, answer):
    assert call(monkeypatch, tmp_path, *words) == 2
    told = capsys.readouterr()
    assert answer in told.err
    assert told.err.count("\n") == 1
    assert not list(tmp_path.rglob("*.*"))  # nothing was left behind


def test_a_failure_leaves_no_run_folder(monkeypatch, tmp_path, capsys):
    assert call(monkeypatch, tmp_path, "data.root=nowhere") == 1
    assert capsys.readouterr().err == (
        "error: nowhere: no such folder; name one with a folder of pictures a label (data.root=...)\n"
    )
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_output_folder_that_cannot_be_made(monkeypatch, tmp_path, capsys):
    (tmp_path / "outputs").touch()
    assert call(monkeypatch, tmp_path) == 1
    assert "outputs" in capsys.readouterr().err


def test_resume_of_nothing_makes_nothing(monkeypatch, tmp_path, capsys):
    assert call(monkeypatch, tmp_path, "resume=nowhere") == 1
    assert "error: resume: nowhere: no such folder" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_settings_arrive_as_plain_dataclasses(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    words = ["train.py", "model.hidden=7", "data.labels=0123456789", "data.width=8", "augment=none", "optim.lr=1e-3"]
    monkeypatch.setattr(sys, "argv", words)
    arrived = []
    assert compose.main("train", TrainConfig, lambda settings, folder: arrived.append((settings, folder))) == 0
    settings, folder = arrived[0]
    assert type(settings) is TrainConfig
    assert (settings.model.hidden, settings.data.labels, settings.data.width) == (7, "0123456789", 8)
    assert (settings.augment.scale, settings.optim.lr) == (0, 1e-3)
    assert (folder / ".hydra/overrides.yaml").is_file()


def test_a_sweep_runs_each_setting_wherever_its_flag_stands(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py", "optim.epochs=7", "-m", "model.hidden=3,5"])
    arrived = []
    assert compose.main("train", TrainConfig, lambda settings, folder: arrived.append((settings, folder))) == 0
    assert [settings.model.hidden for settings, _ in arrived] == [3, 5]
    assert {settings.optim.epochs for settings, _ in arrived} == {7}
    assert len({folder for _, folder in arrived}) == 2


def test_help_lists_every_setting(monkeypatch, tmp_path, capsys):
    assert call(monkeypatch, tmp_path, "--help") == 0
    told = capsys.readouterr().out
    assert "model=cnn|mlp" in told
    assert all(key in told for key in compose.keys(TrainConfig))
