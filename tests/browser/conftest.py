"""The drawing page in a real headless Chromium, its path from CHARNET_CHROMIUM or PATH."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from charnet import weights
from charnet.spec import Spec

PACKAGE = Path(__file__).parent.parent.parent
SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
PROGRAM = """
import sys
from charnet.collector import CollectSettings, run, server
from charnet.config import LettersConfig
server.LINGER = float(sys.argv[2])
given = eval(sys.argv[1])
given['data'] = LettersConfig(**given['data'])
sys.exit(run(CollectSettings(open=False, **given)))
"""


MISSING: list[str] = []  # why there is no browser


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in MISSING[:1]:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Chromium; where there is none, these tests are skipped, but in CI they fail."""
    path = os.environ.get("CHARNET_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        if path is None:
            raise FileNotFoundError("no Chromium in CHARNET_CHROMIUM or PATH")
        from playwright.sync_api import sync_playwright
    except (ImportError, FileNotFoundError) as error:
        MISSING.append(f"The drawing page was not tested in a browser: {error}.")
        pytest.fail(MISSING[0]) if os.environ.get("CI") else pytest.skip(MISSING[0])
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield chromium
        chromium.close()


@dataclass
class Program:
    """A running drawing page."""

    process: subprocess.Popen
    url: str

    @property
    def port(self) -> int:
        return int(re.search(r":(\d+)/", self.url).group(1))

    def end(self) -> str:
        """Wait for it to end by itself; what it said."""
        said = self.process.communicate(timeout=30)[0]
        assert self.process.returncode == 0
        return said


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start the drawing page; `reads` is what its network ranks first, whatever it sees."""
    running = []

    def start(reads: str = "", linger: float = 0.5, **settings: object) -> Program:
        if reads:
            weights.write(tmp_path / "weights.json", network_that_reads(reads))
            settings["weights"] = str(tmp_path / "weights.json")
        labels = {"labels": settings.pop("labels")} if "labels" in settings else {}
        given = {"data": {"root": str(tmp_path / "letters"), **labels}, "port": 0, **settings}
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, repr(given), str(linger)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(PACKAGE)},
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return Program(process, re.search(r"http://\S+", process.stdout.readline()).group())

    yield start
    for process in running:
        process.kill()
        process.communicate()


def network_that_reads(label: str, spread: float = 0.5) -> weights.Network:
    """A network that ranks `label` first; the rest depends on what it sees."""
    spec = Spec()
    random = np.random.default_rng(0)
    bias = np.full(spec.outputs, -2.0)
    bias[spec.labels.index(label)] = 9
    return weights.Network(
        spec,
        random.normal(0, 1, (spec.inputs, 8)),
        np.zeros(8),
        random.normal(0, spread, (8, spec.outputs)),
        bias,
    )


@pytest.fixture
def visit(browser) -> Iterator[Callable]:
    """Open a page with its own memory, at desktop size unless told otherwise; no error may come up in it."""
    contexts, problems = [], []

    def visit(program: Program, context=None, **options: object):
        if context is None:
            context = browser.new_context(viewport={"width": 1180, "height": 900}, **options)
            context.set_default_timeout(10_000)
            contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if "Security" in message.text else None)
        page.on("request", lambda request: foreign(request.url, program.url.partition("?")[0]))
        page.goto(program.url)
        page.wait_for_selector("#counts li")
        return page

    def foreign(url: str, ours: str) -> None:
        if not url.startswith((ours, "data:")):
            problems.append(f"asked for {url}")

    yield visit
    for context in contexts:
        context.close()
    assert problems == []
