import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from charnet.collector import CollectConfig, app
from charnet.collector.credentials import Keys
from charnet.collector.session import Session
from charnet.letters.config import LettersConfig

PORT = 8026
SECRET = "correct-horse"
KEYS = Keys(SECRET, "battery-staple")
Client = Callable[..., TestClient]


@pytest.fixture
def client(tmp_path: Path) -> Client:
    def make(keys: Keys | None = None, host: str = "localhost", base: str = f"http://127.0.0.1:{PORT}") -> TestClient:
        session = Session(CollectConfig(data=LettersConfig(str(tmp_path / "letters"))))
        return TestClient(app.create(session, PORT, keys, host), base_url=base)

    return make


def test_every_answer_has_the_security_headers(client: Client) -> None:
    page = client()
    for answer in (page.get("/"), page.get("/nothing"), page.get("/", headers={"Host": "evil.example"})):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"])
def test_this_computer_is_served(client: Client, host: str) -> None:
    assert client().get("/api/state", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:9999",
        f"127.0.0.1.evil.example:{PORT}",
        f"user@127.0.0.1:{PORT}",
        f"192.168.1.2:{PORT}",
        "",
        "[",
        f"localhost:{PORT}x",
    ],
)
def test_another_host_is_refused(client: Client, tmp_path: Path, host: str) -> None:
    drawing = {"label": "e", "strokes": [[[0.5, 0.5, 0, 0.5]]]}
    answer = client().post("/api/samples", json=drawing, headers={"Host": host})
    assert (answer.status_code, answer.json()["error"][:4]) == (403, "Host")
    assert not (tmp_path / "letters").exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": f"https://127.0.0.1:{PORT}"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": f"http://localhost:{PORT}"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_is_refused(client: Client, tmp_path: Path, headers: dict[str, str]) -> None:
    page = client()
    drawing = {"label": "e", "strokes": [[[0.5, 0.5, 0, 0.5]]]}
    assert page.post("/api/samples", json=drawing, headers=headers).status_code == 403
    assert page.delete("/api/samples/e/0", headers=headers).status_code == 403
    assert page.get("/api/state", headers=headers).status_code == 403
    assert not (tmp_path / "letters").exists()


def test_the_page_itself_is_served(client: Client) -> None:
    headers = {"Origin": f"http://127.0.0.1:{PORT}", "Sec-Fetch-Site": "same-origin"}
    assert client().get("/api/state", headers=headers).status_code == 200
    # A link on another site may lead here.
    assert client().get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/main.js", "/api/state", "/nothing", "/?key=", "/?key=wrong", f"/?key={SECRET}x"]
)
def test_without_the_secret_nothing_is_served(client: Client, path: str) -> None:
    page = client(KEYS)
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": f"charnet-{PORT}=wrong"}, {"Cookie": ";=é"}):
        answer = page.get(path, headers={name: value.encode() for name, value in headers.items()})
        assert (answer.status_code, "secret" in answer.json()["error"]) == (403, True)
        assert "set-cookie" not in answer.headers


def test_with_the_secret_in_address_header_or_cookie_all_is_served(client: Client) -> None:
    page = client(KEYS)
    assert page.get("/api/state", headers={"Authorization": f"Bearer {SECRET}"}).status_code == 200
    assert page.get("/main.js").status_code == 403
    answer = page.get(f"/?key={SECRET}")
    assert answer.status_code == 200
    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=Strict" in answer.headers["set-cookie"]
    assert page.get("/main.js").status_code == 200  # the cookie came along


@pytest.mark.parametrize(
    "other", ['a="', "a=b c", "a", "=", 'a={"b": "c"}', "a[0]=1", "a@b=1", "a=é", "path=/", "a=1; a=2", "expires=never"]
)
def test_cookies_of_other_programs_do_not_matter(client: Client, other: str) -> None:
    page = client(KEYS)
    for cookies in (f"{other}; charnet-{PORT}={SECRET}", f"charnet-{PORT}={SECRET}; {other}"):
        assert page.get("/api/state", headers={"Cookie": cookies.encode()}).status_code == 200
    assert page.get("/api/state", headers={"Cookie": f"{other}; charnet-{PORT}=wrong".encode()}).status_code == 403


@pytest.mark.parametrize("name", ["Origin", "Sec-Fetch-Site"])
def test_a_header_that_is_sent_twice_counts_twice(client: Client, name: str) -> None:
    own, foreign = {
        "Origin": (f"http://127.0.0.1:{PORT}", "http://evil.example"),
        "Sec-Fetch-Site": ("same-origin", "cross-site"),
    }[name]
    page = client()
    for values in ((own, foreign), (foreign, own)):
        assert page.get("/api/state", headers=[(name, value) for value in values]).status_code == 403


def test_with_the_secret_addresses_and_own_names_are_served_but_no_other_name(client: Client) -> None:
    page = client(KEYS, "Tablet.lan")
    bearer = {"Authorization": f"Bearer {SECRET}"}
    for host in (f"192.168.1.2:{PORT}", "192.168.1.2:9000", f"tablet.lan:{PORT}", f"[fe80::1]:{PORT}"):
        assert page.get("/api/state", headers={**bearer, "Host": host}).status_code == 200
    assert page.get("/api/state", headers={**bearer, "Host": f"evil.example:{PORT}"}).status_code == 403


def test_foreign_pages_are_refused_even_with_the_secret(client: Client) -> None:
    headers = {"Authorization": f"Bearer {SECRET}", "Origin": "http://evil.example"}
    assert client(KEYS).get("/api/state", headers=headers).status_code == 403


