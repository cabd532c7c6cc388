import random

import pytest
from drawing_page import Class, Client


def test_the_best_game_read_most_and_of_those_was_the_quickest(client: Client) -> None:
    page = client()
    games = [(random.Random(n).randint(0, 10), random.Random(n + 99).randint(10, 90)) for n in range(30)]
    for count, (score, seconds) in enumerate(games, 1):
        found = page.post("/api/game", json={"score": score, "seconds": seconds, "writer": f"W{count}"}).json()["best"]
        best = sorted(games[:count], key=lambda game: (-game[0], game[1]))[0]
        assert (found["score"], found["seconds"]) == best
        assert found["writer"] == f"W{games.index(best) + 1}"  # the first who did
    assert page.get("/api/wall").json()["best_game"] == found


def test_a_pupils_game_is_under_its_own_name(classroom: Class) -> None:
    anna = classroom().pupil("Anna")
    assert anna.post("/api/game", json={"score": 3, "seconds": 9}).json()["best"]["writer"] == "Anna"
    assert anna.post("/api/game", json={"score": 9, "seconds": 9, "writer": "Ben"}).status_code == 403


@pytest.mark.parametrize(
    "body", [{"score": 11, "seconds": 1}, {"score": 1}, {"score": 1, "seconds": None}, {"score": "1"}]
)
def test_what_is_no_game_is_refused(client: Client, body: object) -> None:
    assert client().post("/api/game", json=body).status_code == 422
