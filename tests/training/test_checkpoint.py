import random
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from charnet.spec import Spec
from charnet.training import checkpoint, experiment, fitting
from charnet.training.adamw import AdamW
from charnet.training.checkpoint import State
from charnet.training.config import TrainConfig
from charnet.training.mlp import Mlp


def change(**values: object) -> None:
    """Put other values into the run's checkpoint; None takes one out."""
    state = torch.load("run/checkpoint.pt", weights_only=True)
    state |= values
    torch.save(
        {key: value for key, value in state.items() if value is not None or key not in values}, "run/checkpoint.pt"
    )


def resume() -> None:
    experiment.run(TrainConfig(resume="run"), Path("run"))


def test_what_is_saved_is_read_back(config, tmp_path):
    network = Mlp(config.data.spec(), config.model)
    state = State(asdict(config), letters="abc", held_out_logits=torch.ones(3, 3), seconds=1.5, pictures=7)
    state.update(4, network.state_dict(), AdamW(network, 0.2))
    checkpoint.save(tmp_path, state)
    back, settings = checkpoint.read(tmp_path)
    assert settings == config
    assert (back.epoch, back.seconds, back.pictures, back.letters) == (4, 1.5, 7, "abc")
    assert torch.equal(back.held_out_logits, torch.ones(3, 3))
    assert all(torch.equal(back.model[name], value) for name, value in network.state_dict().items())


def test_it_holds_plain_types(config):
    experiment.run(config, Path("run"))
    state = torch.load("run/checkpoint.pt", weights_only=True)
    assert state["settings"]["data"]["labels"] == "loz"
    assert state["epoch"] == 20


def test_resume_refuses_other_letters_and_torn_checkpoints(config, letters):
    experiment.run(config, Path("run"))
    first = (letters / "l/0.png").read_bytes()
    (letters / "l/0.png").unlink()
    with pytest.raises(ValueError, match="changed since that run"):
        resume()
    (letters / "l/0.png").write_bytes(first)
    resume()
    whole = Path("run/checkpoint.pt").read_bytes()
    for content in (b"", whole[: len(whole) // 2], b"hello"):
        Path("run/checkpoint.pt").write_bytes(content)
        with pytest.raises(ValueError, match="damaged"):
            resume()
    Path("run/checkpoint.pt").unlink()
    with pytest.raises(FileNotFoundError, match="name the folder of an interrupted run"):
        resume()
    with pytest.raises(FileNotFoundError, match="nowhere: no such folder"):
        checkpoint.read(Path("nowhere"))


def test_resume_refuses_letters_whose_writers_were_renamed(config, letters):
    """A split by writer would hold out what was trained on."""
    experiment.run(config, Path("run"))
    for path in sorted(letters.glob("*/*.png")):
        path.rename(path.with_name(f"kai-{path.name}"))
    with pytest.raises(ValueError, match="or their names, changed since that run"):
        resume()


def test_a_checkpoint_of_another_version_is_one_line(config):
    """A setting that is unknown here, a key that is lacking, weights of other shapes, an optimiser of another kind."""
    experiment.run(config, Path("run"))
    whole = Path("run/checkpoint.pt").read_bytes()
    settings = asdict(config)
    faults = [
        ({"settings": settings | {"colour": "red"}}, "does not fit this version .*colour.*train anew"),
        (
            {"settings": settings | {"optim": {"epochs": 3, "speed": 1}}},
            "does not fit this version .*speed.*train anew",
        ),
        ({"settings": settings | {"optim": {"epochs": 0}}}, "does not fit this version .*epochs.*train anew"),
        ({"settings": "plain"}, "does not fit this version"),
        ({"pictures": None}, "has no pictures: another version of charnet wrote it; train anew"),
        ({"settings": None}, "is not a charnet checkpoint"),
        (
            {"settings": settings | {"model": {"hidden": 7}}},
            r"does not fit its own settings .*output\.weight.*train anew",
        ),
        ({"model": {}}, r"does not fit its own settings .*Missing key.*train anew"),
        ({"seconds": 10**400}, r"is damaged; train anew"),
        ({"optimizer": {"steps": 1, "mean": -(10**30)}}, r"is damaged; train anew"),
        ({"optimizer": {"steps": 1}}, r"does not fit its own settings .*mean.*train anew"),
    ]
    for values, message in faults:
        Path("run/checkpoint.pt").write_bytes(whole)
        change(**values)
        with pytest.raises(ValueError, match=message) as caught:
            resume()
        assert "\n" not in str(caught.value)
        assert "run/checkpoint.pt" in str(caught.value)


WRONG = (None, "x", -1, 3, 2.5, float("nan"), True, [], {}, {"x": 1}, torch.ones(2), {1: torch.ones(2)})


def wrong_values(values: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    """Each value of nested dicts replaced by each of the wrong ones."""
    for key, value in values.items():
        for wrong in WRONG:
            yield key, values | {key: wrong}
        if isinstance(value, dict):
            yield from ((f"{key}.{name}", values | {key: other}) for name, other in wrong_values(value))


def test_values_of_other_types_are_used_or_refused(config, thorough):
    """`thorough` takes all of them, and goes on with the training."""
    experiment.run(config, Path("run"))
    whole, refused = torch.load("run/checkpoint.pt", weights_only=True), 0
    every = [values for _, values in wrong_values(whole)]
    for values in every if thorough else random.Random(0).sample(every, 40):
        torch.save(values, "run/checkpoint.pt")
        try:
            state, settings = checkpoint.read(Path("run"))
            network = fitting.build(settings, Spec(tuple("loz")))
            state.begin(network, AdamW(network, 0.2))
            if thorough and (state.settings, state.path) == (whole["settings"], "run/checkpoint.pt"):
                resume()
        except (ValueError, FileNotFoundError) as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused > (300 if thorough else 20)


def test_what_is_noted_does_not_change_with_the_model(config):
    network = Mlp(config.data.spec(), config.model)
    state = State({})
    state.update(0, network.state_dict(), AdamW(network, 0.2))
    before = state.model["output.bias"].clone()
    with torch.no_grad():
        network.output.bias += 1
    assert torch.equal(state.model["output.bias"], before)


@pytest.mark.parametrize("copies", [0, 1])
def test_ctrl_c_while_an_epoch_is_noted_leaves_the_one_before(config, monkeypatch, copies):
    network, state = Mlp(config.data.spec(), config.model), State(asdict(config))
    adamw = AdamW(network, 0.2)
    state.update(3, network.state_dict(), adamw, 0.5)
    names = ("epoch", "model", "optimizer", "best_epoch")
    before, calls = {name: getattr(state, name) for name in names}, []

    def interrupted(value=None):
        calls.append(value)
        if len(calls) > copies:
            raise KeyboardInterrupt
        return value

    monkeypatch.setattr(checkpoint, "copied", interrupted)
    monkeypatch.setattr(adamw, "state_dict", interrupted)
    with pytest.raises(KeyboardInterrupt):
        state.update(4, network.state_dict(), adamw, 0.4)
    assert all(getattr(state, name) is value for name, value in before.items())
