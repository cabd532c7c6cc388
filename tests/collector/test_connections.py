import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from charnet.collector import connections


def test_as_many_as_leave_files_for_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    for allowed, most in ((resource.RLIM_INFINITY, 500), (1_000_000, 500), (1024, 482), (256, 98), (10, 8)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, allowed=allowed: (allowed, allowed))
        assert connections.most_connections() == most


def is_open(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def test_of_one_address_those_that_were_silent_longest_give_way(start: Callable[..., Any]) -> None:
    program = start()
    count = connections.MOST_FROM_ONE_ADDRESS + 6
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(("127.0.0.1", program.port))) for _ in range(count)]
        until = time.monotonic() + 10
        while sum(map(is_open, clients)) > connections.MOST_FROM_ONE_ADDRESS and time.monotonic() < until:
            time.sleep(0.01)
        assert [is_open(client) for client in clients] == [False] * 6 + [True] * connections.MOST_FROM_ONE_ADDRESS
    program.end()


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_header_that_takes_too_long_ends_the_connection(start: Callable[..., Any], sent: bytes) -> None:
    program = start(environment={"HEADER_SECONDS": "0.3"})
    with socket.create_connection(("127.0.0.1", program.port), timeout=10) as client:
        began = time.monotonic()
        client.sendall(sent)
        assert client.recv(1) == b"" and time.monotonic() - began < 5
    whole = f"GET /api/state HTTP/1.1\r\nHost: 127.0.0.1:{program.port}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", program.port), timeout=10) as client:  # of a later request too
        client.sendall(whole)
        while b"}" not in client.recv(65536):
            pass
        time.sleep(0.5)  # between two requests there is more time
        client.sendall(b"GET /")
        assert client.recv(65536) == b""
    program.end()
