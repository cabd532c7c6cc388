"""The six letters by which a class joins."""

import re

import pytest
from drawing_page import Client
from starlette.testclient import TestClient

from charnet.collector import app, join_code
from charnet.collector.credentials import Keys
from charnet.collector.join_code import JoinCode

KEYS, PORT = Keys("t3acher", "s3cret"), 8026


@pytest.fixture
def page(client: Client) -> TestClient:
    session = client().app.app.state.session
    return TestClient(
        app.create(session, PORT, KEYS, code=JoinCode()),
        base_url=f"http://127.0.0.1:{PORT}",
        follow_redirects=False,
    )


def test_the_code_leads_to_the_link_of_the_class_and_nowhere_else(page: TestClient) -> None:
    code = page.app.code.text
    assert re.fullmatch("[a-hjkmnp-z]{6}", code)
    for typed in (code, code.upper(), f"{code}/"):
        answer = page.get(f"/{typed}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/?key={KEYS.pupil}")
        assert "set-cookie" not in answer.headers
    assert page.get("/api/state", headers={"Authorization": f"Bearer {code}"}).status_code == 403
    assert page.get(f"/api/state?key={code}").status_code == 403
    assert page.post(f"/{code}").status_code == 403
    assert page.get(f"/{code}", headers={"Host": "evil.example"}).status_code == 403
    assert page.get(f"/{code}", follow_redirects=True).status_code == 200


def test_wrong_codes_are_counted_and_the_right_one_waits(page: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(join_code.time, "monotonic", lambda: now)
    code = page.app.code.text
    for _ in range(join_code.FROM_ONE):
        assert page.get("/zzzzzz").status_code == 403
    for typed in ("zzzzzz", code):
        assert page.get(f"/{typed}").status_code == 429
    now += join_code.WINDOW + 1
    assert page.get(f"/{code}").status_code == 303


def test_who_guesses_stops_nobody_else_until_all_together_guess_too_often() -> None:
    code = JoinCode()
    for _ in range(join_code.FROM_ONE + 1):
        code.try_code("zzzzzz", "192.0.2.1")
    assert code.try_code(code.text, "192.0.2.1") is None
    assert code.try_code(code.text, "::ffff:192.0.2.1") is None  # the same in IPv6
    assert code.try_code(code.text, "192.0.2.2") is True
    for number in range(join_code.FROM_ONE):
        code.try_code("zzzzzz", f"2001:db8::{number}")
    assert code.try_code(code.text, "2001:db8::ffff:1") is None  # one network
    assert code.try_code(code.text, "2001:db8:0:1::1") is True
    for number in range(join_code.FROM_ALL):
        code.try_code("zzzzzz", f"10.0.{number // 250}.{number % 250}")
    assert code.try_code(code.text, "192.0.2.9") is None


def test_without_a_secret_there_is_no_code(client: Client) -> None:
    assert client().get("/abcdef").status_code == 404
