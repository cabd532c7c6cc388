"""What the page computes of a training, in Node.js: networks from snapshots, experiments, charts, sentences."""

import json
import math
from typing import Any

import numpy as np
import pytest
from node import call
from samples import make_network

from charnet.collector.training_status import TrainingStatus
from charnet.spec import LOWERCASE, Spec
from charnet.training import page

STATIC = "../collector/static"


def js(module: str, function: str, *values: object) -> Any:
    """The value of a function of one of the page's modules, `m`, and of these values."""
    called = f"(modules, ...values) => ({function})(Object.values(modules)[0], ...values)"
    return call((f"{STATIC}/{module}",), called, *values)


def test_a_snapshot_reads_as_the_network_that_it_was_made_of() -> None:
    spec = Spec(tuple("abcd"), 5, 8)
    network = make_network(spec, hidden=6)
    ink = np.random.default_rng(1).random(40).round(3)
    snapshot = {"epoch": 3, **page.packed(network)}
    function = "(m, snapshot, spec, ink) => m.readWith(m.unpack(snapshot, spec), ink)"
    found = js("snapshots.js", function, snapshot, spec.to_dict(), ink.tolist())
    hidden = 1 / (1 + np.exp(-(network.hidden_weight @ ink + network.hidden_bias)))
    logits = network.output_weight @ hidden + network.output_bias
    probabilities = np.exp(logits) / np.exp(logits).sum()
    assert np.allclose(found["hidden"], hidden, atol=0.02)
    assert [label for label, _ in found["ranking"]] == [spec.labels[i] for i in np.argsort(-probabilities)]
    assert np.allclose([share for _, share in found["ranking"]], np.sort(probabilities)[::-1], atol=0.02)


@pytest.mark.parametrize(
    ("key", "request_"),
    [
        ("few", {"epochs": 1000, "hidden": 20, "per_label": 5, "distort": False}),
        ("two", {"epochs": 1000, "hidden": 2}),
        ("hand", {"epochs": 1000, "hidden": 20, "by_writer": True}),
    ],
)
def test_an_experiment_is_a_request_and_is_known_by_its_settings(key: str, request_: object) -> None:
    function = (
        "(m, key) => [m.toRequest(m.EXPERIMENTS[key].settings), m.experimentOf({...m.EXPERIMENTS[key].settings})]"
    )
    assert js("experiments.js", function, key) == [request_, key]


def test_the_usual_training_is_the_default_of_train_py_and_no_experiment() -> None:
    function = "(m) => [m.toRequest(m.USUAL), m.experimentOf(m.USUAL), m.toRequest({...m.USUAL, current: true})]"
    expected = [{"epochs": 1000, "hidden": 20}, "", {"epochs": 1000, "init": "current"}]
    assert js("experiments.js", function) == expected
    default = page.configured({})
    assert (default.optim.epochs, default.model.hidden, default.data.per_label) == (1000, 20, 0)


def test_one_writer_can_be_held_out() -> None:
    choices = js("experiments.js", "(m, writers) => m.holdOutChoices(writers)", {"Kai": 3, "Anna": 10, "Ben": 0})
    assert [text for _, text in choices] == ["a fifth", "a writer", "Anna", "Kai"]
    function = (
        "(m, value) => { const settings = { ...m.EXPERIMENTS.hand.settings, ...m.holdOutSettings(value) };"
        " return [m.holdOutValue(settings), m.experimentOf(settings), m.summaryOf(settings), m.toRequest(settings)]; }"
    )
    usual = {"epochs": 1000, "hidden": 20}
    found = [js("experiments.js", function, value) for value, _ in choices[:3]]
    assert [value for value, *_ in found] == [value for value, _ in choices[:3]]
    assert [rest for _, *rest in found] == [
        ["", "20 hidden units, 1,000 epochs", usual],
        ["hand", "20 hidden units, 1,000 epochs, a writer held out", usual | {"by_writer": True}],
        ["hand", "20 hidden units, 1,000 epochs, Anna held out", usual | {"by_writer": True, "writer": "Anna"}],
    ]


def test_an_experiment_that_cannot_be_made_yet_says_what_is_missing() -> None:
    function = "(m, key, drawings) => m.EXPERIMENTS[key].needs(drawings)"
    alone = {"counts": {"a": 7, "b": 3}, "writers": {"Anna": 10}}
    assert js("experiments.js", function, "hand", alone).startswith("All drawings are by one hand: let someone else")
    assert js("experiments.js", function, "hand", {"counts": {"a": 7, "b": 4}, "writers": {"Anna": 10}}) == ""
    assert js("experiments.js", function, "few", alone).startswith("No letter has more than five drawings")
    assert js("experiments.js", function, "few", {"counts": {"a": 8}, "writers": {}}) == ""


def test_numbers_of_drawings_to_choose_are_those_that_leave_something_out() -> None:
    function = "(m, n) => m.sizeChoices({counts: {a: n, b: 2}, writers: {}})"
    found = [js("experiments.js", function, n) for n in (0, 6, 14, 120)]
    assert found == [[0], [0], [5, 10, 0], [5, 10, 20, 40, 80, 0]]


