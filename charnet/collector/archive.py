"""All samples as a zip of letter folders, made as it is sent: nothing is kept in memory or on the disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress

from charnet.collector.store import Store
from charnet.letters.samples import writer_of

PIECE = 64 * 1024  # bytes that are sent at once


class _Outlet(io.RawIOBase):
    """What zipfile writes into; it can't go back, so sizes follow each file."""

    def __init__(self) -> None:
        self._content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self._content += content
        return len(content)

    def __len__(self) -> int:
        return len(self._content)

    def take(self) -> bytes:
        content, self._content = bytes(self._content), bytearray()
        return content


def stream(store: Store, labels: Sequence[str], writer: str | None = None) -> Iterator[bytes]:
    """The zip in pieces: `<label>/<file>` for every sample of these labels, of one writer where one is named."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as archive:  # stored: PNGs are compressed already
        for label in labels:
            for name in store.names(label):
                if writer is not None and writer_of(name) != writer:
                    continue
                with suppress(FileNotFoundError, UnicodeEncodeError):  # gone since, or no name for a zip
                    archive.writestr(
                        zipfile.ZipInfo(f"{label}/{store.path(label, name).name}"), store.read(label, name)
                    )
                if len(outlet) > PIECE:
                    yield outlet.take()
    yield outlet.take()
