from charnet.collector.training_status import SizesStatus, TrainingStatus

RESULT = {"accuracy": 178 / 200, "former": 0.82, "held": 200, "best_epoch": 7}


def test_who_was_held_out_is_told_where_it_was_a_writer() -> None:
    status = TrainingStatus(from_network=True, by_writer=True)
    status.update({"result": RESULT | {"held_out": [["a", "Anna-0"], ["b", "Ben-x-1"], ["c", "3"]]}})
    assert status.held_out == {("a", "Anna-0"), ("b", "Ben-x-1"), ("c", "3")} and "held_out" not in status.result
    assert (status.to_dict()["writers"], status.to_dict()["from_network"]) == (["Anna", "Ben-x", ""], True)
    status = TrainingStatus()
    status.update({"result": RESULT | {"held_out": [["a", "Anna-0"]]}})
    assert (status.to_dict()["writers"], status.to_dict()["from_network"]) == ([], False)


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
