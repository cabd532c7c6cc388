"""`charnet` by itself: what it says where no command is named."""

import subprocess
from pathlib import Path

import pytest
import warm
from programs import command, run

from charnet.__main__ import MODULES


def test_help_names_every_command(tmp_path: Path):
    told = run(tmp_path, "--help")
    assert told.returncode == 0 and not told.stderr
    assert set(MODULES) <= {line.split()[0] for line in told.stdout.splitlines() if line.startswith("  ")}
    assert run(tmp_path).stderr == told.stdout  # nothing typed: status 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_help_that_can_not_be_written_is_one_line():
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(command("--help"), env=warm.environment(), stdout=full, stderr=subprocess.PIPE, text=True)
    assert told.returncode == 1
    assert told.stderr == "error: writing: No space left on device; make room and run again\n"


def test_the_command_of_an_installed_package(tmp_path: Path, letters: Path):
    assert run(tmp_path, "predict", "--weights", "letters", letters / "z/0.png").returncode == 0
    assert "model.hidden" in run(tmp_path, "train", "--help").stdout
    assert run(tmp_path, "train", "epochs=3").returncode == 2
    assert run(tmp_path, "nonsense").returncode == 2


def test_doorways_are_short():
    for name in ("train.py", "predict.py", "collect.py"):
        assert len((warm.ROOT / name).read_text().splitlines()) < 40


@pytest.mark.parametrize(
    "words", ["train --help", "predict --help", "evaluate --help", "audit --help", "collect --help"]
)
def test_any_command_into_a_closed_pipe(tmp_path: Path, words: str):
    typed = " ".join([*command(words), "| true"])
    done = subprocess.run(typed, shell=True, capture_output=True, cwd=tmp_path, env=warm.environment())
    assert done.stderr == b""
