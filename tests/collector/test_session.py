import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from drawing_page import INK, Client, network_that_reads

from charnet.collector import CollectConfig
from charnet.collector.session import Session
from charnet.letters.config import LettersConfig
from charnet.networks import json_file
from charnet.pictures import ink
from charnet.spec import Spec


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """It asks for two e's; its network reads them as c, at a size of its own."""
    json_file.write(tmp_path / "weights.json", network_that_reads("c", Spec(width=8, height=8)))
    data = LettersConfig(str(tmp_path / "letters"))
    return Session(CollectConfig(letter="e", count=2, weights=str(tmp_path / "weights.json"), data=data))


def test_a_broken_network_in_use_is_no_obstacle_but_a_named_one_is(client: Client, tmp_path: Path) -> None:
    (tmp_path / "outputs/current").mkdir(parents=True)
    (tmp_path / "outputs/current/weights.json").write_text("{")
    assert "damaged" in client().get("/api/state").json()["notice"]
    with pytest.raises(ValueError, match="damaged"):
        client(weights=str(tmp_path / "outputs/current"))
    with pytest.raises(FileNotFoundError, match=r"absent\.json"):
        client(weights="absent.json")


def test_the_state_holds_the_plan_and_the_counts(client: Client) -> None:
    page = client(letters="ba", count=2)
    page.post("/api/samples", json={"label": "b", "strokes": INK})
    state = page.get("/api/state").json()
    assert state["plan"] == {
        "mode": "draw",
        "letters": ["b", "a"],
        "label": "a",
        "left": 3,
        "total": 4,
        "done": False,
    }
    assert state["counts"] == {label: int(label == "b") for label in Spec().labels}
    assert state["saved"] == {"b": 1}


def test_a_drawing_without_ink_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="inside the square"):
        session.frame([[[1.4, 1.4, 0, 1]]], Spec(framing="corner"))


def test_what_is_kept_is_the_picture_with_its_ink(session: Session) -> None:
    assert [session.save("e", INK) for _ in range(2)] == ["0", "1"]
    strokes = ink.from_png(session.store.path("e", "1"))
    assert strokes is not None and [stroke.tolist() for stroke in strokes] == INK


def test_on_done_is_called_each_time_that_the_plan_is_done(session: Session) -> None:
    calls = []
    session.on_done = lambda: calls.append(session.saved["e"])
    for n in "01":
        session.record_saved("e", n)
    assert calls == [2]
    session.record_removed("e", "1")
    session.record_removed("e", "1")  # what is gone is not taken back twice
    session.record_removed("e", "9")  # nor what was drawn another day
    assert (session.plan().left, session.saved["e"]) == (1, 1)
    session.record_recognised("e")
    assert calls == [2, 1]


def test_what_comes_back_counts_as_drawn_only_if_it_did_before(session: Session) -> None:
    session.record_saved("e", "0")
    session.record_removed("e", "0")
    session.record_restored("e", "0", "4")
    assert (session.plan().left, session.saved["e"]) == (1, 1)
    shown = list(session.recent)
    session.record_removed("e", "9")  # of another day
    session.record_restored("e", "9", "9")
    assert (session.plan().left, session.saved["e"], list(session.recent)) == (1, 1, shown)


def test_what_was_moved_and_removed_is_asked_for_again_as_it_was_at_first(session: Session) -> None:
    session.record_saved("e", "0")
    session.record_moved("e", "0", "x", "7")
    session.record_removed("x", "7")
    assert session.plan().drawn == {"e": 0} and +session.saved == {}
    session.record_restored("x", "7", "7")
    assert session.plan().drawn == {"e": 1} and +session.saved == {"x": 1}


def test_pages_tell_folders_apart_whatever_their_names(tmp_path: Path) -> None:
    names = ["a", "b", os.fsdecode(b"caf\xe9")]
    sessions = [Session(CollectConfig(data=LettersConfig(str(tmp_path / name)))) for name in names]
    assert len({session.state(*session.read_disk())["folder"] for session in sessions}) == 3


def test_what_is_removed_after_the_plan_was_done_is_missed_in_no_other(session: Session) -> None:
    for name in ("0", "1"):
        session.record_saved("e", name)
    assert session.plan().done
    calls: list[int] = []
    session.on_done = lambda: calls.append(1)
    session.set_plan(replace(session.plan(), drawn=Counter()))  # Draw more
    session.record_removed("e", "1")
    assert session.plan().left == 2
    session.record_restored("e", "1", "1")
    assert session.plan().left == 2 and not calls
    session.record_saved("e", "2")
    session.record_removed("e", "2")
    assert session.plan().left == 2
