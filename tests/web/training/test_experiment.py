"""A whole training as a page runs it: what is held out, what it says on the way, how it ends."""

import numpy as np
import pytest
from node import call

MODULES = ("training/experiment.js", "training/split.js", "training/random.js", "perceptron.js")
SPEC = {"labels": ["a", "b", "c"], "width": 10, "height": 16, "framing": "moments"}

# Trains; returns the points of the curve and the result, which also reads the drawings itself.
RUN = """async (modules, job, most) => {
  const letters = { pictures: Uint8Array.from(job.letters.pictures), targets: job.letters.targets };
  const points = [];
  const listener = {
    onEpoch: (epoch, network) => points.push({ ...epoch, network: network() }),
    stopped: () => points.length === most,
  };
  try {
    const result = await modules["training/experiment.js"].run({ ...job, letters }, listener);
    const answers = job.letters.targets.map((_, i) => {
      const ink = Float64Array.from(letters.pictures.subarray(160 * i, 160 * (i + 1)), (value) => value / 255);
      return modules["perceptron.js"].forward(result.network, ink).likelihoods;
    });
    return { points, result, answers };
  } catch (error) {
    return error.message;
  }
}"""

SPLIT = """({ "training/split.js": split, "training/random.js": { Generator } }, letters, fraction, folds) => {
  const ours = { ...letters, pictures: Uint8Array.from(letters.pictures) };
  return [split.holdOut(ours, fraction, new Generator(1)), split.makeFolds(ours, folds, new Generator(1))];
}"""


def drawn(count: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    kinds = random.integers(0, 256, (3, 160))
    targets = np.arange(count) % 3
    pictures = (kinds[targets] + 2 * random.integers(0, 256, (count, 160))) / 3
    return pictures.astype(np.uint8), targets


def job(count: int, **settings: object) -> dict:
    pictures, targets = drawn(count)
    letters = {"pictures": pictures.ravel().tolist(), "targets": targets.tolist()}
    return {"spec": SPEC, "letters": letters, "config": {"hidden": 5, "epochs": 60}, **settings}


def test_a_training_shows_its_curve_and_ends_with_a_calibrated_network():
    trained = job(360)
    found = call(MODULES, RUN, trained, 0)
    points, result = found["points"], found["result"]
    assert [point["number"] for point in points] == list(range(1, 61))
    last = points[-1]
    assert last["epochs"] == 60
    assert last["undistorted"]["loss"] < last["loss"], "drawings as they are are read better than distorted ones"
    assert result["held"] == 72 == len(result["heldOut"])
    assert result["facts"]["split"] == "sample"
    assert 1 <= result["bestEpoch"] <= 60
    answers, targets = np.array(found["answers"]), np.array(trained["letters"]["targets"])
    held = result["heldOut"]
    assert (answers[held].argmax(1) == targets[held]).mean() == result["facts"]["accuracy"] > 0.9
    # Likelihoods: on average as high as answers are right.
    assert answers.mean() == pytest.approx(1 / 3, abs=0.03)
    assert 0 < result["facts"]["sure"] <= 1


def test_a_training_that_is_stopped_ends_with_its_best_epoch():
    found = call(MODULES, RUN, job(60), 4)
    assert len(found["points"]) == 4
    assert found["result"]["bestEpoch"] <= 4
    assert "sure" not in found["result"]["facts"], "twelve letters are too few to tell"


def test_a_writer_is_held_out():
    found = call(MODULES, RUN, job(60, writers=["kai"] * 20 + ["pri"] * 40, heldOut="kai"), 2)
    assert found["result"]["heldOut"] == list(range(20))
    assert found["result"]["facts"]["split"] == "writer"
    refused = call(MODULES, RUN, job(60, writers=["kai"] * 60, heldOut="kai"), 2)
    assert refused == "All letters are kai's, so none is left to train on: hold out less."


def test_a_training_goes_on_from_a_network():
    first = call(MODULES, RUN, job(60, heldOut=0), 0)["result"]
    assert (first["held"], first["facts"]) == (0, {})
    lists = {key: list(first["network"][key]) for key in ("inputWeights", "outputWeights")}
    settings = {"hidden": 5, "epochs": 2, "lr": 1e-4}
    again = call(MODULES, RUN, job(60, init=first["network"] | lists, config=settings, heldOut=0), 0)
    assert again["points"][0]["undistorted"]["accuracy"] > 0.9


def test_nothing_to_train_on_is_a_sentence():
    empty = {"spec": SPEC, "letters": {"pictures": [], "targets": []}}
    assert call(MODULES, RUN, empty, 0) == "There is nothing to train on: draw some letters first."


def test_letters_are_divided_as_in_python():
    pictures, targets = drawn(61)
    pictures[30:33] = pictures[0]  # copies of the first, one of them under its label
    pictures[57] = 0
    targets[60] = 3  # a label's only one
    letters = {"pictures": pictures.ravel().tolist(), "targets": targets.tolist()}
    fold, folds = call(MODULES, SPLIT, letters, 0.2, 5)
    assert sorted(fold["train"] + fold["heldOut"]) == list(range(61))
    assert 60 in fold["train"]
    assert (0 in fold["train"]) == (30 in fold["train"]), "copies are on one side"
    assert 10 <= len(fold["heldOut"]) <= 14
    assert sorted(index for each in folds for index in each["heldOut"]) == list(range(61))
    assert max(len(each["heldOut"]) for each in folds) - min(len(each["heldOut"]) for each in folds) <= 2
    for each in folds:
        assert (0 in each["train"]) == (30 in each["train"])
        assert sorted(each["train"] + each["heldOut"]) == list(range(61))


def test_fewer_of_each_label_train_and_fewer_still_are_some_of_these():
    limit = """({ "training/split.js": { limit }, "training/random.js": { Generator } }, targets, counts) => {
      const train = Int32Array.from(targets.keys()).filter((index) => index % 4);
      return counts.map((count) => limit({ train, heldOut: [0, 4] }, targets, count, new Generator(3)));
    }"""
    targets = [index % 3 for index in range(60)]
    few, more, all_ = call(MODULES, limit, targets, [2, 5, 100])
    assert [sorted(targets[index] for index in fold["train"]) for fold in (few, more)] == [
        sorted([0, 1, 2] * 2),
        sorted([0, 1, 2] * 5),
    ]
    assert set(few["train"]) < set(more["train"]) < set(all_["train"])
    assert all_["train"] == [index for index in range(60) if index % 4]
    assert all(fold["heldOut"] == [0, 4] for fold in (few, more, all_))
    found = call(MODULES, RUN, job(60, perLabel=3), -1)
    assert (found["result"]["held"], found["points"][-1]["undistorted"]["accuracy"]) == (12, 1)
