import pytest
from starlette.datastructures import Headers

from charnet.collector import credentials
from charnet.collector.credentials import Keys


def test_a_key_is_the_teachers_the_pupils_or_nobodys() -> None:
    keys = Keys("one", "other")
    assert [keys.role(key) for key in ("one", "other", "", "On", "one ", "öne", "\ud800")] == [
        "teacher", "pupil", "", "", "", "", "",
    ]  # fmt: skip


def test_secrets_are_random_and_go_into_addresses_cookies_and_keys_as_they_are() -> None:
    found = {credentials.new_secret() for _ in range(100)}
    assert len(found) == 100
    assert all(len(secret) == 22 and secret.replace("-", "").replace("_", "").isalnum() for secret in found)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Bearer key", [("key", "")]),
        ("bearer  key ", [("key", "")]),
        ("Bearer key.phone", [("key", "phone")]),
        ("Bearer key.phone.more", [("key", "phone.more")]),
        ("Bearer .phone", [("", "phone")]),
        ("Basic key", []),
        ("Bearer", [("", "")]),
    ],
)
def test_a_header_holds_a_key_and_perhaps_a_phones_secret(line: str, found: list[tuple[str, str]]) -> None:
    assert list(credentials.bearers(Headers({"Authorization": line}))) == found


def test_a_cookie_is_found_among_others_in_one_line_or_several() -> None:
    lines = [(b"cookie", b'a="; name=1;name=2 ; name'), (b"cookie", b"xname=3; name=a=b")]
    assert list(credentials.cookies(Headers(raw=lines), "name")) == ["1", "2", "", "a=b"]


def test_the_key_in_an_address_is_the_first_one() -> None:
    for query, key in ((b"key=a&key=b", "a"), (b"", ""), (b"key=", ""), (b"&" * 50 + b"key=a", ""), (b"\xff", "")):
        assert credentials.key_in_query({"query_string": query}) == key
