import math

import pytest

from charnet.collector.training_status import SizesStatus, TrainingStatus

RESULT = {"accuracy": 178 / 200, "former": 0.82, "held": 200, "best_epoch": 7}


def wilson(right: int, total: int) -> list[float]:
    """Both p for which (right / total - p)^2 = z^2 p (1 - p) / total: the definition of the interval, solved for p."""
    z2, share = 1.959964**2 / total, right / total
    a, b, c = 1 + z2, -2 * share - z2, share * share
    return [(-b + sign * math.sqrt(b * b - 4 * a * c)) / (2 * a) for sign in (-1, 1)]


def test_the_result_is_one_sentence_with_its_interval() -> None:
    status = TrainingStatus()
    status.update({"result": RESULT})
    low, high = (f"{100 * bound:.0f}" for bound in wilson(178, 200))
    assert (low, high) == ("84", "93")
    assert status.to_dict()["says"] == "right on 178 of 200 drawings it never saw: 89 %, 84 to 93; before 82"
    status.update({"result": RESULT | {"former": None}})
    assert status.to_dict()["says"] == "right on 178 of 200 drawings it never saw: 89 %, 84 to 93"
    status.update({"result": RESULT | {"accuracy": None, "former": None, "held": 0}})
    assert (status.to_dict()["says"], status.to_dict()["note"]) == ("", "")


@pytest.mark.parametrize("held", [59, 60])
def test_under_sixty_held_out_there_is_a_caution(held: int) -> None:
    status = TrainingStatus()
    status.update({"result": RESULT | {"former": None, "held": held}})
    caution = "Only 59 drawings were held out: too few to rely on this figure. Draw more."
    assert status.to_dict()["note"] == (caution if held < 60 else "")


def test_the_note_says_which_figures_may_be_too_high_and_who_was_held_out() -> None:
    status = TrainingStatus()
    status.update({"result": RESULT})
    earlier = "The previous network may have been trained on some of them, which flatters its figure."
    assert status.to_dict()["note"] == earlier
    status = TrainingStatus(from_network=True, by_writer=True)
    status.update({"result": RESULT | {"held_out": [["a", "Anna-0"], ["b", "Ben-x-1"], ["c", "3"]]}})
    assert status.held_out == {("a", "Anna-0"), ("b", "Ben-x-1"), ("c", "3")} and "held_out" not in status.result
    assert status.to_dict()["note"] == (
        "Held out: all drawings by Anna and Ben-x and those without a name. The network that this one started from may "
        "have been trained on some of them, which flatters both figures."
    )


def test_curves_are_kept_and_their_best_epoch_is_that_of_the_lowest_held_out_loss() -> None:
    status = TrainingStatus("running")
    figures = {"epochs": 9, "loss": 1.0, "train_accuracy": 0.5, "validation_accuracy": 0.4, "train_loss": 1.1}
    for epoch, loss in ((1, 2.0), (2, 1.5), (3, 1.7)):
        status.update({"epoch": epoch, "validation_loss": loss, **figures})
    found = status.to_dict()
    assert found["losses"] == [[1, 1.1, 2.0], [2, 1.1, 1.5], [3, 1.1, 1.7]]
    assert (found["best_epoch"], found["curve"][0]) == (2, [1, 0.5, 0.4])
    status.update({"result": RESULT})  # the child knows of the epochs between
    assert status.to_dict()["best_epoch"] == 7
    status = TrainingStatus("running")
    status.update({"epoch": 1, "validation_loss": None, **figures})
    assert status.to_dict()["best_epoch"] is None


def test_snapshots_are_counted_and_other_messages_ignored() -> None:
    status = TrainingStatus("running")
    status.update({"snapshot": {"epoch": 1}})
    status.update({"ready": True})
    status.update({"spec": {"labels": ["a"]}})
    assert (status.to_dict()["snapshots"], status.snapshots, status.to_dict()["curve"]) == (1, [{"epoch": 1}], [])
    assert status.spec == {"labels": ["a"]}


def test_a_comparison_keeps_its_points() -> None:
    status = SizesStatus("running")
    for message in ({"ready": True}, {"sizes": [5]}, {"size": 5, "right": 2}, {"result": {}}):
        status.update(message)
    expected = {"state": "done", "sizes": [5], "points": [{"size": 5, "right": 2}], "error": "", "stopping": False}
    assert status.to_dict() == expected
