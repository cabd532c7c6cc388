"""From the settings to a served page and back to the terminal."""

from __future__ import annotations

import errno
import ipaddress
import secrets
import signal
import socket
import threading
from contextlib import suppress

import uvicorn

from charnet.collector import app, terminal
from charnet.collector.config import PORT, CollectConfig
from charnet.collector.session import Session


def run(config: CollectConfig) -> int:
    """Serve until Ctrl-C or SIGTERM. `ValueError` or `OSError` where the page can't be served."""
    session = Session(config)
    listening = listen(config.host, config.port)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # to be ended is to be interrupted
    try:
        with suppress(KeyboardInterrupt):
            _serve(config, session, listening)
    finally:
        session.trainer.close()
    print(terminal.summary(config, session), flush=True)
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Where the default port is taken any free one will do; not so for one that was asked for."""
    try:
        socket.getaddrinfo(host, None)  # create_server doesn't tell an unknown name from the other errors
        return _bound(host, port)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]  # Python adds the address
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise OSError(f"host={host}: {reason}; give an address of this computer, or leave host= out") from None
        if port == PORT:
            with suppress(OSError):
                return _bound(host, 0)
        raise OSError(f"host={host} port={port}: {reason}; try port=0 for any free one") from None


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()  # every address of this computer, those of IPv4 too
    listening = socket.create_server((host, port), family=family, dualstack_ipv6=both)
    # Connections inherit it. Without it the second part of an answer waits 40 ms for the first to be acknowledged.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _serve(config: CollectConfig, session: Session, listening: socket.socket) -> None:
    bound, port = listening.getsockname()[:2]
    secret = "" if ipaddress.ip_address(bound).is_loopback else secrets.token_urlsafe(16)
    url = terminal.address(config.host, bound, port, secret)
    # Whoever reads this line can connect at once: the socket is listening already.
    print(f"Drawing page: {url}", flush=True)
    if config.port not in (0, port):
        print(f"(port {config.port} is taken, so it is {port} this time)")
    if secret:
        terminal.print_code(url)
    print("Ctrl-C ends.", flush=True)
    session.address, session.shared = url, bool(secret)
    guarded = app.create(session, port, secret, config.host)
    # Forwarding headers are not believed; a browser keeps its connection, which saves time on every drawing.
    options = uvicorn.Config(
        guarded, log_config=None, access_log=False, lifespan="off", ws="none", http="h11", loop="asyncio",
        server_header=False, proxy_headers=False, timeout_keep_alive=75, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(options)
    session.on_done = lambda: print("All is drawn. There is more to do on the page; Ctrl-C ends.", flush=True)
    session.store.sweep()
    if config.open:
        threading.Thread(target=_open, args=(url,), daemon=True).start()
    server.run(sockets=[listening])


def _open(url: str) -> None:
    import webbrowser

    if not webbrowser.open(url):
        print("No browser could be started; open the address yourself.", flush=True)
