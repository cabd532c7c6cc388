"""The secrets that a request may bring: in a class the key of the teacher's or the pupils' link, and a phone's own."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Scope

TEACHER, PUPIL = "teacher", "pupil"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a class's two links. What comes from this computer proves nothing: it may have been forwarded."""

    teacher: str
    pupil: str

    def role(self, key: str) -> str:
        """Whose link has this key, in constant time; "" = nobody's."""
        teacher, pupil = _same(self.teacher, key), _same(self.pupil, key)
        return TEACHER if teacher else PUPIL if pupil else ""


def new_secret() -> str:
    """128 random bits, in letters that need no escaping and without a full stop."""
    return secrets.token_urlsafe(16)


def key_in_query(scope: Scope) -> str:
    """The value of `?key=`; "" where there is none."""
    try:
        values: list[str] = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=10).get("key", [""])
    except ValueError:
        return ""
    return values[0]


def bearers(headers: Headers) -> Iterator[tuple[str, str]]:
    """Each `Authorization: Bearer KEY` or `KEY.PHONE`, as (key, phone's secret)."""
    for line in headers.getlist("authorization"):
        scheme, _, token = line.partition(" ")
        if scheme.lower() == "bearer":
            key, _, phone = token.strip().partition(".")
            yield key, phone


def cookies(headers: Headers, name: str) -> Iterator[str]:
    """The values of the cookies of this name."""
    # Not by http.cookies, which drops all cookies where one, perhaps of another program, is not as it should be.
    for line in headers.getlist("cookie"):
        for cookie in line.split(";"):
            found, _, value = cookie.strip().partition("=")
            if found == name:
                yield value


def cookie(name: str, value: str, attributes: str = "") -> str:
    """The `Set-Cookie` header of a secret, which no script and no other site can use."""
    return f"{name}={value}; HttpOnly; SameSite=Strict; Path=/{attributes}"


def _same(secret: str, given: str) -> bool:
    return hmac.compare_digest(secret.encode(), given.encode("utf-8", "replace"))
