import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import make_network

from charnet.collector import training
from charnet.collector.training import MissingDrawings, Trainer, TrainingRequest, find_network, name_to_go_back
from charnet.letters.config import LettersConfig
from charnet.networks import json_file, stored
from charnet.spec import LOWERCASE, Spec
from charnet.training.config import TrainConfig

ALL = dict.fromkeys(LOWERCASE, 9)
RESULT = {"result": {"accuracy": 1109 / 1202, "former": 0.84, "held": 1202, "best_epoch": 1}}
EPOCH = {"epoch": 1, "epochs": 9, "loss": 1.5, "train_accuracy": 0.5, "validation_accuracy": 0.4}
EPOCH |= {"train_loss": 1.2, "validation_loss": 1.4}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Child:
    """In the place of a process."""

    made: list["Child"]

    def __init__(self, words: list[str], work: str, on_message: Callable, on_end: Callable) -> None:
        assert words == ["charnet.train", "--standby"]
        self.sent: list[dict] = []
        self.alive, self.say, self.end = True, on_message, on_end
        Child.made.append(self)

    def send(self, message: dict) -> None:
        self.sent.append(json.loads(json.dumps(message)))

    def close(self) -> None:
        self.alive = False

    def wait(self) -> None:
        assert not self.alive


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    Child.made = []
    monkeypatch.setattr(training, "Process", Child)
    return []


def test_only_what_differs_from_the_defaults_is_a_setting() -> None:
    assert TrainingRequest().settings(LettersConfig(), ALL) == {}
    request = TrainingRequest(hidden=40, epochs=7, seed=0)
    assert request.settings(LettersConfig("my 'letters'", width=8), ALL) == {
        "data": {"root": "my 'letters'", "width": 8},
        "optim": {"epochs": 7},
        "seed": 0,
        "model": {"hidden": 40},
    }


def test_every_setting_is_one_of_train_py() -> None:
    """The names in the message are those of the dataclasses that the training reads it into."""
    request = TrainingRequest(hidden=40, epochs=7, init="letters-cnn", seed=3, without=("q",))
    data = LettersConfig("elsewhere", width=8, height=9, framing="fit")
    found = [TrainingRequest(hidden=40).settings(data, ALL)]
    request.hidden = None
    found.append(request.settings(data, ALL))
    known = TrainConfig()
    for settings in found:
        for key, value in settings.items():
            for name in value if isinstance(value, dict) else ():
                assert hasattr(getattr(known, key), name)
            assert hasattr(known, key)


def test_letters_without_drawings_are_not_left_out_unasked() -> None:
    with pytest.raises(MissingDrawings, match="no drawings of q and z yet: draw some, or train without q and z"):
        TrainingRequest().settings(LettersConfig(), ALL | {"q": 0, "z": 0})
    found = TrainingRequest(without=("q",)).settings(LettersConfig(), ALL | {"q": 0})
    assert found == {"data": {"labels": "abcdefghijklmnoprstuvwxyz"}}
    few = dict.fromkeys(LOWERCASE, 0) | dict.fromkeys("aeiou", 2)
    assert TrainingRequest().settings(LettersConfig(), few) == {}  # a set of its own
    with pytest.raises(MissingDrawings):
        TrainingRequest().settings(LettersConfig(labels="xy"), {"x": 3, "y": 0})


def test_missing_letters_are_listed_as_in_a_sentence() -> None:
    for labels, listed in (("q", "q"), ("qx", "q and x"), ("qxz", "q, x and z")):
        assert str(MissingDrawings(list(labels))).endswith(f"train without {listed}")