def test_a_line_of_many_points_keeps_few_and_the_last() -> None:
    points = [[float(n), 2.0 * n] for n in range(1000)]
    path = js("curve-path.js", "(m, points) => m.thin(points, 300)", points)
    assert path.startswith("M") and path.count("L") < 300 and path.endswith("L999.0 1998.0")
    assert js("curve-path.js", "(m) => [m.thin([], 9), m.thin([[1, 2], [3, 4]], 9)]") == ["", "M1.0 2.0L3.0 4.0"]
    assert js("curve-path.js", "(m) => [m.fit(-1), m.fit(0.5), m.fit(7)]") == [0, 0.5, 1]


def test_what_a_training_says_at_its_end() -> None:
    def told(**changes: object) -> Any:
        status = TrainingStatus()
        figures = {"accuracy": 9 / 10, "former": None, "held": 10, "best_epoch": 3, "folder": "outputs/x"}
        status.update({"result": {**figures, "number": 4, "in_use": True, "reason": ""}})
        return js("outcome.js", "(m, status) => m.tell(status)", status.to_dict() | changes)

    found = told()
    assert found["result"] == "Right on 9 of 10 drawings it never saw: 90 %, 60 to 98."
    (note,) = found["notes"]
    assert (
        note == "Only 10 drawings were held out: too few to rely on this figure. Draw more. Network 4 reads here now."
    )
    assert told(went_back=True)["notes"][0].endswith("The network before reads again.")
    assert told(went_back=True, former_number=3)["notes"][0].endswith("Network 3 reads here again.")
    unused = {"number": 4, "in_use": False, "reason": "no better than a guess"}
    assert told(result=unused)["notes"] == ["Network 4 does not read here: no better than a guess."]
    assert told(result=unused | {"number": None})["notes"] == [
        "Your network does not read here: no better than a guess."
    ]
    assert told(state="failed", error="no room")["result"] == "No room."
    assert told(state="stopped", result=None)["result"].startswith("Stopped before the first epoch")
    assert told(state="idle", result=None)["failed"]  # the program ended meanwhile


SIZES = [5, 10, 40]
POINTS = [
    {"size": 5, "right": 60, "held": 100, "low": 0.5, "high": 0.69},
    {"size": 10, "right": 70, "held": 100, "low": 0.6, "high": 0.78},
    {"size": 40, "right": 90, "held": 100, "low": 0.83, "high": 0.94},
]


def test_points_of_the_chart_stand_where_their_logarithms_say() -> None:
    box = {"left": 0, "right": 300, "top": 0, "bottom": 100}
    found = js("size-chart.js", "(m, ...values) => m.layOut(...values)", SIZES, POINTS, box)
    assert found["floor"] == 0.5
    places = [300 * math.log(size / 5) / math.log(8) for size in SIZES]
    assert np.allclose([tick["x"] for tick in found["ticks"]], places)
    assert np.allclose([point["x"] for point in found["points"]], places)
    assert np.allclose([point["y"] for point in found["points"]], [80, 60, 20])
    assert np.allclose([found["points"][0]["low"], found["points"][2]["high"]], [100, 12])
    assert js("size-chart.js", "(m, ...values) => m.layOut(...values)", [5], [], box)["points"] == []


def test_the_chart_ends_in_a_sentence_that_says_when_the_difference_may_be_chance() -> None:
    def concluded(points: object) -> Any:
        return js("size-chart.js", "(m, ...values) => m.conclusion(...values)", SIZES, points)

    assert concluded(POINTS[:2]) == ""  # not yet
    said = concluded(POINTS)
    assert said == "From 10 to 40 drawings a letter, 4 times as many: 70 % to 90 % right. More drawings still help."
    assert "may be chance" in concluded([*POINTS[:2], POINTS[2] | {"low": 0.7}])


def test_confusions_are_painted_by_their_share_and_mistakes_listed_by_their_number() -> None:
    confusions = {"labels": ["a", "g", "t"], "counts": [[8, 1, 1], [0, 3, 9], [0, 0, 0]]}
    rows = js("confusion-table.js", "(m, found) => m.cells(found)", confusions)
    assert [[cell["strength"] for cell in row] for row in rows] == [[0.8, 0.4, 0.4], [0, 0.25, 1], [0, 0, 0]]
    assert [[cell["right"] for cell in row] for row in rows] == np.eye(3, dtype=bool).tolist()
    worst = js("confusion-table.js", "(m, rows) => m.worst(rows, 2)", rows)
    assert [(cell["label"], cell["read"], cell["count"], cell["of"]) for cell in worst] == [
        ("g", "t", 9, 12),
        ("a", "g", 1, 10),
    ]
    assert js("confusion-table.js", "(m, rows) => m.total(rows)", rows) == {"right": 11, "all": 22}


def test_the_game_says_how_it_went_and_who_is_best() -> None:
    game, best = {"score": 8, "seconds": 75}, {"score": 9, "seconds": 60, "writer": "Anna"}
    assert js("game-words.js", "(m, ...values) => m.verdict(...values)", game, None) == "8 of 10 in 1:15."
    assert js("game-words.js", "(m, ...values) => m.verdict(...values)", game, game | {"writer": ""}).endswith(
        "so far!"
    )
    said = js("game-words.js", "(m, ...values) => m.verdict(...values)", game, best)
    assert said == "8 of 10 in 1:15. The best so far: 9 of 10 in 1:00, by Anna."


def test_letters_of_the_usual_alphabet_fit_in_a_snapshot_of_few_kilobytes() -> None:
    assert len(json.dumps(page.packed(make_network(Spec(tuple(LOWERCASE)))))) < 12_000
