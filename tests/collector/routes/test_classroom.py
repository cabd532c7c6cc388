import re
from pathlib import Path

import pytest
from drawing_page import INK, KEYS, PORT, Class, Client, files_in

DRAWING = {"label": "e", "strokes": INK}


def test_a_phone_keeps_its_name_until_the_teacher_frees_it(classroom: Class) -> None:
    lesson = classroom()
    phone, other, teacher = lesson.pupil(), lesson.pupil(), lesson.teacher()
    answer = phone.post("/api/name", json={"name": "Anna"})
    cookie = answer.headers["set-cookie"]
    assert answer.json() == {"name": "Anna"}  # the secret is in the cookie alone, which no script reads
    assert re.fullmatch(r"charnet-[0-9a-f]{16}=[\w-]{22}; HttpOnly; SameSite=Strict; Path=/; Max-Age=15552000", cookie)
    phone.post("/api/samples", json=DRAWING)
    answer = other.post("/api/name", json={"name": "Anna"})
    assert (answer.status_code, answer.json()["error"]) == (
        409,
        "Anna is another phone's name; choose another, or ask the teacher to free it",
    )
    assert "set-cookie" not in answer.headers
    assert other.delete("/api/samples/e/Anna-0").status_code == 403
    assert teacher.delete("/api/names/Anna").json() == {"names": {"Anna": "free"}}
    assert phone.get("/api/state").json()["you"]["name"] == ""
    assert phone.post("/api/samples", json=DRAWING).json()["error"].startswith("say your name first")
    assert other.post("/api/name", json={"name": "Anna"}).status_code == 200
    assert other.delete("/api/samples/e/Anna-0").status_code == 200


def test_a_name_outlives_the_program_and_the_key(classroom: Class) -> None:
    phone = classroom().pupil("Anna")
    again = classroom()
    page = again.stranger()
    page.cookies = phone.cookies
    page.cookies.delete(f"charnet-{PORT}")
    assert page.get("/api/state").status_code == 403  # a name alone lets nobody in
    page.get(f"/?key={KEYS.pupil}")
    assert page.get("/api/state").json()["you"]["name"] == "Anna"


def test_a_program_gets_its_secret_as_part_of_the_key(classroom: Class) -> None:
    lesson = classroom()
    page = lesson.stranger()
    answer = page.post("/api/name", json={"name": "Robo"}, headers={"Authorization": f"Bearer {KEYS.pupil}"})
    key = answer.json()["key"]
    assert key.startswith(f"{KEYS.pupil}.") and "set-cookie" not in answer.headers
    mine = {"Authorization": f"Bearer {key}"}
    assert page.post("/api/samples", json=DRAWING, headers=mine).json()["name"] == "Robo-0"
    secret = key.partition(".")[2]
    for wrong in (secret, f".{secret}", f"wrong.{secret}", f"{KEYS.pupil}{secret}"):
        assert page.get("/api/state", headers={"Authorization": f"Bearer {wrong}"}).status_code == 403
    for other in (KEYS.pupil, f"{KEYS.pupil}.", f"{KEYS.pupil}.wrong", f"{key}x", f"{key}.{secret}"):
        answer = page.delete("/api/samples/e/Robo-0", headers={"Authorization": f"Bearer {other}"})
        assert answer.status_code == 403
    assert page.delete("/api/samples/e/Robo-0", headers=mine).status_code == 200


def test_drawings_from_before_are_nobodys_until_the_teacher_frees_their_name(classroom: Class) -> None:
    lesson = classroom()
    teacher, phone = lesson.teacher(), lesson.pupil()
    teacher.post("/api/samples", json=DRAWING | {"writer": "Tom"})
    assert "there are drawings by Tom already" in phone.post("/api/name", json={"name": "tom"}).json()["error"]
    assert teacher.get("/api/state").json()["class"]["names"] == {"Tom": "kept"}
    teacher.delete("/api/names/tom")
    assert phone.post("/api/name", json={"name": "tom"}).json() == {"name": "Tom"}


@pytest.mark.parametrize("name", ["", None, 3, "Anna Maria", "../x", "é", "x" * 41, "a-b"])
def test_what_is_no_name_is_refused(classroom: Class, tmp_path: Path, name: object) -> None:
    answer = classroom().pupil().post("/api/name", json={"name": name})
    assert answer.status_code == 422 and "40 letters a to z and digits" in answer.json()["error"]
    assert files_in(tmp_path) == []


def test_names_that_nobody_has_are_not_freed(classroom: Class) -> None:
    teacher = classroom().teacher()
    assert teacher.delete("/api/names/Nobody").json() == {"error": "nobody is called Nobody"}
    assert teacher.delete("/api/names/a-b").status_code == 422
    assert teacher.post("/api/class", json={"pupils_train": 1}).status_code == 422


def test_without_a_class_a_name_is_bound_to_nothing(client: Client, tmp_path: Path) -> None:
    answer = client().post("/api/name", json={"name": "Anna"})
    assert answer.json() == {"name": "Anna"} and "set-cookie" not in answer.headers
    assert files_in(tmp_path) == []
