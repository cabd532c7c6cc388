from dataclasses import asdict
from pathlib import Path

import pytest
import yaml

from charnet.system import settings
from charnet.training import config
from charnet.training.config import AugmentConfig, DataConfig, ModelConfig, OptimConfig, TrainConfig


def test_a_default_stands_in_one_place():
    """In the dataclass; conf/train.yaml and the plain choices of its groups repeat none."""
    conf = Path(__file__).parent.parent.parent / "conf"
    assert not set(yaml.safe_load((conf / "train.yaml").read_text())) & set(asdict(TrainConfig()))
    assert yaml.safe_load((conf / "augment/default.yaml").read_text()) == {}
    assert yaml.safe_load((conf / "model/mlp.yaml").read_text()) == {"model": {"name": "mlp"}}


@pytest.mark.parametrize("name", ["strokes", "none"])
def test_every_choice_of_distortions_sets_them_all(name):
    found = yaml.safe_load((Path(__file__).parent.parent.parent / f"conf/augment/{name}.yaml").read_text())
    assert asdict(AugmentConfig(**found)) == found


def test_from_dict_is_the_inverse_of_asdict():
    settings = TrainConfig(model=ModelConfig(hidden=7), optim=OptimConfig(lr=0.5), seed=3)
    assert TrainConfig.from_dict(asdict(settings)) == settings


def test_every_setting_is_explained():
    explained = settings.keys(TrainConfig)
    assert {"model.hidden", "data.root", "optim.lr", "augment.shear", "seed", "folds", "init", "resume"} <= set(
        explained
    )
    assert all(text for _, text in explained.values())


def test_labels_run_together_or_named():
    assert DataConfig(labels="0123456789").spec().labels == tuple("0123456789")
    assert DataConfig(labels="yes no").spec().labels == ("yes", "no")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ModelConfig(hidden=0), r"model\.hidden: 0 is not between 1"),
        (lambda: ModelConfig(activation="relu"), r"model\.activation: 'relu' is not one of logistic, tanh"),
        (lambda: DataConfig(validation=1), r"data\.validation: 1 is not between 0 and 0\.9"),
        (lambda: DataConfig(split="letter"), r"data\.split"),
        (lambda: DataConfig(writer="Anna", validation=0), r"data\.writer: with data\.validation=0 nobody is held out"),
        (lambda: TrainConfig(data=DataConfig(writer="Anna"), folds=5), r"data\.writer: with folds=5 each is held out"),
        (lambda: DataConfig(labels="aa"), r"data\.labels: 'a' appears twice"),
        (lambda: DataConfig(root=""), r"data\.root"),
        (lambda: DataConfig(framing="x"), r"data\.framing"),
        (lambda: OptimConfig(lr=float("nan")), r"optim\.lr: nan"),
        (lambda: OptimConfig(epochs=0), r"optim\.epochs"),
        (lambda: OptimConfig(batch_size=-1), r"optim\.batch_size"),
        (lambda: AugmentConfig(shear=-1), r"augment\.shear"),
        (lambda: TrainConfig(folds=1), "folds: 1 is not a cross-validation"),
        (lambda: TrainConfig(folds=-2), "folds"),
        (lambda: TrainConfig(folds=5, optim=OptimConfig(patience=9)), "optim.patience: with folds=5 no letters choose"),
        (
            lambda: TrainConfig(data=DataConfig(validation=0), optim=OptimConfig(patience=9)),
            "optim.patience: with data.validation=0 no letters choose the best epoch; leave it out",
        ),
        (lambda: TrainConfig(seed=-1), "seed"),
        (lambda: TrainConfig(device="tpu"), "device"),
    ],
)
def test_refuses(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_flatten_gives_the_keys_as_typed():
    assert config.flatten({"optim": {"lr": 1.0}, "seed": 0}) == {"optim.lr": 1.0, "seed": 0}
