"""When `make` keeps the environment that it finds, when it makes one anew, and what it says where it can't."""

import os
import subprocess
import sys
from pathlib import Path

import environment
import pytest

PROGRAM = Path(environment.__file__)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with an environment that can't be installed into without the internet."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'nothing'\n")
    return tmp_path


def made(project: Path, *words: str, program: str = "") -> subprocess.CompletedProcess[str]:
    code = f"import environment, sys; {program}\nsys.exit(environment.main('.venv', *sys.argv[1:]))"
    paths = {"PYTHONPATH": str(PROGRAM.parent), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, cwd=project, env={**os.environ, **paths}, capture_output=True, text=True)


def interpreter(project: Path, says: str) -> None:
    """An environment whose Python says this of itself."""
    python = project / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\necho {says}\n")
    python.chmod(0o755)


def test_an_environment_that_is_up_to_date_is_kept(project: Path):
    """Also where `python3` is too old, as long as it is not named."""
    interpreter(project, "Python 3.12.1 of /usr")
    (project / ".venv/installed").touch()
    kept = made(project, program="environment.LEAST = (99, 0)")
    assert (kept.returncode, kept.stdout, kept.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("environment.LEAST = (99, 0)", "charnet needs 3.11 or newer: name one, as in make train PYTHON=python3.12\n"),
        ("sys.modules['ensurepip'] = None", "lacks its module venv: install it (Debian, Ubuntu: apt install python3-"),
    ],
)
def test_a_python_that_will_not_do_is_one_line_and_nothing_is_touched(project: Path, program: str, line: str):
    interpreter(project, "Python 3.12.1 of /usr")
    (project / ".venv/installed").touch()
    refused = made(project, "command line", program=program)
    assert refused.returncode == 1 and refused.stdout == ""
    assert refused.stderr.startswith("error: ") and line in refused.stderr and refused.stderr.count("\n") == 1
    assert (project / ".venv/installed").exists()


def test_a_torch_that_there_is_not_is_refused_before_anything_is_fetched(project: Path):
    refused = made(project, "", "gpu")
    assert (refused.returncode, refused.stdout) == (1, "") and not (project / ".venv").exists()
    assert refused.stderr == "error: TORCH=gpu: only TORCH=cpu can be chosen; leave it out for the usual torch\n"


def test_the_environment_of_another_python_is_made_anew(project: Path):
    """The installation then fails, for lack of the internet; the environment is there."""
    interpreter(project, "Python 3.12.1 of /usr")
    (project / ".venv/installed").touch()
    (project / ".venv/lib").mkdir()
    anew = made(project, "command line")
    assert anew.stdout.startswith("making .venv anew: it is of Python 3.12.1 of /usr\n")
    assert anew.returncode and not (project / ".venv/installed").exists()
    assert environment.told(str(project / ".venv/bin/python")) == environment.told(sys.executable)


def test_a_broken_environment_is_not_kept(project: Path):
    """As an attempt leaves it that was stopped: without pip."""
    interpreter(project, "")
    (project / ".venv/installed").touch()
    assert "charnet needs 3.11 or newer" in made(project, program="environment.LEAST = (99, 0)").stderr
