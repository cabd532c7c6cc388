"""A training that waits, as the drawing page starts it; whole trainings are in tests/collector/routes/test_train.py."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "charnet.train", "--standby"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_it_says_that_it_is_ready_and_trains_by_the_words_it_is_told(
    waiting: subprocess.Popen[str], letters: Path, tmp_path: Path
) -> None:
    assert waiting.stdin and waiting.stdout
    assert json.loads(waiting.stdout.readline()) == {"ready": True}
    words = [f"data.root={letters}", "optim.epochs=2", "hydra.run.dir=outputs/mine"]
    waiting.stdin.write(json.dumps({"words": words}) + "\n")
    waiting.stdin.flush()
    lines = [line for line in waiting.stdout if line.startswith("{")]  # it ends by itself
    assert json.loads(lines[-1])["result"]["folder"] == "outputs/mine"
    assert waiting.wait(30) == 0
    assert (tmp_path / "outputs/current/weights.json").is_file()


def test_it_ends_with_its_standard_input(waiting: subprocess.Popen[str]) -> None:
    assert waiting.stdin
    waiting.stdin.close()  # before it has imported anything
    assert waiting.wait(60) == 1
