import base64
import json
import threading
from pathlib import Path

import numpy as np
import pytest
from samples import make_network

from charnet.letters import folder
from charnet.networks import classify, json_file
from charnet.spec import Spec
from charnet.training import experiment, watch
from charnet.training.config import TrainConfig
from charnet.training.watch import Watch


def told(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def test_a_training_tells_its_curve_its_snapshots_and_its_result(
    config: TrainConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    json_file.write(Path("former.json"), make_network(Spec(tuple("loz"))))
    result = experiment.run(config, Path("run"), watch=Watch(threading.Event(), "former.json"))
    messages = told(capsys)
    points = [message for message in messages if "epoch" in message]
    assert [point["epoch"] for point in points] == list(range(1, 21))
    assert set(points[0]) == {"epoch", "epochs", "loss", "train_accuracy", "validation_accuracy"}
    shots = [message["snapshot"] for message in messages if "snapshot" in message]
    assert [shot["epoch"] for shot in shots] == [1, 2, 4, 8, 15, 20]
    found = messages[-1]["result"]
    assert (found["accuracy"], found["held"], found["folder"]) == (result["accuracy"], 6, "run")
    assert found["used"].startswith("in use now: 3 labels")
    assert found["former"] is not None and found["former_name"] == "former.json"


def test_it_ends_with_its_epoch_once_it_is_stopped(config: TrainConfig, capsys: pytest.CaptureFixture[str]) -> None:
    stopped = threading.Event()
    follow = Watch(stopped)
    epoch = follow.epoch

    def stop_at_three(*given) -> None:
        epoch(*given)
        if given[0].number == 3:
            stopped.set()

    follow.epoch = stop_at_three
    assert experiment.run(config, Path("run"), watch=follow)["epochs"] == 3
    assert classify.load().spec.labels == ("l", "o", "z")
    with pytest.raises(KeyboardInterrupt):  # stopped already
        experiment.run(config, Path("other"), watch=follow)


@pytest.mark.parametrize("spec", [Spec(tuple("loz")), Spec(tuple("zxlo"), 7, 9, "fit"), Spec(tuple("xy"))])
def test_any_network_can_be_measured_on_the_same_letters(letters: Path, spec: Spec) -> None:
    ours = Spec(tuple("loz"))
    found, which = folder.read(letters, ours), np.arange(0, 24, 2)
    network = make_network(spec)
    former = classify.Classifier(spec, "former", lambda pictures: classify.forward(network, pictures))
    right = [former.rank(found.paths[place])[0][0] == ours.labels[found.targets[place]] for place in which]
    assert watch.accuracy(former, found, ours, which) == pytest.approx(np.mean(right))


def test_weights_are_packed_to_a_byte_each() -> None:
    weights = np.random.default_rng(0).normal(0, 3, (5, 12))
    found = watch.packed(weights)
    back = np.frombuffer(base64.b64decode(found["weights"]), np.int8).reshape(5, 12) * found["scale"] / 127
    assert np.abs(back - weights).max() <= found["scale"] / 254 + 1e-9
    assert watch.packed(np.zeros((2, 2)))["scale"] == 1


def test_without_a_network_before_there_is_none_to_compare_with(
    config: TrainConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    config.data.validation, config.optim.epochs = 0, 1
    experiment.run(config, Path("run"), watch=Watch(threading.Event(), "absent"))
    found = told(capsys)[-1]["result"]
    assert (found["accuracy"], found["former"], found["held"]) == (None, None, 0)
