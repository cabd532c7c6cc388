"""Serves the page: listens, prints the address, runs the application until Ctrl-C, and prints what was saved."""

from __future__ import annotations

import errno
import ipaddress
import signal
import socket
import sys
import threading
from contextlib import suppress

import uvicorn

from charnet.collector import app, log
from charnet.collector.config import PORT, CollectConfig
from charnet.collector.connections import Connection, most_connections
from charnet.collector.credentials import Keys, new_secret
from charnet.collector.join_code import JoinCode
from charnet.collector.session import Session
from charnet.system.answer import printable

BACKLOG = 128  # connections that wait to be accepted
GRACE = 1  # seconds that requests have to end after Ctrl-C
LONGEST_END = 1.5  # seconds after which it ends all the same


def run(config: CollectConfig) -> int:
    """Serve until Ctrl-C or SIGTERM. Raises `ValueError` or `OSError` where the page can't be served."""
    session = Session(config)
    listener = listen(config.host, config.port)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # SIGTERM ends it as Ctrl-C does
    try:
        with suppress(KeyboardInterrupt):
            _serve(config, session, listener)
    finally:
        session.trainer.close()
    print(summary(config, session), flush=True)
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. If the default port is taken it takes any free one; a port that was asked for is an error."""
    try:
        socket.getaddrinfo(host, None)  # create_server doesn't tell an unknown name from the other errors
        return _bind(host, port)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]  # Python adds the address
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise OSError(f"host={host}: {reason}; give an address of this computer, or leave host= out") from None
        if port == PORT:
            with suppress(OSError):
                return _bind(host, 0)
        raise OSError(f"host={host} port={port}: {reason}; try port=0 for any free one") from None


def page_url(host: str, bound: str, port: int, key: str = "") -> str:
    """The URL to open on this computer or, with a key, on any device. `bound` is the socket's address."""
    name = _own_address() if ipaddress.ip_address(bound).is_unspecified else host
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}/" + (f"?key={key}" if key else "")


def print_invitation(session: Session) -> None:
    """Whose link was printed, and the link for the pupils, which goes on the board: also as a QR code and to type."""
    print("That link is the teacher's: whoever has it trains, removes drawings and downloads all. Keep it to yourself.")
    print(f"\nThe class's link, to draw and to look: {session.address}")
    print_qr_code(session.address)
    print(f"Or type {session.short_address.removeprefix('http://')}")


def print_qr_code(url: str) -> None:
    import segno  # slow to load, and only needed for a phone

    print("On a phone in the same network, scan:")
    compact = "utf" in (sys.stdout.encoding or "").lower()  # half blocks; else spaces and colours
    segno.make(url, error="l").terminal(out=sys.stdout, border=2, compact=compact)


def summary(config: CollectConfig, session: Session) -> str:
    """What was saved, and the command to run next."""
    saved, recognised = (
        ", ".join(f"{label} {n}" for label, n in counter.items() if n > 0)
        for counter in (session.saved, session.recognised)
    )
    lines = [f"Saved in {printable(config.data.root)}: {saved}" if saved else "Nothing was saved."]
    if recognised:
        lines.append(f"Not kept, since the network read them right: {recognised}")
    command = config.train_command if any(session.store.counts().values()) else config.collect_command
    return "\n".join([*lines, f"Next: {printable(command)}"])


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()  # every address of this computer, those of IPv4 too
    listener = socket.create_server((host, port), family=family, dualstack_ipv6=both)
    # Connections inherit it. Without it the second part of a response waits 40 ms for the first to be acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _serve(config: CollectConfig, session: Session, listener: socket.socket) -> None:
    bound, port = listener.getsockname()[:2]
    keys = None if ipaddress.ip_address(bound).is_loopback else Keys(new_secret(), new_secret())
    code = JoinCode() if keys else None
    url = page_url(config.host, bound, port, keys.teacher if keys else "")
    # The socket is listening already, so whoever reads this line can connect at once.
    print(f"Drawing page: {url}", flush=True)
    if config.port not in (0, port):
        print(f"(port {config.port} is taken, so it is {port} this time)")
    session.address, session.shared = url, keys is not None
    if keys and code:
        session.address = page_url(config.host, bound, port, keys.pupil)
        session.short_address = f"{url.partition('?')[0]}{code.text}"
        print_invitation(session)
    print("Ctrl-C ends.", flush=True)
    # Forwarding headers are not trusted. Browsers keep their connection open, which saves time on every drawing.
    Connection.most = most_connections()
    options = uvicorn.Config(
        app.create(session, port, keys, config.host, code),
        log_config=None, access_log=False, lifespan="off", ws="none", http=Connection, loop="asyncio", backlog=BACKLOG,
        server_header=False, proxy_headers=False, timeout_keep_alive=75, timeout_graceful_shutdown=GRACE,
    )  # fmt: skip
    server = uvicorn.Server(options)
    session.on_done = lambda: print("All is drawn. There is more to do on the page; Ctrl-C ends.", flush=True)
    session.store.sweep()
    if config.open:
        threading.Thread(target=_open_browser, args=(url,), daemon=True).start()
    # A thread that the program's end does not wait for, nor for those that it starts, which may be decoding a picture.
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    with log.short(*((keys.teacher, keys.pupil) if keys else ())):
        serving.start()
        try:
            while serving.is_alive():
                serving.join(0.5)  # on Windows Ctrl-C arrives between two waits
        finally:
            server.should_exit = True
            serving.join(LONGEST_END)


def _open_browser(url: str) -> None:
    import webbrowser

    if not webbrowser.open(url):
        print("No browser could be started; open the address yourself.", flush=True)


def _own_address() -> str:
    """This computer's address in its network. Connecting a UDP socket sends nothing; it only selects the interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address reserved for documentation
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
