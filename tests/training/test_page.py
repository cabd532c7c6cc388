import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest
import yaml
from samples import make_network

from charnet.letters import folder
from charnet.networks import classify, json_file
from charnet.pictures import images
from charnet.spec import Spec
from charnet.training import experiment, page
from charnet.training.config import TrainConfig
from charnet.training.page import PageMessages


def messages_of(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def test_a_training_tells_its_curve_its_snapshots_and_its_result(
    config: TrainConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    json_file.write(Path("former.json"), make_network(Spec(tuple("loz"))))
    result = experiment.run(config, Path("run"), callback=PageMessages(threading.Event(), 20, "former.json"))
    messages = messages_of(capsys)
    points = [message for message in messages if "epoch" in message]
    assert [point["epoch"] for point in points] == list(range(1, 21))
    figures = {"train_accuracy", "train_loss", "validation_accuracy", "validation_loss"}
    assert set(points[0]) == {"epoch", "epochs", "loss"} | figures
    shots = [message["snapshot"] for message in messages if "snapshot" in message]
    assert [shot["epoch"] for shot in shots] == list(range(1, 21))
    found = messages[-1]["result"]
    assert found["best_epoch"] == result["best_epoch"]
    assert {label for label, _ in found["held_out"]} == set("loz") and len(found["held_out"]) == 6
    assert messages[0] == {"spec": Spec(tuple("loz")).to_dict()}
    assert (found["accuracy"], found["held"], found["folder"]) == (result["accuracy"], 6, "run")
    assert found["in_use"] and found["reason"] == "" and found["used"].startswith("in use now: 3 labels")
    assert found["former"] is not None and found["former_name"] == "former.json"


def test_it_ends_with_its_epoch_once_it_is_stopped(config: TrainConfig, capsys: pytest.CaptureFixture[str]) -> None:
    stopped = threading.Event()
    callback = PageMessages(stopped, 20)
    on_epoch = callback.on_epoch

    def stop_at_three(*given) -> None:
        on_epoch(*given)
        if given[0].number == 3:
            stopped.set()

    callback.on_epoch = stop_at_three
    assert experiment.run(config, Path("run"), callback=callback)["epochs"] == 3
    assert classify.load().spec.labels == ("l", "o", "z")
    with pytest.raises(KeyboardInterrupt):  # stopped already
        experiment.run(config, Path("other"), callback=callback)


@pytest.mark.parametrize("spec", [Spec(tuple("loz")), Spec(tuple("zxlo"), 7, 9, "fit"), Spec(tuple("xy"))])
def test_any_network_can_be_measured_on_the_same_letters(letters: Path, spec: Spec) -> None:
    ours = Spec(tuple("loz"))
    found, which = folder.read(letters, ours), np.arange(0, 24, 2)
    network = make_network(spec)
    former = classify.Classifier(spec, "former", lambda pictures: classify.forward(network, pictures))
    right = [former.rank(found.paths[place])[0][0] == ours.labels[found.targets[place]] for place in which]
    assert page.accuracy(former, found, ours, which) == pytest.approx(np.mean(right))


def test_the_last_epochs_figures_are_those_of_its_network_on_drawings_as_they_are(
    config: TrainConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    """Computed anew from the files, of those that it did not hold out, with the network that the last epoch left."""
    config.optim.epochs, config.data.per_label = 3, 4
    held: dict[str, object] = {}

    class Kept(PageMessages):
        def on_start(self, data) -> None:
            super().on_start(data)
            held["train"] = [data.letters.paths[index] for index in data.kept.train]

        def on_epoch(self, epoch, network, speed) -> None:
            super().on_epoch(epoch, network, speed)
            held["network"] = network.to_network()

    experiment.run(config, Path("run"), callback=Kept(threading.Event(), 3))
    point = [message for message in messages_of(capsys) if "epoch" in message][-1]
    network, paths = held["network"], held["train"]
    pictures = np.stack([images.read(path, network.spec) for path in paths])
    hidden = 1 / (1 + np.exp(-(pictures.reshape(12, -1) @ network.hidden_weight.T + network.hidden_bias)))
    logits = hidden @ network.output_weight.T + network.output_bias
    targets = np.array([network.spec.labels.index(path.parent.name) for path in paths])
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert point["train_accuracy"] == pytest.approx((logits.argmax(axis=1) == targets).mean())
    assert point["train_loss"] == pytest.approx(-np.log(probabilities[np.arange(12), targets]).mean(), rel=1e-4)


def test_weights_are_packed_to_a_byte_each() -> None:
    network = make_network(Spec(tuple("abc")), hidden=5)
    found = page.packed(network)
    back = np.frombuffer(base64.b64decode(found["weights"]), np.int8).reshape(5, 160) * found["scale"] / 127
    assert np.abs(back - network.hidden_weight).max() <= found["scale"] / 254 + 1e-9
    for name in ("hidden_bias", "output_weight", "output_bias"):
        assert np.abs(np.array(found[name]) - getattr(network, name)).max() <= 5e-5
    assert page.packed(replace(network, hidden_weight=np.zeros((5, 160))))["scale"] == 1


def test_without_a_network_before_there_is_none_to_compare_with(
    config: TrainConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    config.data.validation, config.optim.epochs = 0, 1
    experiment.run(config, Path("run"), callback=PageMessages(threading.Event(), 1, "absent"))
    found = messages_of(capsys)[-1]["result"]
    assert (found["accuracy"], found["former"], found["held"]) == (None, None, 0)


ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "charnet.train", "--standby"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_it_says_that_it_is_ready_and_trains_with_the_settings_it_is_sent(
    waiting: subprocess.Popen[str], letters: Path, tmp_path: Path
) -> None:
    assert waiting.stdin and waiting.stdout
    assert json.loads(waiting.stdout.readline()) == {"ready": True}
    settings = {"data": {"root": str(letters)}, "optim": {"epochs": 2}, "name": "mine"}
    waiting.stdin.write(json.dumps({"settings": settings, "former": None}) + "\n")
    waiting.stdin.flush()
    lines = [line for line in waiting.stdout if line.startswith("{")]  # it ends by itself
    assert json.loads(lines[-1])["result"]["folder"] == "outputs/mine"
    assert waiting.wait(30) == 0
    assert (tmp_path / "outputs/current/weights.json").is_file()


def test_it_ends_with_its_standard_input(waiting: subprocess.Popen[str]) -> None:
    assert waiting.stdin
    waiting.stdin.close()  # before it has imported anything
    assert waiting.wait(60) == 1


def test_settings_come_in_place_of_the_defaults_and_of_the_models_preset() -> None:
    given = {"data": {"labels": "ab"}, "optim": {"epochs": 7}, "model": {"name": "cnn"}, "seed": 3}
    found = page.configured(given)
    expected = TrainConfig(seed=3)
    expected.data.labels, expected.optim.epochs, expected.model.name = "ab", 7, "cnn"
    expected.optim.lr, expected.optim.weight_decay = 0.006, 0.05  # conf/model/cnn.yaml
    assert found == expected
    assert page.configured({}) == TrainConfig()
    still = page.configured({"augment": "none"})
    assert {name: value for name, value in asdict(still.augment).items() if value} == {}
    assert replace(still, augment=expected.augment) == TrainConfig()


def test_a_run_of_the_page_can_be_repeated_by_command(tmp_path: Path) -> None:
    """Its overrides, typed after train.py, make the very settings that it was run with."""
    given = {"data": {"root": "my letters (1)", "labels": "a b'"}, "optim": {"epochs": 7}, "model": {"name": "cnn"}}
    given |= {"augment": "none"}
    config = page.configured(given)
    page.record(tmp_path, config, given)
    assert yaml.safe_load((tmp_path / ".hydra/config.yaml").read_text()) == asdict(config)
    words = yaml.safe_load((tmp_path / ".hydra/overrides.yaml").read_text())
    shown = subprocess.run(
        [sys.executable, str(ROOT / "train.py"), *words, "--cfg", "job"], capture_output=True, text=True, check=True
    )
    assert yaml.safe_load(shown.stdout) == asdict(config)


def test_what_is_stopped_before_it_begins_leaves_no_folder(config: TrainConfig, monkeypatch, capsys) -> None:
    given = {"data": {"root": config.data.root}, "optim": {"epochs": 1}}
    for stopped_at in ("before", "reading"):
        stop, messages = threading.Event(), SimpleQueue()
        messages.put({"settings": given, "former": None})
        if stopped_at == "before":
            stop.set()
        else:
            steps = experiment.LETTERS._replace(read=lambda *_: (_ for _ in ()).throw(ValueError("no letters")))
            monkeypatch.setattr(experiment, "LETTERS", steps)
        with pytest.raises((KeyboardInterrupt, ValueError)):
            page.wait_and_train(messages, stop)
        assert not list(Path("outputs").rglob(".hydra"))


def test_the_defaults_list_of_train_yaml_counts_on_the_page_too(monkeypatch) -> None:
    real = page.settings.read
    changed = real("train.yaml") | {"defaults": ["train_schema", {"augment": "none"}, {"model": "cnn"}]}
    monkeypatch.setattr(page.settings, "read", lambda name: changed if name == "train.yaml" else real(name))
    found = page.configured({})
    assert (found.augment.bend, found.model.name, found.optim.epochs) == (0, "cnn", 80)
