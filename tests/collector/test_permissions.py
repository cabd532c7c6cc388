"""Each route of the page, tried by each who may come by."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from drawing_page import INK, KEYS, Class
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import app, permissions

EVERYONE = {"teacher", "Anna", "trainee", "Ben", "unnamed"}
NAMED = EVERYONE - {"unnamed"}
DRAWING = {"label": "e", "strokes": INK}
# Who may do it, and with which body; samples and names in paths are Anna's. The trainee is Anna where pupils may train.
TABLE: dict[tuple[str, str], tuple[set[str], Any]] = {
    ("GET", "/api/state"): (EVERYONE, None),
    ("POST", "/api/labels"): ({"teacher"}, {"labels": "abc"}),
    ("POST", "/api/plan"): (NAMED, {"mode": "free"}),
    ("GET", "/api/example"): (EVERYONE, None),
    ("POST", "/api/name"): (EVERYONE, {"name": "Zoe"}),
    ("DELETE", "/api/names/{name}"): ({"teacher"}, None),
    ("POST", "/api/class"): ({"teacher"}, {"pupils_train": True}),
    ("GET", "/api/network"): (EVERYONE, None),
    ("GET", "/api/network/units/{unit}"): (EVERYONE, None),
    ("POST", "/api/network/explain"): (EVERYONE, {"ink": []}),
    ("POST", "/api/read"): (EVERYONE, {"strokes": INK}),
    ("POST", "/api/read/picture"): (EVERYONE, None),
    ("POST", "/api/read/text"): (EVERYONE, None),
    ("POST", "/api/samples"): (NAMED, DRAWING),
    ("GET", "/api/samples"): (EVERYONE, None),
    ("POST", "/api/analyze"): (NAMED, DRAWING),
    ("GET", "/api/samples/{label}/{name}"): (EVERYONE, None),
    ("DELETE", "/api/samples/{label}/{name}"): ({"teacher", "Anna", "trainee"}, None),
    ("POST", "/api/samples/{label}/{name}/restore"): ({"teacher", "Anna", "trainee"}, None),
    ("POST", "/api/samples/{label}/{name}/move"): ({"teacher", "Anna", "trainee"}, {"to": "c"}),
    ("POST", "/api/train"): ({"teacher", "trainee"}, {}),
    ("GET", "/api/train"): (EVERYONE, None),
    ("DELETE", "/api/train"): ({"teacher", "trainee"}, None),
    ("POST", "/api/train/warm"): ({"teacher", "trainee"}, {}),
    ("DELETE", "/api/train/warm"): ({"teacher", "trainee"}, None),
    ("GET", "/api/train/snapshots"): (EVERYONE, None),
    ("POST", "/api/train/former"): ({"teacher", "trainee"}, {"back": True}),
    ("POST", "/api/train/sizes"): ({"teacher", "trainee"}, {}),
    ("GET", "/api/train/sizes"): (EVERYONE, None),
    ("DELETE", "/api/train/sizes"): ({"teacher", "trainee"}, None),
    ("GET", "/api/archive"): ({"teacher"}, None),
    ("POST", "/api/archive"): ({"teacher"}, None),
    ("GET", "/api/export"): (EVERYONE, None),
    ("GET", "/api/wall"): (EVERYONE, None),
    ("GET", "/api/confusions"): (EVERYONE, None),
    ("POST", "/api/game"): (NAMED, {"score": 3, "seconds": 40}),
}
BEARER = {
    "teacher": KEYS.teacher,
    "Anna": f"{KEYS.pupil}.Annas-phone",
    "trainee": f"{KEYS.pupil}.Annas-phone",
    "Ben": f"{KEYS.pupil}.Bens-phone",
    "unnamed": KEYS.pupil,
    "stranger": "Annas-phone",
}
ROUTES = [(method, route.path) for route in app.API for method in (route.methods or set()) - {"HEAD"}]


def test_the_table_has_each_route_and_no_other() -> None:
    assert sorted(ROUTES) == sorted(TABLE)
    assert sorted(permissions.WHO) == sorted(TABLE)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_each_route_serves_whom_it_should_and_tells_the_others_why_not(
    method: str, path: str, classroom: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed, body = TABLE.get((method, path), (set(), None))
    for who in (*sorted(EVERYONE), "stranger"):
        lesson = classroom(who)
        session = lesson.session
        monkeypatch.setattr(session.trainer, "prepare", lambda: None)  # starts a process that imports torch
        for name in ("Anna", "Ben"):
            session.pupils.take(name, f"{name}s-phone", [])
        session.save("e", INK, "Anna")
        if path.endswith("restore"):
            session.store.remove("e", "Anna-0")
            session.record_removed("e", "Anna-0", by_pupil=True)
        session.pupils_train = who == "trainee"
        address = path.format(label="e", unit=0, name="Anna" if "names" in path else "Anna-0")
        for asked in ("HEAD", "GET") if method == "GET" else (method,):
            headers = {"Authorization": f"Bearer {BEARER[who]}"}
            answer = lesson.stranger().request(asked, f"{address}?label=e", json=body, headers=headers)
            assert (answer.status_code != 403) == (who in allowed), (who, asked, answer.text)
            assert answer.status_code < 500
        if answer.status_code == 403:
            assert answer.json()["error"].count(" ") >= 3  # a sentence


def test_the_pages_and_their_files_are_for_the_class_and_not_for_strangers(classroom: Class) -> None:
    lesson = classroom()
    for visitor, status in ((lesson.teacher(), 200), (lesson.pupil(), 200), (lesson.stranger(), 403)):
        assert {visitor.get(address).status_code for address in app.FILES} == {status}


def test_a_route_without_a_rule_is_the_teachers(classroom: Class) -> None:
    async def serve(_: Request) -> Response:
        return Response("served")

    route = permissions.enforce(Route("/api/new", serve, methods=["POST"]))
    scope: dict[str, Any] = {"type": "http", "method": "POST", "headers": [], "app": classroom().app.app}
    for role, status in (("pupil", 403), ("teacher", 200), ("", 403)):
        request = Request(scope | {"state": {"role": role}})
        with ThreadPoolExecutor() as threads:  # this one may be running playwright's loop
            response = threads.submit(asyncio.run, route.endpoint(request)).result()
        assert response.status_code == status


def test_without_a_class_whoever_uses_this_computer_may_do_all(client: Any) -> None:
    state = client().get("/api/state?writer=Anna").json()
    may = {"save": True, "train": True, "manage": True}
    assert (state["you"], state["class"]) == ({"role": "teacher", "name": "", "may": may}, None)


def test_the_page_learns_who_uses_it_and_what_that_one_may_do(classroom: Class) -> None:
    lesson = classroom()
    anna, new, teacher = lesson.pupil("Anna"), lesson.pupil(), lesson.teacher()
    nothing = {"save": False, "train": False, "manage": False}
    assert new.get("/api/state").json()["you"] == {"role": "pupil", "name": "", "may": nothing}
    found = anna.get("/api/state?writer=Ben").json()
    assert found["you"] == {"role": "pupil", "name": "Anna", "may": nothing | {"save": True}}
    assert found["class"] == {"pupils_train": False}
    assert teacher.post("/api/class", json={"pupils_train": True}).json() == {"pupils_train": True}
    assert anna.get("/api/state").json()["you"]["may"] == {"save": True, "train": True, "manage": False}
    found = teacher.get("/api/state").json()
    assert (found["you"]["role"], found["class"]["names"]) == ("teacher", {"Anna": "taken"})
    assert classroom(pupils_train=True).pupil().get("/api/state").json()["you"]["may"]["train"]


def test_a_plan_is_the_pupils_own_whatever_name_it_sends(classroom: Class) -> None:
    lesson = classroom(letters="ab", count=2)
    anna, ben = lesson.pupil("Anna"), lesson.pupil("Ben")
    free = {"mode": "free"}
    assert anna.post("/api/plan", json=free | {"writer": "Ben"}).status_code == 403
    assert anna.post("/api/plan", json=free).status_code == 200
    modes = [page.get("/api/state?writer=Anna").json()["plan"]["mode"] for page in (anna, ben, lesson.pupil())]
    assert modes == ["free", "draw", "draw"]


def test_a_pupil_saves_under_its_own_name_alone(classroom: Class) -> None:
    lesson = classroom()
    anna, _ = lesson.pupil("Anna"), lesson.pupil("Ben")
    for path in ("/api/samples", "/api/analyze"):
        answer = anna.post(path, json=DRAWING | {"writer": "Ben"})
        assert (answer.status_code, answer.json()["error"]) == (403, "Ben is not your name: you are Anna")
    assert anna.post("/api/samples", json=DRAWING | {"writer": "Anna"}).json()["name"] == "Anna-0"
    assert anna.post("/api/samples", json=DRAWING).json()["name"] == "Anna-1"


def test_a_repeated_key_gives_no_pupil_what_is_anothers(classroom: Class) -> None:
    lesson = classroom()
    anna, ben, key = lesson.pupil("Anna"), lesson.pupil("Ben"), {"Idempotency-Key": "one"}
    assert anna.post("/api/samples", json=DRAWING, headers=key).json()["name"] == "Anna-0"
    assert ben.post("/api/samples", json=DRAWING, headers=key).status_code == 422
    assert ben.post("/api/samples", json=DRAWING | {"writer": "Anna"}, headers=key).status_code == 403
    assert anna.post("/api/samples", json=DRAWING, headers=key).json()["name"] == "Anna-0"


@pytest.mark.parametrize(
    "name", ["Ben-0", "0", "ben-0", "Anna-Ben-0", "-0", "%41nna-0", "Anna%2d0", "..%2fe%2fBen-0", "Anna-..%2fBen-0"]
)
def test_names_of_samples_that_pupils_guess_lead_to_nothing(classroom: Class, name: str) -> None:
    lesson = classroom()
    teacher, anna = lesson.teacher(), lesson.pupil("Anna")
    for writer in ("Ben", ""):
        teacher.post("/api/samples", json=DRAWING | {"writer": writer})
    for label in ("e", "%65", "..", "%2e%2e"):
        assert anna.delete(f"/api/samples/{label}/{name}").status_code in (403, 404)
        for what in ("move", "restore"):
            assert anna.post(f"/api/samples/{label}/{name}/{what}", json={"to": "a"}).status_code in (403, 404)
    assert lesson.session.store.names("e") == ["0", "Ben-0"]


def test_what_the_teacher_threw_away_no_pupil_brings_back(classroom: Class) -> None:
    lesson = classroom()
    teacher, anna = lesson.teacher(), lesson.pupil("Anna")
    address, restore = "/api/samples/e/Anna-0", "/api/samples/e/Anna-0/restore"
    anna.post("/api/samples", json=DRAWING)
    assert anna.delete(address).status_code == 200 and anna.post(restore).status_code == 200
    assert anna.post(restore).status_code == 403  # it is back already
    anna.delete(address)
    anna.post("/api/samples", json=DRAWING)  # another of the same name
    teacher.delete(address)
    answer = anna.post(restore)
    assert (answer.status_code, answer.json()["error"][:33]) == (403, "you did not remove this drawing; ")
    assert teacher.post(restore).status_code == 200


def test_the_wall_and_its_code_hold_the_pupils_link_alone(classroom: Class) -> None:
    lesson = classroom()
    lesson.session.address = f"http://192.0.2.7:8026/?key={KEYS.pupil}"
    for page in (lesson.teacher(), lesson.pupil("Anna")):
        for path in ("/wall", "/api/wall", "/api/state", "/"):
            assert KEYS.teacher not in page.get(path).text


def test_a_pupil_that_follows_a_link_to_the_zip_reads_why_not(classroom: Class) -> None:
    answer = classroom().pupil().get("/api/archive", headers={"Accept": "text/html"})
    assert answer.status_code == 403 and "Only the teacher downloads the drawings." in answer.text
