import threading
from dataclasses import replace
from pathlib import Path

import pytest
from samples import make_network

from charnet.networks import classify, in_use, json_file, stored
from charnet.networks.facts import Facts
from charnet.spec import Spec


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make_run(name: str, labels: str, accuracy: float | None) -> Path:
    folder = Path("outputs") / name
    folder.mkdir(parents=True)
    json_file.write(folder / "weights.json", replace(make_network(Spec(tuple(labels))), facts=Facts(accuracy)))
    return folder / "weights.json"


def test_a_change_says_what_is_in_use_now_what_was_and_how_to_go_back():
    make_run("kai", "aegkw", 0.958)
    make_run("one", "x", None)
    before = in_use.describe(classify.load("letters"))
    assert in_use.set_current("kai") == f"in use now: 5 labels, 96 % (before: {before}); back: charnet use letters"
    assert in_use.set_current("one") == "in use now: 1 label (before: 5 labels, 96 %); back: charnet use kai"
    assert in_use.set_current("kai").endswith("back: charnet use one")
    assert classify.load().name == "kai"


def test_a_network_that_guesses_does_not_slip_in():
    bad, even, good = (make_run(n, "abcd", share) for n, share in (("bad", 0.2), ("even", 0.25), ("good", 0.26)))
    for path, name in ((bad, "bad"), (even, "even")):
        assert in_use.set_current_if_useful(path).line.endswith(
            f"a guess among 4 labels; charnet use {name} switches to it anyway"
        )
        assert classify.load().name == "letters"
    now, line, why = in_use.set_current_if_useful(good)
    assert (now, why) == (True, "") and line.startswith("in use now: 4 labels, 26 %")
    now, line, why = in_use.set_current_if_useful(make_run("one", "x", 1.0))
    assert not now and why == "a network of one label can't be wrong, and says nothing"
    assert line == f"not in use: {why}; charnet use one switches to it anyway"
    rare = make_run("rare", "ab", 0.9)
    assert "always answering the most frequent of 2 labels, 90.0%" in in_use.set_current_if_useful(rare, guess=0.9).why
    assert in_use.set_current_if_useful(rare, guess=0.89).line.startswith("in use now: 2 labels, 90 %")
    assert in_use.set_current_if_useful(make_run("unknown", "ab", None)).line.startswith("in use now: 2 labels ")


def test_the_way_back_is_named_only_where_there_is_one():
    in_use.set_current(make_run("kai", "ab", 0.9))
    make_run("new", "ab", 0.8)
    Path("outputs/kai/weights.json").unlink()
    assert in_use.set_current("new") == "in use now: 2 labels, 80 % (before: 2 labels, 90 %)"
    Path("mine.json").write_bytes(Path("outputs/new/weights.json").read_bytes())
    in_use.set_current("mine.json")
    Path("outputs/current/origin.txt").unlink()
    assert "back:" not in in_use.set_current("new")
    json_file.write(Path("outputs/new/weights.json"), make_network(Spec(tuple("xyz"))))  # trained on, under its name
    assert "back:" not in in_use.set_current("letters")
    assert in_use.set_current("new").endswith("; back: charnet use letters")


def test_one_that_cannot_be_read_changes_nothing():
    in_use.set_current(make_run("kai", "ab", 0.9))
    Path("torn.json").write_text("{")
    with pytest.raises(ValueError, match=r"torn\.json"):
        in_use.set_current("torn.json")
    assert classify.load().name == "kai"


def test_a_torn_one_in_use_does_not_stand_in_the_way():
    in_use.set_current(make_run("kai", "ab", 0.9))
    Path("outputs/current/weights.json").write_text("{")
    assert in_use.set_current(make_run("new", "ab", 0.8)) == "in use now: 2 labels, 80 %"


def test_of_two_that_are_set_at_once_one_is_in_use_under_its_own_name():
    make_run("kai", "ab", 0.9)
    for _ in range(10):
        start = threading.Barrier(2)

        def use(name: str, start: threading.Barrier = start) -> None:
            start.wait()
            in_use.set_current(name)

        threads = [threading.Thread(target=use, args=(name,)) for name in ("kai", "letters-cnn")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (path,) = stored.CURRENT.glob("weights.*")
        name = stored.name_of(path)
        assert name in ("kai", "letters-cnn") and path.read_bytes() == stored.find(name).read_bytes()
