"""Connections to the page: how many there may be, in all and from one address, and how long one may take to ask."""

from __future__ import annotations

import asyncio
import sys

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 500  # connections in all; a class of thirty has up to 180
MOST_FROM_ONE_ADDRESS = 64
OTHER_FILES = 30  # that the program opens beside one for each connection and one for what each sends
HEADER_SECONDS = 10.0  # from the start of a connection, or of a later request, until the request's header is there


def most_connections() -> int:
    """How many connections there may be, so that the system never refuses to open another file."""
    if sys.platform == "win32":
        return MOST
    import resource

    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if allowed == resource.RLIM_INFINITY else max(8, min(MOST, allowed // 2 - OTHER_FILES))


class Connection(H11Protocol):
    """One connection. Where there are too many, the one whose client has been silent longest is closed."""

    most = MOST

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.heard = self.loop.time()  # when the client last sent something
        self._deadline: float | None = None  # of the header that is on its way
        self._limit_header()
        self._make_room()

    def _make_room(self) -> None:
        every = [each for each in self.connections if isinstance(each, Connection) and not each.transport.is_closing()]
        from_here = [each for each in every if self.client and each.client and each.client[0] == self.client[0]]
        for connections, most in ((from_here, MOST_FROM_ONE_ADDRESS), (every, self.most)):
            if len(connections) > most:
                silent = [each for each in connections if each.waits_for_client and each is not self]
                min(silent, key=lambda each: each.heard, default=self).transport.abort()

    def data_received(self, data: bytes) -> None:
        self.heard = self.loop.time()
        try:
            super().data_received(data)
        except h11.LocalProtocolError:  # what it sent is no HTTP, and it has its answer already
            self.transport.abort()
        self._limit_header()

    @property
    def waits_for_client(self) -> bool:
        """Whether there is nothing to do until the client sends more."""
        return self._is_between_requests or self.cycle.more_body

    @property
    def _is_between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _limit_header(self) -> None:
        """Close the connection unless a whole header arrives in time. Between two requests uvicorn's limit holds."""
        if not self._is_between_requests:
            self._deadline = None
        elif self.timeout_keep_alive_task is None:
            self._deadline = self._deadline or self.loop.time() + HEADER_SECONDS
            self.timeout_keep_alive_task = self.loop.call_at(self._deadline, self.timeout_keep_alive_handler)
