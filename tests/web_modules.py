"""The JavaScript of charnet/web in a real Chromium, and real drawings to compare it with Python on."""

import json
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from charnet import web
from charnet.datasets import unipen_format, unipen_ink, unipen_scan
from charnet.spec import Spec
from charnet.web.bundle import bundle

DONORS = {"kai", "pri", "aga"}

Js = Callable[..., Any]  # calls a JavaScript function with the modules, by name, and values
Ink = list[list[list[float]]]


def name(spec: Spec) -> str:
    """Of a test."""
    return f"{spec.framing}-{spec.width}x{spec.height}"


@pytest.fixture(scope="session")
def js(browser) -> Js:
    code = bundle(
        *(
            web.FOLDER / f"{name}.js"
            for name in ("doubt", "ink", "framing", "network", "paper", "perceptron", "picture")
        )
    )
    page = browser.new_page()
    page.evaluate(f"() => {{ {code}\nglobalThis.modules = modules; }}")

    def call(function: str, *values: object) -> Any:
        # As one string each way: Playwright takes long over many numbers.
        source = f"async (values) => JSON.stringify(await ({function})(modules, ...JSON.parse(values)))"
        return json.loads(page.evaluate(source, json.dumps(values)))

    return call


@pytest.fixture(scope="session")
def drawings(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Ink]:
    """Some 300 letters by several hands, as strokes in units of the square's side."""
    folder = tmp_path_factory.mktemp("unipen")
    with tarfile.open(real_data / "unipen-1c.tar.xz") as tar:
        for member in tar:
            if member.isfile() and DONORS & set(member.name.split("/")):
                tar.extract(member, folder, filter="data")
    found = []
    for file in unipen_scan.segment_files(folder):
        sheet = unipen_format.read(file.path, file.include, file.donor)
        for segment in sheet.segments:
            with suppress(ValueError):  # a segment that means no ink
                found.append([stroke.tolist() for stroke in unipen_ink.strokes(sheet, segment.components)[0]])
    return found[:: len(found) // 300]
