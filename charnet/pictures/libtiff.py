"""libtiff, which writes a line on standard error for each damaged row of a picture: a file of 20 KB makes 100 MB."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cache
from pathlib import Path

import PIL

# Where Pillow's own packages for Linux and macOS have it. Those for Windows hold it inside Pillow, out of reach.
FOLDERS = (Path(PIL.__file__).parent.parent / "pillow.libs", Path(PIL.__file__).parent / ".dylibs")


@cache
def silence() -> None:
    """From now on it writes nothing; Pillow raises an error all the same where a picture can't be decoded."""
    for path in [path for folder in FOLDERS for path in folder.glob("libtiff*")]:
        with suppress(OSError, AttributeError):
            library = ctypes.CDLL(str(path))  # the very copy that Pillow has loaded, or will load
            for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
                setter = getattr(library, name)
                setter.argtypes, setter.restype = [ctypes.c_void_p], ctypes.c_void_p
                setter(None)
