"""Loading a network, a checkpoint or a cache runs no code that its file holds; pickle would."""

import io
import json
import os
import pickle
import re
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch

import charnet
from charnet.letters import cache
from charnet.networks import classify
from charnet.training import checkpoint


class Payload:
    """What makes a folder when it is unpickled."""

    def __init__(self, ran: Path) -> None:
        self.ran = ran

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.ran),)


PAGES = Path(charnet.__file__).parent
HTML = re.compile(
    r"(?:inner|outer)HTML\s*(?:\+?=(?!=)|:)|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|javascript:"
)


def test_no_page_makes_html_or_scripts_of_text() -> None:
    scripts = [path for path in PAGES.rglob("*") if path.suffix in (".js", ".html")]
    assert len(scripts) > 20
    assert [path.name for path in scripts if HTML.search(path.read_text("utf-8"))] == []


def packed(payload: object) -> list[bytes]:
    file = io.BytesIO()
    torch.save({"settings": payload}, file)
    array = io.BytesIO()
    np.save(array, np.array([payload], dtype=object))
    return [pickle.dumps(payload), pickle.dumps({"settings": payload}), file.getvalue(), array.getvalue()]


def test_the_payload_works(tmp_path: Path) -> None:
    plain, _, network, arrays = packed(Payload(tmp_path / "ran"))
    for load in (
        lambda: pickle.loads(plain),
        lambda: torch.load(io.BytesIO(network), weights_only=False),
        lambda: np.load(io.BytesIO(arrays), allow_pickle=True),
    ):
        load()
        (tmp_path / "ran").rmdir()


def test_no_file_runs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cache.FOLDER.mkdir(parents=True)
    for content in packed(Payload(tmp_path / "ran")):
        (tmp_path / checkpoint.NAME).write_bytes(content)
        with pytest.raises(ValueError, match="damaged; train anew"):
            checkpoint.read(tmp_path)
        for name in ("weights.json", "weights.onnx"):
            (tmp_path / name).write_bytes(content)
            with pytest.raises(ValueError, match=name):
                classify.load(tmp_path / name)
        (cache.FOLDER / "entry.npy").write_bytes(content)
        index = {"skipped": {}, "crc32": zlib.crc32(b"{}", zlib.crc32(content))}
        (cache.FOLDER / "entry.json").write_text(json.dumps(index))
        assert cache.read("entry") is None
        assert not (tmp_path / "ran").exists()
