"""Who may talk to the page: this computer's browser, or whoever knows the secret. Wraps the whole application.

A web page that the user visits can send requests to this computer; the checks of Host (against names that are made to
point here) and of Origin keep it from reading or writing the data.
"""

from __future__ import annotations

import hmac
import ipaddress
import socket
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from charnet.collector import refusal

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

PAGES = ("/", "/wall")  # what a link may lead to


class Guard:
    """Refuses foreign requests and adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, port: int, secret: str = "", name: str = "localhost") -> None:
        self.app = app
        self.port = port
        self.secret = secret  # empty = only this computer can connect, so none is needed
        self.name = name.lower()  # of this computer, as the user gave it
        self.cookie = f"charnet-{port}"  # cookies do not tell ports apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # no websockets here
        headers = Headers(scope=scope)
        in_query = self.secret != "" and _same(self.secret, _query_key(scope))

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in HEADERS.items():
                    answer.setdefault(name, value)
                if in_query:
                    answer.append("Set-Cookie", f"{self.cookie}={self.secret}; HttpOnly; SameSite=Strict; Path=/")
            await send(message)

        if reason := self.refusal(headers, scope["method"], scope["path"], in_query):
            in_query = False
            await refusal.told(reason, headers, 403)(scope, receive, guarded)
        else:
            await self.app(scope, receive, guarded)

    def refusal(self, headers: Headers, method: str, path: str, in_query: bool) -> str:
        """Why a request is not served; empty when it is."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return f"Host {', '.join(hosts) or '(none)'} is not this page; open the address that collect.py printed"
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{hosts[0].lower()}":
            return f"a page of {origin} may not use this one"
        # Following a link to the page itself is fine; browsers without this header are covered by Origin.
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and (method != "GET" or path not in PAGES):
            return "a page of another site may not use this one"
        if self.secret and not in_query and not self._knows(headers):
            return "the secret is missing; open the whole address that collect.py printed, or scan its QR code again"
        return ""

    def _is_ours(self, host: str) -> bool:
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname or "", parts.port or 80
        except ValueError:
            return False
        if host.lower() not in (name, f"{name}:{port}", f"[{name}]", f"[{name}]:{port}"):
            return False  # user:password@ and the like
        address = _address(name)
        if not self.secret:
            mine = name in ("localhost", self.name) or (address is not None and address.is_loopback)
            return port == self.port and mine
        # No one can point an address elsewhere, as they can a name. The port may be another one, mapped to ours.
        return address is not None or name in ("localhost", self.name, *_own_names())

    def _knows(self, headers: Headers) -> bool:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _same(self.secret, token.strip()):
            return True
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return morsel is not None and _same(self.secret, morsel.value)


def _query_key(scope: Scope) -> str:
    try:
        values: list[str] = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=10).get("key", [""])
    except ValueError:
        return ""
    return values[0]


def _same(secret: str, given: str) -> bool:
    return hmac.compare_digest(secret.encode(), given.encode("utf-8", "replace"))


def _own_names() -> tuple[str, str]:
    name = socket.gethostname().lower()
    return name, f"{name.removesuffix('.local')}.local"


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
