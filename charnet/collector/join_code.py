"""The six letters by which a class joins: typed after the page's address, they lead to the link of the QR code."""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
import time
from collections import deque

LETTERS = "abcdefghjkmnpqrstuvwxyz"  # without i, l and o, which are taken for one another and for digits
LENGTH = 6
CODE = re.compile(f"/([a-z]{{{LENGTH}}})/?", re.IGNORECASE)
WINDOW = 60.0  # seconds
FROM_ONE = 10  # wrong codes within the window from one address
FROM_ALL = 300  # and from all together: one of the 148 million codes is found in about half a year


class JoinCode:
    """A code, and who may still guess at it. Used in the event loop's thread alone."""

    def __init__(self) -> None:
        self.text = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        self._wrong: deque[tuple[float, str]] = deque()  # when, and from which network

    def try_code(self, given: str, address: str) -> bool | None:
        """Whether this is the code; None where too many wrong ones came, from this address or in all."""
        now, source = time.monotonic(), network_of(address)
        while self._wrong and now - self._wrong[0][0] > WINDOW:
            self._wrong.popleft()
        if len(self._wrong) >= FROM_ALL or sum(where == source for _, where in self._wrong) >= FROM_ONE:
            return None
        if hmac.compare_digest(given.lower().encode(), self.text.encode()):
            return True
        self._wrong.append((now, source))
        return False


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the first half, since a device has as many of the second as it likes."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
