"""From settings to a served page and back to the terminal."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import socket
import sys
import threading
from contextlib import suppress

import uvicorn

from charnet.collector import app, terminal
from charnet.collector.session import Session
from charnet.collector.settings import PORT, CollectSettings

LINGER = 3.0  # seconds after the last drawing: the page says that all is done, and the drawing can be taken back


def run(settings: CollectSettings) -> int:
    """Serve until the drawings are done or Ctrl-C. Errors of the user's are one line and status 1."""
    try:
        session = Session(settings)
        listening = listen(settings.host, settings.port)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    with suppress(KeyboardInterrupt):
        _serve(settings, session, listening)
    print(terminal.summary(settings, session), flush=True)
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Where the default port is taken any free one will do; not so for one that was asked for."""
    try:
        return _bound(host, port)
    except OSError as error:
        if port == PORT and not isinstance(error, socket.gaierror):
            with suppress(OSError):
                return _bound(host, 0)
        raise OSError(f"host={host} port={port}: {error.strerror}; try port=0 for any free one") from None


def _bound(host: str, port: int) -> socket.socket:
    listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    # Connections inherit it. Without it the second part of an answer waits 40 ms for the first to be acknowledged.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _serve(settings: CollectSettings, session: Session, listening: socket.socket) -> None:
    bound, port = listening.getsockname()[:2]
    secret = "" if ipaddress.ip_address(bound).is_loopback else secrets.token_urlsafe(16)
    url = terminal.address(settings.host, bound, port, secret)
    # Whoever reads this line can connect at once: the socket is listening already.
    print(f"Drawing page: {url}", flush=True)
    if settings.port not in (0, port):
        print(f"(port {settings.port} is taken, so it is {port} this time)")
    if secret:
        terminal.print_code(url)
    print("Ctrl-C ends.", flush=True)
    guarded = app.create(session, port, secret, settings.host)
    # Forwarding headers are not believed; a browser keeps its connection, which saves time on every drawing.
    config = uvicorn.Config(
        guarded, log_config=None, access_log=False, lifespan="off", ws="none", http="h11", loop="asyncio",
        server_header=False, proxy_headers=False, timeout_keep_alive=75, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)

    timer: asyncio.TimerHandle | None = None

    def end_if_done() -> None:
        server.should_exit = server.should_exit or session.plan.done

    def end_soon() -> None:
        nonlocal timer
        if timer:
            timer.cancel()
        timer = asyncio.get_running_loop().call_later(LINGER, end_if_done)

    session.on_done = end_soon
    session.store.sweep()
    if settings.open:
        threading.Thread(target=_open, args=(url,), daemon=True).start()
    server.run(sockets=[listening])


def _open(url: str) -> None:
    import webbrowser

    if not webbrowser.open(url):
        print("No browser could be started; open the address yourself.", flush=True)
