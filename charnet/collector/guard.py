"""ASGI middleware around the whole application: serves this computer's browser, and in a class whoever has a key.

Any web page that the user visits can send requests to this computer. The checks of Host (against DNS rebinding) and of
Origin and Sec-Fetch-Site (against cross-site requests) keep it from reading or changing the samples. In a class the
guard tells the application whose key a request brings; `permissions.py` says what that one may do.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from charnet.collector import credentials
from charnet.collector.credentials import PUPIL, TEACHER, Keys
from charnet.collector.errors import error_response
from charnet.collector.join_code import CODE, JoinCode

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

PAGES = ("/", "/wall")  # what other sites may link to


class Guard:
    """Refuses requests that are not from the page, and adds the security headers to every response."""

    def __init__(
        self,
        app: ASGIApp,
        port: int,
        keys: Keys | None = None,
        host: str = "localhost",
        code: JoinCode | None = None,
    ) -> None:
        self.app = app
        self.port = port
        self.keys = keys  # None = only this computer can connect, and whoever uses it is the teacher
        self.code = code  # leads to the pupils' link
        self.host = host.lower()  # a name of this computer, as given by host=
        self.cookie = f"charnet-{port}"  # browsers send cookies to all ports of a host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # there are no websockets
        headers = Headers(scope=scope)
        key = credentials.key_in_query(scope)
        role_in_query = self.keys.role(key) if self.keys else ""
        role = role_in_query or self._role_in_headers(headers)
        new_cookie = credentials.cookie(self.cookie, key) if role_in_query else ""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                response = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in HEADERS.items():
                    response.setdefault(name, value)
                if new_cookie:
                    response.append("Set-Cookie", new_cookie)
            await send(message)

        if self.code and scope["method"] == "GET" and (found := CODE.fullmatch(scope["path"])):
            await self._join(self.code, found[1], headers, scope)(scope, receive, send_with_headers)
        elif reason := self._reason_to_refuse(headers, scope["method"], scope["path"], role):
            new_cookie = ""
            await error_response(reason, headers, 403)(scope, receive, send_with_headers)
        else:
            scope.setdefault("state", {})["role"] = role
            await self.app(scope, receive, send_with_headers)

    def _join(self, code: JoinCode, given: str, headers: Headers, scope: Scope) -> Response:
        """The response to a code: the way to the page with its secret, where it is the right one."""
        if reason := self._reason_to_refuse(headers, "GET", "/", PUPIL):
            return error_response(reason, headers, 403)
        right = code.try_code(given, (scope.get("client") or ("",))[0])
        if right and self.keys:
            return RedirectResponse(f"/?key={self.keys.pupil}", 303)
        if right is None:
            return error_response("too many wrong codes; wait a minute, then type the code again", headers, 429)
        return error_response("this is not the code of this page; type its six letters again", headers, 403)

    def _reason_to_refuse(self, headers: Headers, method: str, path: str, role: str) -> str:
        """Why a request with the key of this role, or "" for none, is refused; "" when it is served."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_own_host(hosts[0]):
            return f"Host {', '.join(hosts) or '(none)'} is not this page's; open the address that collect.py printed"
        origins = headers.getlist("origin")
        if len(origins) > 1 or any(origin.lower() != f"http://{hosts[0].lower()}" for origin in origins):
            return f"pages from {', '.join(origins)} may not use this one"
        # A link to the page itself may be followed. Browsers that don't send this header send Origin.
        foreign = {"cross-site", "same-site"} & set(headers.getlist("sec-fetch-site"))
        if foreign and (method != "GET" or path not in PAGES):
            return "pages from other sites may not use this one"
        if not role:
            return "the secret is missing; open the whole address that collect.py printed, or scan its QR code again"
        return ""

    def _is_own_host(self, host: str) -> bool:
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname or "", parts.port or 80
        except ValueError:
            return False
        if host.lower() not in (name, f"{name}:{port}", f"[{name}]", f"[{name}]:{port}"):
            return False  # it holds user:password@ or the like
        address = _address(name)
        if not self.keys:
            local = name in ("localhost", self.host) or (address is not None and address.is_loopback)
            return port == self.port and local
        # An IP address is safe: unlike a name, nobody can make it point here. The port may be forwarded from another.
        return address is not None or name in ("localhost", self.host, *_own_names())

    def _role_in_headers(self, headers: Headers) -> str:
        """Whose key the headers hold, the teacher's before a pupil's; "" = nobody's."""
        if not self.keys:
            return TEACHER
        keys = [*(key for key, _ in credentials.bearers(headers)), *credentials.cookies(headers, self.cookie)]
        roles = {self.keys.role(key) for key in keys}
        return next((role for role in (TEACHER, PUPIL) if role in roles), "")


def _own_names() -> tuple[str, str]:
    name = socket.gethostname().lower()
    return name, f"{name.removesuffix('.local')}.local"


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