@pytest.mark.parametrize(("counts", "reason"), [({"a": 0}, "no drawings yet"), ({"a": 1, "b": 1}, "draw a second one")])
def test_too_few_drawings_are_an_error_before_a_training_starts(counts: dict[str, int], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        TrainingRequest().settings(LettersConfig(), counts)


def test_experiments_are_settings_of_train_py_too() -> None:
    request = TrainingRequest(distort=False, per_label=5, by_writer=True)
    found = request.settings(LettersConfig(), ALL, writers=2)
    assert found == {"data": {"per_label": 5, "split": "writer"}, "augment": "none"}
    with pytest.raises(ValueError, match="all drawings are by one writer"):
        request.settings(LettersConfig(), ALL)
    found = TrainingRequest(by_writer=True, writer="Anna").settings(LettersConfig(), ALL, writers=2)
    assert found == {"data": {"writer": "Anna"}}


def test_from_a_network_it_has_that_networks_kind_and_units() -> None:
    json_file.write(Path("new.json"), make_network(Spec(), hidden=33))
    stored.copy_to_current(Path("new.json"))
    found = TrainingRequest(init="current").settings(LettersConfig(), ALL)
    assert found == {"init": "outputs/current/weights.json", "model": {"hidden": 33}}
    with pytest.raises(ValueError, match="has 33 hidden units; choose 33"):
        TrainingRequest(init="current", hidden=20).settings(LettersConfig(), ALL)
    found = TrainingRequest(init="letters-cnn", epochs=3).settings(LettersConfig(), ALL)
    assert (found["model"], found["optim"]) == ({"name": "cnn"}, {"epochs": 3})
    with pytest.raises(ValueError, match="convolutional"):
        TrainingRequest(init="letters-cnn", hidden=20).settings(LettersConfig(), ALL)
    found = TrainingRequest(init="current", network="new.json").settings(LettersConfig(), ALL)
    assert found["init"] == "new.json"  # the one that reads on the page


def test_the_former_network_is_known_by_a_name_that_finds_it_later() -> None:
    assert name_to_go_back(None) == "letters"  # the shipped one
    run = Path("outputs/mine")
    run.mkdir(parents=True)
    json_file.write(run / "weights.json", make_network(Spec(), hidden=5))
    assert name_to_go_back("outputs/mine") == "mine"
    stored.copy_to_current(run / "weights.json")
    assert name_to_go_back(None) == "mine"
    (run / "weights.json").unlink()
    assert name_to_go_back(None) == ""  # only the copy in use is left, which the next one replaces
    assert name_to_go_back("absent") == ""


def test_a_comparison_of_sizes_takes_the_place_of_a_training_but_not_its_status(done: list[str]) -> None:
    trainer = Trainer(lambda: done.append("done"))
    assert trainer.compare_sizes({"seed": 1}) and not trainer.start({}) and not trainer.compare_sizes({})
    (child,) = Child.made
    assert child.sent == [{"settings": {"seed": 1}, "compare_sizes": True}]
    trainer.stop()  # of a training: there is none
    assert len(child.sent) == 1
    child.say(child, {"sizes": [5, 8]})
    point = {"size": 5, "right": 3, "held": 6, "low": 0.2, "high": 0.8}
    child.say(child, point)
    found = trainer.sizes.to_dict()
    assert (found["state"], found["sizes"], found["points"]) == ("running", [5, 8], [point])
    assert trainer.status.state == "idle"
    trainer.stop_comparing()
    assert child.sent[1:] == [{"stop": True}]
    child.say(child, {"result": {}})
    assert (trainer.sizes.state, trainer.status.state, done) == ("stopped", "idle", [])
    trainer.compare_sizes({})
    Child.made[-1].end(Child.made[-1], "no letter has more than 5 drawings")
    assert (trainer.sizes.state, trainer.sizes.error) == ("failed", "no letter has more than 5 drawings")


@pytest.mark.parametrize("name", ["/etc/passwd", "new.json", "../new.json", "outputs/../new.json", "absent", "a\0b"])
def test_no_other_file_can_be_named(name: str) -> None:
    json_file.write(Path("new.json"), make_network(Spec()))
    with pytest.raises(ValueError, match=r"^init: "):
        find_network(name)


def test_the_process_on_standby_ends_when_the_page_no_longer_asks_for_it(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "STANDBY", 0.05)
    trainer = Trainer(lambda: done.append("done"))
    trainer.prepare()
    for _ in range(200):
        if not trainer.warm:
            break
        time.sleep(0.01)
    assert not Child.made[0].alive and not trainer.warm


def test_one_training_at_a_time_from_its_start_to_the_new_network(done: list[str]) -> None:
    trainer = Trainer(lambda: done.append("done"))
    trainer.prepare()
    settings = {"optim": {"epochs": 9}, "seed": 1}
    assert trainer.start(settings, "former") and not trainer.start({})
    (child,) = Child.made
    assert child.sent == [{"settings": settings, "former": "former"}]
    assert trainer.status.to_dict()["epochs"] == 9
    child.say(child, EPOCH)
    found = trainer.status.to_dict()
    assert (found["state"], found["epoch"], found["curve"], found["loss"]) == ("running", 1, [[1, 0.5, 0.4]], 1.5)
    child.say(child, RESULT)
    found = trainer.status.to_dict()
    assert (found["state"], done) == ("done", ["done"])
    assert trainer.accuracies == [1109 / 1202]
    assert (found["result"]["accuracy"], found["result"]["held"]) == (1109 / 1202, 1202)
    assert trainer.start({})  # while the first still draws its figures
    assert Child.made[1].sent == [{"settings": {}, "former": None}]
    child.end(child, "")  # now it has
    assert trainer.status.state == "running"
    trainer.stop()
    trainer.stop()
    assert Child.made[1].sent[1:] == [{"stop": True}]
    Child.made[1].say(Child.made[1], RESULT)
    assert trainer.status.state == "stopped"


def test_one_that_ends_without_a_result_has_failed(done: list[str]) -> None:
    trainer = Trainer(lambda: done.append("done"))
    for error in ("data/letters: no pictures", ""):
        trainer.start({})
        Child.made[-1].end(Child.made[-1], error)
        assert trainer.status.state == "failed"
        assert trainer.status.error == (error or "the training ended without a result; try again")
    trainer.start({})
    trainer.stop()
    Child.made[-1].end(Child.made[-1], "")  # before its first epoch
    assert (trainer.status.state, trainer.status.error, done) == ("stopped", "", [])


def test_a_process_that_died_on_standby_is_replaced(done: list[str]) -> None:
    trainer = Trainer(lambda: done.append("done"))
    trainer.prepare()
    Child.made[0].alive = False
    trainer.prepare()
    trainer.start({})
    assert len(Child.made) == 2 and Child.made[1].sent


def test_closing_the_trainer_ends_all_processes(done: list[str]) -> None:
    trainer = Trainer(lambda: done.append("done"))
    trainer.start({})
    trainer.prepare()  # nothing: one is running
    trainer.close()
    assert [child.alive for child in Child.made] == [False]