def test_a_person_without_the_secret_gets_a_page_that_says_so(client: Client) -> None:
    page = client(KEYS)
    answer = page.get("/", headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (403, "text/html")
    # Its style, which lies within it, is the only one that the browser may use; no script may run.
    style = re.search("<style>(.*)</style>", answer.text)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:"
    assert "The secret is missing; open the whole address" in answer.text
    assert page.get("/", headers={"Accept": "*/*"}).json()["error"].startswith("the secret is missing")
    evil = page.get("/", headers={"Accept": "text/html", "Host": "<b>evil"})
    assert "<b>" not in evil.text and "&lt;b&gt;evil" in evil.text


@pytest.mark.parametrize(("path", "status"), [("/wall", 200), ("/api/wall", 403), ("/api/archive", 403)])
def test_a_link_elsewhere_may_lead_to_the_wall_only(client: Client, path: str, status: int) -> None:
    assert client().get(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == status


NEW = [
    ("GET", "/api/network"),
    ("GET", "/api/samples"),
    ("GET", "/api/train"),
    ("POST", "/api/train"),
    ("DELETE", "/api/train"),
    ("POST", "/api/train/warm"),
    ("DELETE", "/api/train/warm"),
    ("GET", "/api/train/snapshots"),
    ("GET", "/api/archive"),
    ("POST", "/api/archive"),
    ("POST", "/api/read/picture"),
    ("POST", "/api/plan"),
    ("POST", "/api/samples/e/0/move"),
    ("GET", "/api/wall"),
    ("GET", "/wall"),
]


@pytest.mark.parametrize(("method", "path"), NEW)
def test_every_route_refuses_strangers(client: Client, method: str, path: str) -> None:
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        assert client().request(method, path, headers=headers).status_code == 403
    assert client(KEYS).request(method, path).status_code == 403


@pytest.mark.parametrize("path", ["/api/train", "/api/plan", "/api/samples/e/0/move"])
def test_every_route_that_takes_json_refuses_other_bodies(client: Client, path: str) -> None:
    page = client()
    assert page.post(path, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
    kind = {"Content-Type": "application/json"}
    assert page.post(path, content=b"{", headers=kind).status_code == 400
    assert page.post(path, content=b'{"x": "' + b"x" * 300_000 + b'"}', headers=kind).status_code == 413
    assert page.post(path, content=b"[]", headers=kind).status_code == 422


def test_a_name_of_this_computer_that_the_user_gave_is_served(client: Client) -> None:
    """As `host=myhost`, which many systems lead to 127.0.1.1."""
    page = client(host="MyHost")
    assert page.get("/api/state", headers={"Host": f"myhost:{PORT}"}).status_code == 200
    assert page.get("/api/state", headers={"Host": "myhost"}).status_code == 403
    assert page.get("/api/state", headers={"Host": f"other:{PORT}"}).status_code == 403


def role(page: TestClient, **options: Any) -> str:
    answer = page.get("/api/state", **options)
    return answer.json()["you"]["role"] if answer.status_code == 200 else ""


def test_each_link_has_its_role_and_the_link_opened_last_counts(client: Client) -> None:
    page = client(KEYS)
    for key, who in ((KEYS.pupil, "pupil"), (KEYS.teacher, "teacher"), (KEYS.pupil, "pupil")):
        page.get(f"/?key={key}")
        assert role(page) == who
    assert role(client(KEYS), params={"key": KEYS.teacher}) == "teacher"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Role": "teacher", "Role": "teacher"},
        {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1", "X-Real-IP": "::1"},
        {"Host": f"localhost:{PORT}"},
        {"X-HTTP-Method-Override": "DELETE", "X-Original-URL": "/api/archive"},
        {"Cookie": f"charnet-9999={SECRET}; charnet-={SECRET}; CHARNET-{PORT}={SECRET}; x={SECRET}"},
        {"Authorization": f"Basic {SECRET}"},
        {"Authorization": f"Bearer {SECRET}, x"},
        {"Authorization": f"Bearer x.{SECRET}"},
    ],
)
def test_no_other_header_makes_a_pupil_the_teacher(client: Client, headers: dict[str, str]) -> None:
    page = client(KEYS)
    page.get(f"/?key={KEYS.pupil}")
    cookie = f"charnet-{PORT}={KEYS.pupil}; {headers.get('Cookie', '')}"
    assert role(page, headers={**headers, "Cookie": cookie}) == "pupil"
    assert page.get("/api/archive", headers={**headers, "Cookie": cookie}).status_code == 403
    assert page.head("/api/archive", headers={**headers, "Cookie": cookie}).status_code == 403
    assert page.options("/api/archive", headers={**headers, "Cookie": cookie}).status_code == 405


def test_a_class_is_served_by_key_alone_wherever_a_request_comes_from(client: Client) -> None:
    """What comes from this computer may be forwarded, or another account's on a machine that many use."""
    local = TestClient(client(KEYS).app, base_url=f"http://127.0.0.1:{PORT}", client=("127.0.0.1", 50000))
    assert role(local) == ""
    assert role(local, params={"key": KEYS.pupil}) == "pupil"


def test_of_several_keys_in_headers_the_teachers_counts(client: Client) -> None:
    for first, last in ((KEYS.pupil, KEYS.teacher), (KEYS.teacher, KEYS.pupil), ("wrong", KEYS.teacher)):
        headers = [("Authorization", f"Bearer {first}"), ("Authorization", f"Bearer {last}")]
        assert role(client(KEYS), headers=headers) == "teacher"
        assert role(client(KEYS), headers={"Cookie": f"charnet-{PORT}={first}; charnet-{PORT}={last}"}) == "teacher"
