"""A client of the drawing page's application, without a server."""

from pathlib import Path
from typing import Any

import pytest
from drawing_page import PORT, Class, Classroom, Client, network_that_reads
from starlette.testclient import TestClient

from charnet.collector import CollectConfig, app
from charnet.collector.credentials import Keys
from charnet.collector.session import Session
from charnet.letters.config import LettersConfig
from charnet.networks import json_file, stored
from charnet.spec import Spec


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Its samples are in `letters` of the test's folder; `reads` is what its network ranks first, z what comes next."""
    monkeypatch.chdir(tmp_path)  # no network in use
    monkeypatch.setattr(stored, "SHIPPED", tmp_path / "none")

    def make(reads: str = "", spec: Spec | None = None, keys: Keys | None = None, **config: Any) -> TestClient:
        if reads:
            json_file.write(tmp_path / "weights.json", network_that_reads(reads, spec))
            config["weights"] = str(tmp_path / "weights.json")
        data = {name: config.pop(name) for name in ("root", "labels", "width", "height", "framing") if name in config}
        data.setdefault("root", str(tmp_path / "letters"))
        session = Session(CollectConfig(data=LettersConfig(**data), **config))
        return TestClient(app.create(session, PORT, keys), base_url=f"http://127.0.0.1:{PORT}")

    return make


@pytest.fixture
def classroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Class:
    """The page as for a class, without a network; its drawings are in `letters` of the test's folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(stored, "SHIPPED", tmp_path / "none")
    return lambda folder="letters", **config: Classroom(tmp_path / folder, **config)
