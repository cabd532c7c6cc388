import time
from collections.abc import Callable

import pytest

from charnet.collector import trainer
from charnet.collector.trainer import Trainer


class Child:
    """In the place of a process."""

    made: list["Child"]

    def __init__(self, on_message: Callable, on_end: Callable) -> None:
        self.sent: list[dict] = []
        self.alive, self.say, self.end = True, on_message, on_end
        Child.made.append(self)

    def send(self, message: dict) -> None:
        self.sent.append(message)

    def close(self) -> None:
        self.alive = False

    def wait(self) -> None:
        assert not self.alive


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    Child.made = []
    monkeypatch.setattr(trainer, "Process", Child)
    return []


RESULT = {"result": {"accuracy": 0.923, "former": 0.84, "held": 1202}}
POINT = {"epoch": 1, "epochs": 9, "loss": 1.5, "train_accuracy": 0.5, "validation_accuracy": 0.4}


def test_a_process_that_nobody_asks_for_any_more_goes(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "IDLE", 0.05)
    training = Trainer(lambda: done.append("done"))
    training.prepare()
    for _ in range(200):
        if not training.warm:
            break
        time.sleep(0.01)
    assert not Child.made[0].alive and not training.warm


def test_one_training_at_a_time_from_the_press_to_the_new_network(done: list[str]) -> None:
    training = Trainer(lambda: done.append("done"))
    training.prepare()
    assert training.start(["seed=1"], 9, "former") and not training.start([])
    (child,) = Child.made
    assert child.sent == [{"words": ["seed=1"], "former": "former"}]
    child.say(child, POINT)
    found = training.course.to_dict()
    assert (found["state"], found["epoch"], found["curve"], found["loss"]) == ("running", 1, [[1, 0.5, 0.4]], 1.5)
    child.say(child, RESULT)
    found = training.course.to_dict()
    assert (found["state"], found["says"], done) == ("done", "92.3 % of held-out drawings, before 84.0 %", ["done"])
    assert training.start([])  # while the first still draws its pictures
    child.end(child, "")  # now it has
    assert training.course.state == "running"
    training.stop()
    training.stop()
    assert Child.made[1].sent[1:] == [{"stop": True}]
    Child.made[1].say(Child.made[1], RESULT)
    assert training.course.state == "stopped"


def test_one_that_ends_without_a_result_has_failed(done: list[str]) -> None:
    training = Trainer(lambda: done.append("done"))
    for error in ("data/letters: no pictures", ""):
        training.start([])
        Child.made[-1].end(Child.made[-1], error)
        assert training.course.state == "failed"
        assert training.course.error == (error or "the training ended without a result; try again")
    training.start([])
    training.stop()
    Child.made[-1].end(Child.made[-1], "")  # before its first epoch
    assert (training.course.state, training.course.error, done) == ("stopped", "", [])


def test_a_process_that_died_while_it_waited_is_replaced(done: list[str]) -> None:
    training = Trainer(lambda: done.append("done"))
    training.prepare()
    Child.made[0].alive = False
    training.prepare()
    training.start([])
    assert len(Child.made) == 2 and Child.made[1].sent


def test_the_end_of_the_page_is_the_end_of_all_processes(done: list[str]) -> None:
    training = Trainer(lambda: done.append("done"))
    training.start([])
    training.prepare()  # nothing: one runs
    training.close()
    assert [child.alive for child in Child.made] == [False]


@pytest.mark.parametrize(
    ("words", "former", "note"),
    [
        ([], 0.84, "Both read the same 1,202 drawings; the network before may have learned some of them"),
        (
            ["init=outputs/current"],
            0.84,
            "that this one went on from may have learned some of them, which flatters both",
        ),
        ([], None, ""),
    ],
)
def test_what_flatters_a_figure_is_told(done: list[str], words: list[str], former: float | None, note: str) -> None:
    training = Trainer(lambda: done.append("done"))
    training.start(words)
    (child,) = Child.made
    child.say(child, {"result": RESULT["result"] | {"former": former}})
    found = training.course.to_dict()["note"]
    assert note in found and bool(note) == bool(found)
