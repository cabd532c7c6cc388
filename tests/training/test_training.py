"""Training from a program, in three lines."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import charnet
from charnet.networks import stored
from charnet.training import TrainConfig, claim, run
from charnet.training.config import DataConfig, OptimConfig


@pytest.fixture
def config(letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainConfig:
    monkeypatch.chdir(tmp_path)
    return TrainConfig(data=DataConfig(root=str(letters)), optim=OptimConfig(epochs=2))


def test_a_run_takes_a_folder_of_its_own_as_train_py_does(config: TrainConfig):
    first, second = run(config, use=False), run(config, use=False)
    assert re.fullmatch(r"outputs/\d{4}-\d\d-\d\d/\d\d-\d\d-\d\d(-2)?", first["folder"].as_posix())
    assert first["folder"] != second["folder"] and not stored.CURRENT.exists()
    for result in (first, second):
        told = json.loads((result["folder"] / "metrics.json").read_text())
        assert told.items() <= result.items()
        assert charnet.load(result["folder"]).spec.outputs == 3
    assert config.data.labels == ""  # what was given stays as it was


def test_named_runs_and_folders_that_are_taken(config: TrainConfig):
    config.name = "mine"
    Path("empty").mkdir()
    folders = [
        run(config, where, use=False)["folder"].as_posix() for where in (None, None, "here", Path("here"), "empty")
    ]
    assert folders == ["outputs/mine", "outputs/mine-2", "here", "here-2", "empty"]


def test_a_run_that_never_began_leaves_no_folder(config: TrainConfig):
    config.data.root = "nowhere"
    with pytest.raises(FileNotFoundError, match="nowhere"):
        run(config)
    assert not list(Path("outputs").rglob("*-*-*/*"))


def test_the_settings_come_without_torch():
    program = (
        "import sys; from charnet.training import TrainConfig, run; assert not {'torch', 'hydra'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_name_that_another_run_has_just_claimed_is_not_taken_again(config: TrainConfig):
    """Though its folder is empty until the letters are read."""
    config.name = "mine"
    assert [claim(config), claim(config)] == [Path("outputs/mine"), Path("outputs/mine-2")]
