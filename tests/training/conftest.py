from pathlib import Path

import pytest

from charnet.training.config import DataConfig, OptimConfig, TrainConfig


@pytest.fixture
def config(letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainConfig:
    """A training that takes a moment, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").mkdir()
    return TrainConfig(data=DataConfig(str(letters), labels="loz"), optim=OptimConfig(epochs=20, batch_size=8))
