"""What the terminal shows: the address, its QR code, and at the end what was saved."""

from __future__ import annotations

import ipaddress
import socket
import sys
from functools import lru_cache

from charnet.collector.config import CollectConfig
from charnet.collector.session import Session
from charnet.system.answer import printable
from charnet.system.usage import typed


def address(host: str, bound: str, port: int, secret: str) -> str:
    """What to type into a browser, on this computer or, where there is a secret, on another."""
    name = _own_address() if ipaddress.ip_address(bound).is_unspecified else host
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}/" + (f"?key={secret}" if secret else "")


def summary(config: CollectConfig, session: Session) -> str:
    """What was saved, and the command that comes next."""
    saved, known = (
        ", ".join(f"{k} {v}" for k, v in counter.items() if v > 0) for counter in (session.saved, session.known)
    )
    lines = [f"Saved in {printable(config.data.root)}: {saved}" if saved else "Nothing was saved."]
    if known:
        lines.append(f"Not kept, since the network read them right: {known}")
    if not any(session.store.counts().values()):
        return "\n".join([*lines, f"Next: {typed('collect')} count=3"])
    return "\n".join([*lines, f"Next: {printable(config.train_command)}"])


def print_code(url: str) -> None:
    import segno  # only a phone needs it

    print("On a phone in the same network, scan:")
    compact = "utf" in (sys.stdout.encoding or "").lower()  # half blocks; else plain spaces and colours
    segno.make(url, error="l").terminal(out=sys.stdout, border=2, compact=compact)


@lru_cache(1)
def picture_of_code(url: str) -> str:
    """The QR code as an address of an SVG picture, for a page."""
    import segno

    code: str = segno.make(url, error="m").svg_data_uri(border=2, light="white")
    return code


def _own_address() -> str:
    """This computer's address in its network. Connecting a datagram socket sends nothing; it only picks the way out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address kept for examples
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
