"""Ideas of the page that need no browser."""

from itertools import pairwise
from math import hypot
from typing import Any

import pytest
from drawing_page import INK
from node import call

STATIC = "../collector/static/"


def of(module: str, function: str, *values: object) -> Any:
    """What a function returns for a module of the drawing page, and for values."""
    name = f"{STATIC}{module}"
    return call((name,), f"(modules, ...values) => ({function})(modules[{name!r}], ...values)", *values)


def length(strokes: list) -> float:
    return sum(hypot(x - u, y - v) for stroke in strokes for (x, y, *_), (u, v, *_) in pairwise(stroke))


def test_a_letter_is_written_at_an_even_speed_and_then_it_is_all_there() -> None:
    function = "(m, ink, times) => [m.writingTime(ink), times.map((ms) => m.written(ink, ms))]"
    time, (none, some, more, lifted, last, later) = of("ghost.js", function, INK, [-1, 100, 200, 500, 1400, 9999])
    assert time == pytest.approx(length(INK) / 0.0009 + 250)
    assert none == []
    assert length(some) == pytest.approx(0.09) and length(more) == pytest.approx(0.18)
    assert lifted == INK[:1]  # the pen is in the air
    assert length(last) == pytest.approx(0.4 + 0.0009 * (1400 - 250) - 0.4)
    assert later == INK


def test_a_tour_has_five_stops_is_left_and_is_not_new_again() -> None:
    function = """(m) => {
      const kept = new Map();
      const memory = { get: (key) => kept.get(key) ?? null, set: (key, value) => kept.set(key, value) };
      const tour = new m.Tour(memory);
      const seen = [tour.isNew, tour.at];
      tour.start();
      for (let stop = 0; stop < 6; stop += 1) { seen.push(tour.at); tour.next(); }
      tour.start(); tour.back(); tour.next(); tour.back();
      seen.push(tour.at);
      tour.leave();
      return [...seen, tour.stop, tour.isNew, new m.Tour(memory).isNew, m.STOPS.length];
    }"""
    assert of("tour-steps.js", function) == [True, None, 0, 1, 2, 3, 4, None, 0, None, False, False, 5]


@pytest.mark.parametrize("width", [320, 683, 1366, 1920])
@pytest.mark.parametrize("height", [330, 640, 1000])
def test_the_card_of_the_tour_is_in_the_window_and_off_what_it_is_about_where_there_is_room(width, height) -> None:
    card = {"width": 296, "height": 150}
    for target in (
        {"left": 16, "top": 90, "width": min(400, width - 32), "height": 120},
        {"left": width - 120, "top": 0, "width": 120, "height": 52},
        {"left": 8, "top": height - 60, "width": width - 16, "height": 50},
    ):
        at = of(
            "tour-steps.js", "(m, ...boxes) => m.placeCard(...boxes)", target, card, {"width": width, "height": height}
        )
        assert 0 <= at["left"] <= width - 296 and 0 <= at["top"] <= height - 150
        apart = (
            at["left"] + 296 <= target["left"]
            or at["left"] >= target["left"] + target["width"]
            or at["top"] + 150 <= target["top"]
            or at["top"] >= target["top"] + target["height"]
        )
        roomy = max(target["top"], height - target["top"] - target["height"]) >= 180
        assert apart or not roomy


@pytest.mark.parametrize(
    ("name", "number", "kind", "title"),
    [
        ("letters", None, "160-20-26", "letters, 20 hidden units"),
        ("2026-11-30/21-05-17", 3, "160-2-26", "Network 3, 2 hidden units"),
        ("page/2026-11-30_21-05-17", 1234, "cnn", "Network 1234, convolutional"),
        ("/home/anna/weights.json", None, "160-100-10", "your network, 100 hidden units"),
    ],
)
def test_a_network_has_a_name_without_path_and_stamp(name: str, number: int | None, kind: str, title: str) -> None:
    network = {"name": name, "number": number, "kind": kind}
    assert of("network-title.js", "(m, network) => m.networkTitle(network)", network) == title


