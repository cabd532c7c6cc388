"""`charnet` by itself: what it says where no command is named."""

import subprocess
from pathlib import Path

import pytest
from programs import command, run
from warm import environment

from charnet.__main__ import MODULES


def test_help_names_every_command(tmp_path: Path):
    told = run(tmp_path, "--help")
    assert told.returncode == 0 and not told.stderr
    assert set(MODULES) <= {line.split()[0] for line in told.stdout.splitlines() if line.startswith("  ")}
    assert run(tmp_path).stderr == told.stdout  # nothing typed: status 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_help_that_can_not_be_written_is_one_line():
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(command("--help"), env=environment(), stdout=full, stderr=subprocess.PIPE, text=True)
    assert told.returncode == 1
    assert told.stderr == "error: writing: No space left on device; make room and run again\n"
