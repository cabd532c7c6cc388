import pytest
from drawing_page import INK, Client

from charnet.networks import json_file


def test_what_is_to_be_drawn_can_be_changed(client: Client) -> None:
    page = client(letter="e", count=1)
    page.post("/api/samples", json={"label": "e", "strokes": INK})
    assert page.get("/api/state").json()["plan"]["done"]
    more = page.post("/api/plan", json={"mode": "draw", "letters": ["e", "a"], "count": 2})
    assert more.status_code == 200
    plan = page.get("/api/state").json()["plan"]
    assert plan == more.json()
    assert plan == {"mode": "draw", "letters": ["e", "a"], "label": "e", "left": 4, "total": 4, "done": False}
    page.post("/api/plan", json={"mode": "analyze", "letters": ["x"]})
    assert page.get("/api/state").json()["plan"]["total"] is None
    assert page.post("/api/plan", json={"mode": "free"}).json()["mode"] == "free"


def test_each_writer_has_a_plan(client: Client) -> None:
    page = client(letters="ab", count=1)
    page.post("/api/samples", json={"label": "a", "strokes": INK, "writer": "anna"})
    left = {who: page.get(f"/api/state?writer={who}").json()["plan"]["left"] for who in ("", "anna", "ben")}
    assert left == {"": 2, "anna": 1, "ben": 2}
    page.post("/api/plan", json={"mode": "free", "writer": "ben"})
    modes = {who: page.get(f"/api/state?writer={who}").json()["plan"]["mode"] for who in ("", "anna", "ben")}
    assert modes == {"": "draw", "anna": "draw", "ben": "free"}


def test_the_counts_tell_writers_apart(client: Client) -> None:
    page = client()
    for writer in ("anna", "ben", "anna", ""):
        page.post("/api/samples", json={"label": "a", "strokes": INK, "writer": writer})
    state = page.get("/api/state").json()
    assert state["writers"] == {"anna": 2, "ben": 1}
    assert (state["counts"]["a"], state["own"]["a"], state["own"]["b"]) == (4, 4, 0)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "mode is missing"),
        ({"mode": "game"}, "mode: 'game'"),
        ({"mode": ["draw"]}, "mode: "),
        ({"mode": "draw"}, "letters: free play has none"),
        ({"mode": "free", "letters": ["a"]}, "letters: free play has none"),
        ({"mode": "draw", "letters": "a"}, "letters: send a list"),
        ({"mode": "draw", "letters": ["?"]}, "label: '?'"),
        ({"mode": "draw", "letters": ["a"], "count": -1}, "count: -1"),
        ({"mode": "draw", "letters": ["a"], "count": True}, "count: True"),
        ({"mode": "draw", "letters": ["a"], "writer": "../x"}, "writer: '../x'"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(client: Client, body: object, reason: str) -> None:
    page = client(letter="e")
    answer = page.post("/api/plan", json=body)
    assert answer.status_code == 422 and answer.json()["error"].startswith(reason)
    assert page.get("/api/state").json()["plan"]["letters"] == ["e"]


def test_the_network_says_how_good_it_was(client: Client, tmp_path, network: json_file.Network) -> None:
    json_file.write(tmp_path / "run.json", network)
    found = client(weights=str(tmp_path / "run.json")).get("/api/state").json()["network"]
    assert (found["accuracy"], len(found["version"])) == (None, 12)
    assert client().get("/api/state?writer=a-b").status_code == 422
