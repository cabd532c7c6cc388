"""Any request to the page is answered: no failure of charnet's own, errors in JSON, nothing written outside."""

import json
from pathlib import Path
from typing import Any

from drawing_page import INK, Client
from hypothesis import given
from hypothesis import strategies as st

from charnet.collector.routes.train import ROUTES as TRAIN

TEXT = st.text(max_size=6) | st.sampled_from(["l", "o", "..", "%2e%2e", "0", "-1", "9" * 30, "é", "a/b", "\\", "\0"])
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)
KEYS = ["label", "strokes", "writer", "only_if_read", "nearest", "to", "mode", "letters", "count", "epochs", "hidden"]
BODY = (
    st.dictionaries(st.sampled_from(KEYS), ANY | st.sampled_from(["l", INK, 1, True]), max_size=4).map(json.dumps)
    | ANY.map(json.dumps)
    | st.text(max_size=30)
).map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=60)
TYPES = st.sampled_from(["application/json", "image/png", "application/zip", "text/plain", "", "é"])
QUERY = st.dictionaries(st.sampled_from([*KEYS, "offset", "limit", "key"]), TEXT, max_size=2)
METHODS = st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH"])


def test_any_request_is_answered(client: Client, tmp_path: Path) -> None:
    page = client(reads="l", labels="loz")

    @given(METHODS, st.sampled_from(paths(page)), TEXT, TEXT, QUERY, TYPES, st.sampled_from(["", "k"]), BODY)
    def ask(method: str, path: str, label: str, name: str, query: Any, kind: str, key: str, body: bytes) -> None:
        path = path.replace("{label}", quoted(label)).replace("{name}", quoted(name))
        headers = {"Content-Type": kind.encode(), "Idempotency-Key": key}
        answer = page.request(method, path, params=query, content=body, headers=headers)
        assert answer.status_code < 500
        if answer.status_code >= 400 and answer.content:
            assert set(answer.json()) == {"error"} and answer.json()["error"]

    ask()
    assert {path.name for path in tmp_path.iterdir()} <= {"letters", "letters-trash", "weights.json", "outputs"}


def paths(page: Any) -> list[str]:
    routes = page.app.app.routes
    starts = {route.path for route in TRAIN}
    return [*(route.path for route in routes if route.path not in starts), "/nothing", "//", "/api/samples/l/../../x"]


def quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