def test_a_flight_ends_in_the_middle_of_what_it_flies_to_as_high_as_that() -> None:
    square = {"left": 500, "top": 100, "width": 400, "height": 400}
    chip = {"left": 20, "top": 300, "width": 80, "height": 40}
    first, last = of("flight-path.js", "(m, from, to) => m.keyframes(from, to)", square, chip)
    assert first["transform"] == "translate(0px, 0px) scale(1)"
    assert last["transform"] == f"translate({60 - 700}px, {320 - 300}px) scale(0.1)"
    assert set(last) == {"transform", "opacity"}  # nothing that has to be laid out anew with each frame


@pytest.mark.parametrize(
    ("ranking", "doubt", "note", "text", "unreadable"),
    [
        ([["e", 0.98]], "", "", "The network reads e (98 %).", False),
        ([["e", 0.4]], "not likely enough", "", "The network reads e (40 %). Not sure: not likely enough.", False),
        ([["e", 0.98]], "", "more than one shape", "The network reads e (98 %). More than one shape.", False),
        ([], "", "no clear ink", "No clear ink.", False),
    ],
)
def test_what_is_said_of_a_picture(ranking, doubt: str, note: str, text: str, unreadable: bool) -> None:
    response = {"ranking": ranking, "doubt": doubt, "note": note}
    said = of("picture-outcome.js", "(m, response) => m.pictureOutcome(response)", response)
    assert said["text"].startswith(text) and said["unreadable"] == unreadable


def lines_read(*lines: str) -> dict:
    """What the server answers; a word that ends in ? is doubtful."""
    words = [[{"text": word.rstrip("?"), "sure": not word.endswith("?")} for word in line.split()] for line in lines]
    texts = [" ".join(word["text"] for word in line) for line in words]
    rows = [{"text": text, "words": line} for text, line in zip(texts, words, strict=True)]
    return {"text": "\n".join(texts), "lines": rows}


@pytest.mark.parametrize(
    ("found", "said", "short"),
    [
        (lines_read("Me llamo? Alex"), "It reads: Me llamo? Alex", "Me llamo Alex"),
        (lines_read("thank you for", "the jam?"), "2 lines read. 5 words. 1 is doubtful.", "2 lines"),
        (lines_read("as it was " * 9), "1 line read. 27 words.", "1 line"),
    ],
)
def test_what_is_said_of_lines_that_were_read(found, said: str, short: str) -> None:
    outcome = of("text-outcome.js", "(m, found) => m.textOutcome(found)", found)
    assert outcome == {"text": said, "unreadable": True}
    assert of("text-outcome.js", "(m, found) => m.inShort(found)", found) == short


def test_why_lines_could_not_be_read() -> None:
    outcome = of("text-outcome.js", "(m) => m.unreadText('the picture is blank')")
    assert outcome["text"] == "There are several letters in this picture. The picture is blank."


@pytest.mark.parametrize(
    ("training", "ago", "text"),
    [
        (None, None, "89 %"),
        ({"state": "done", "epoch": 30, "epochs": 30}, 2, "89 %, just now"),
        ({"state": "done", "epoch": 30, "epochs": 30}, 24, "89 %, 20 s ago"),
        ({"state": "done", "epoch": 30, "epochs": 30}, 130, "89 %, 2 min ago"),
        ({"state": "done", "epoch": 30, "epochs": 30, "went_back": True}, 24, "89 %"),
        ({"state": "running", "epoch": 0, "epochs": 30}, None, "getting ready"),
        ({"state": "running", "epoch": 15, "epochs": 30}, None, "50 % done"),
    ],
)
def test_the_step_train_says_how_good_the_network_is_and_how_new(training, ago: float | None, text: str) -> None:
    what = {"network": {"name": "letters", "kind": "160-20-26", "accuracy": 0.89}, "training": training, "ago": ago}
    assert of("step-states.js", "(m, what) => m.trainState(what)", what) == text


def test_the_steps_draw_and_look_say_where_one_is() -> None:
    assert of("step-states.js", "(m) => m.drawState({ counts: { a: 1, b: 39 } })") == "40 drawings"
    sure, doubtful = (
        {"ranking": [["e", 0.98]], "doubt": "", "word": ""},
        {"ranking": [["e", 0.3]], "doubt": "x", "word": ""},
    )
    function = "(m, ...readings) => readings.map((reading) => m.lookState(reading))"
    expected = ["nothing drawn yet", "reads e, 98 %", "not sure: e?", "reads lo"]
    assert of("step-states.js", function, None, sure, doubtful, sure | {"word": "lo"}) == expected
