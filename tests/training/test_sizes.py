import threading
from pathlib import Path

import pytest
from samples import make_letters

from charnet.training import experiment, sizes
from charnet.training.config import TrainConfig


def test_each_size_has_the_figures_of_a_training_with_so_many_drawings(
    config: TrainConfig, letters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "SIZES", (2, 4, 7))
    config.optim.batch_size = 32
    found = list(sizes.measure(config, threading.Event(), steps=6))
    assert found[0] == {"sizes": [2, 4, 6]}  # 8 of each label, of which 2 are held out
    assert [point["size"] for point in found[1:]] == [2, 4, 6]
    for point in found[1:]:
        config.data.per_label, config.optim.epochs = point["size"], 6  # a batch each
        result = experiment.run(config, Path(f"run-{point['size']}"), use=False)
        assert point["held"] == 6 and point["right"] == round(result["accuracy"] * 6)
        assert 0 <= point["low"] <= point["right"] / 6 <= point["high"] <= 1
    assert not Path("outputs/current").exists()


def test_it_ends_once_it_is_stopped_and_needs_something_to_compare(config: TrainConfig, tmp_path: Path) -> None:
    stopped = threading.Event()
    stopped.set()
    make_letters(tmp_path / "more", count=10)
    config.data.root = str(tmp_path / "more")
    assert list(sizes.measure(config, stopped)) == [{"sizes": [5, 8]}]
    make_letters(tmp_path / "few", count=5)
    config.data.root = str(tmp_path / "few")
    with pytest.raises(ValueError, match="no letter has more than 5 drawings to learn from"):
        next(sizes.measure(config, stopped))
