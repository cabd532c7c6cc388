"""Each reader of what may be anyone's, as a function of bytes that returns or raises `ValueError`.

Anything else is a crash: tests/fuzz.py looks for bytes that make one, tests/faults/test_hostile_bytes.py keeps those.
"""

import base64
import hashlib
import io
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import event_loop
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from starlette.exceptions import HTTPException
from starlette.requests import Request

from charnet.collector import uploads, validation
from charnet.collector.store import Store
from charnet.datasets import archives, unipen_format, unipen_ink, unipen_scan
from charnet.letters.naming import to_folder
from charnet.networks import classify, json_file, line_file, onnx_file, text
from charnet.pictures import box, images, ink
from charnet.pictures.writing import HEIGHT
from charnet.sheets import codes, layout
from charnet.spec import FRAMINGS, Spec
from charnet.system.answer import has_control
from charnet.training import checkpoint as checkpoints
from charnet.training import fitting
from charnet.training.adamw import AdamW

SPEC = Spec(("l", "o", "z"))


def weights(content: bytes) -> None:
    network = json_file.parse(content.decode("utf-8", "replace"))
    again = json_file.parse(json_file.dump(network))
    picture = np.ones((1, network.spec.inputs))
    found = classify.forward(network, picture)
    assert np.isfinite(found).all() and np.array_equal(found, classify.forward(again, picture))


def strokes(content: bytes) -> None:
    chunks = PngInfo()
    chunks.add_itxt(ink.CHUNK, content.decode("utf-8", "replace").replace("\0", ""))
    file = io.BytesIO()
    Image.new("L", (10, 16)).save(file, "PNG", pnginfo=chunks)
    if found := ink.from_png(file):
        for framing in FRAMINGS:
            picture = ink.draw(found, Spec(framing=framing))
            assert picture.min() >= 0 and picture.max() <= 1
        assert ink.from_png(io.BytesIO(ink.to_png(np.zeros((16, 10)), found)))


def picture(content: bytes) -> None:
    framed = images.read(content, SPEC)
    assert framed.shape == (16, 10) and np.isfinite(framed).all() and 0 <= framed.min() <= framed.max() <= 1
    ink.from_png(io.BytesIO(content))
    with in_a_folder({"0.png": content}) as folder:
        box.from_png(folder / "0.png")


def unipen(content: bytes) -> None:
    with in_a_folder({"data/1c/kai/a.dat": content, "include/kai/own.dat": content}) as folder:
        for file in unipen_scan.segment_files(folder):
            scan = unipen_scan.scan(file)
            read = unipen_format.read(file.path, file.include, file.donor)
            for letter in scan.letters:
                found, _ = unipen_ink.strokes(read, read.segments[letter.number].components)
                assert ink.framed(found, SPEC).max() > 0
        unipen_scan.plan([scan])


def archive(content: bytes) -> None:
    with in_a_folder({"archive": content}) as folder:
        (folder / "target").mkdir()
        archives.unpack(folder / "archive", folder / "target", re.compile("."))
        assert sorted(path.name for path in folder.iterdir()) == ["archive", "target"]


def upload(content: bytes) -> None:
    with in_a_folder({}) as folder:
        found = uploads.save_zip(Store(folder, SPEC.labels), SPEC, io.BytesIO(content), None, "")
        there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert there == {f"{label}/{name}.png" for label, name in found.saved}


def body(content: bytes) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    request = Request({"type": "http", "headers": [(b"content-type", b"application/json")]}, receive)
    try:
        values = event_loop.run(validation.json_body(request, {"label", "strokes"}, {"writer", "only_if_read"}))
        validation.label(values["label"], SPEC.labels)
        validation.writer(values.get("writer"))
        validation.boolean(values, "only_if_read")
        drawn = validation.strokes(values["strokes"])
    except HTTPException as error:
        assert 400 <= error.status_code < 500 and error.detail
        raise ValueError(error.detail) from None
    assert ink.framed(drawn, SPEC).max() > 0
    assert ink.from_png(io.BytesIO(ink.to_png(np.zeros((16, 10)), drawn)))


def sheet(content: bytes) -> None:
    """The text of a page, in codes whose check fits, as anyone can print them."""
    size, check = -(-len(content) // 4), base64.b64encode(hashlib.sha256(content).digest())[:3]
    quarters = [content[corner * size : (corner + 1) * size] for corner in range(4)]
    parts = [codes.parse_code(b"CN1%d" % corner + check + quarter) for corner, quarter in enumerate(quarters)]
    page = codes.decode({part.corner: part for part in parts if part})
    assert 1 <= len(page.boxes()) <= layout.COLUMNS * layout.ROWS
    for name in (page.writer, *map(to_folder, page.labels)):  # they become names of files and are printed
        assert not has_control(name) and "/" not in name and not name.startswith(".")


def onnx(content: bytes) -> None:
    with in_a_folder({"weights.onnx": content}) as folder:
        network = classify.load(folder / "weights.onnx")
        found = network.likelihoods(np.ones((2, network.spec.inputs), np.float32))
        assert found.shape == (2, network.spec.outputs) and ((found >= 0) & (found <= 1)).all()
        arrays = onnx_file.parameters(folder / "weights.onnx")[1]
        assert sum(array.nbytes for array in arrays.values()) <= 2 * len(content)


def line(content: bytes) -> None:
    with in_a_folder({"weights.onnx": content}) as folder:
        reader = text.load(folder / "weights.onnx")
        (logs,) = reader.logs([np.ones((HEIGHT, 12), np.float32)])
        assert logs.shape[1] == len(reader.alphabet) and (logs <= 1e-3).all()
        arrays = line_file.read(folder / "weights.onnx")[1]
        assert sum(array.nbytes for array in arrays.values()) <= 2 * len(content)


def checkpoint(content: bytes) -> None:
    with in_a_folder({checkpoints.NAME: content}) as folder:
        state, config = checkpoints.read(folder)
        tensors = [*state.model.values(), *state.best_model.values(), *state.hidden_units.values()]
        assert all(tensor.numel() * tensor.element_size() <= len(content) for tensor in tensors)
        network = fitting.build(replace(config, init=""), config.data.spec())
        state.begin(network, AdamW(network, config.optim.weight_decay))


READERS: dict[str, Callable[[bytes], None]] = {
    reader.__name__: reader
    for reader in (weights, strokes, picture, unipen, archive, upload, body, sheet, onnx, line, checkpoint)
}


class in_a_folder(tempfile.TemporaryDirectory[str]):
    """A temporary folder with these files in it."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__()
        self._files = files

    def __enter__(self) -> Path:  # type: ignore[override]
        folder = Path(self.name)
        for name, content in self._files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder
