"""/api/archive: samples are downloaded as a zip of letter folders; such a zip, or one picture, is uploaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from charnet.collector import uploads, validation
from charnet.collector.routes.responses import AsciiJSONResponse, session_of
from charnet.collector.store import Store
from charnet.letters.naming import to_folder
from charnet.letters.samples import writer_of

MAX_ZIP = 512 * 1024 * 1024  # bytes
MAX_LISTED = 1000  # saved samples that a response names
CHUNK = 64 * 1024  # bytes of a zip that are sent at once


async def download(request: Request) -> Response:
    """?label&writer -> a zip of letter folders with all samples, or those of a label or a writer."""
    store = session_of(request).store
    label, writer = (request.query_params.get(key) for key in ("label", "writer"))
    labels = store.labels if label is None else (validation.label(label, store.labels),)
    headers = {"Content-Disposition": 'attachment; filename="letters.zip"'}
    return StreamingResponse(zip_chunks(store, labels, writer), media_type="application/zip", headers=headers)


async def upload(request: Request) -> Response:
    """?label&writer&name, the body a picture or a zip -> 201 {"saved", "refused", "already"}. A zip needs no label.

    Of a zip, what is among the samples already is counted and not saved again.
    """
    session = session_of(request)
    store, query = session.store, request.query_params
    label = validation.label(query["label"], store.labels) if "label" in query else None
    writer = validation.writer(query.get("writer"))
    if session.upload_lock.locked():
        raise HTTPException(409, "another upload is being saved; try again when it is done")
    # The lock is taken once the file has arrived, so a client that sends slowly, or stops sending, delays nobody else.
    async with validation.file_body(request, validation.FILES, MAX_ZIP) as file, session.upload_lock:
        if await run_in_threadpool(_is_zip, file):
            save = partial(uploads.save_zip, store, session.spec, file, label, writer)
        elif label is None:
            validation.refuse("label: say which letter the picture shows, or send a zip of letter folders")
        else:
            content = await run_in_threadpool(file.read, uploads.MAX_FILE + 1)
            name = query.get("name", "the picture")
            save = partial(uploads.save_picture, store, session.spec, content, name, label, writer)
        try:
            result = await run_in_threadpool(save)
        except ValueError as error:
            validation.refuse(str(error))
    session.record_uploaded(result.saved)
    body = {
        "saved": result.counts(),
        "total": len(result.saved),
        "refused": [{"name": name, "error": reason} for name, reason in result.refused],
        "more": result.more,
        "already": result.already,
        "samples": [{"label": label, "name": name} for label, name in result.saved[:MAX_LISTED]],
    }
    return AsciiJSONResponse(body, status_code=201 if result.saved else 422 if result.refused else 200)


ROUTES = (Route("/api/archive", download, methods=["GET"]), Route("/api/archive", upload, methods=["POST"]))


def zip_chunks(store: Store, labels: Sequence[str], writer: str | None = None) -> Iterator[bytes]:
    """A zip of the samples of these labels, or of one writer's, as `<folder>/<file>`, chunk by chunk as it is made."""
    buffer = _Buffer()
    with zipfile.ZipFile(buffer, "w") as archive:  # uncompressed, since PNGs are compressed already
        for label in labels:
            for name in store.names(label):
                if writer is not None and writer_of(name) != writer:
                    continue
                # Skipped where the sample was removed meanwhile, or where no zip can hold its name.
                with suppress(FileNotFoundError, UnicodeEncodeError):
                    entry = zipfile.ZipInfo(f"{to_folder(label)}/{store.path(label, name).name}")
                    archive.writestr(entry, store.read(label, name))
                if len(buffer) > CHUNK:
                    yield buffer.take()
    yield buffer.take()


class _Buffer(io.RawIOBase):
    """What `ZipFile` writes to. It can't seek, so `ZipFile` writes the size of each file after it."""

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
        """What was written since the last call."""
        content, self._content = bytes(self._content), bytearray()
        return content


def _is_zip(file: IO[bytes]) -> bool:
    start = file.read(4)
    file.seek(0)
    return start in (b"PK\x03\x04", b"PK\x05\x06")
