"""Names of files and folders that every system can hold, and what of a name some systems ignore."""

from __future__ import annotations

import re
import unicodedata

FORBIDDEN = frozenset('/\\:*?"<>|')  # characters that some system refuses
DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE | re.DOTALL)  # on Windows


def normalise(text: str) -> str:
    """Text in Unicode's normal form C, in which é is one character, however it was typed."""
    return unicodedata.normalize("NFC", text)


def fold(name: str) -> str:
    """A name without what some file system ignores in it: names that fold to the same are one file there."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).upper().casefold())


def is_device(name: str) -> bool:
    """Whether Windows takes a file of this name for a device, whatever its suffix."""
    return DEVICE.fullmatch(name) is not None


def is_portable(name: str) -> bool:
    """Whether every system can hold a file of this name, and in the folder where it is put: `D:photo` is on a drive."""
    if not name or name in (".", "..") or name.endswith((".", " ")) or is_device(name):
        return False
    return not FORBIDDEN & set(name) and not any(c < " " for c in name)
