"""Ctrl-C before a command has imported its modules."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# As a terminal's Ctrl-C in the middle of an import: when the module that is named is looked for.
INTERRUPT = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["AT"]:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
"""


def start(tmp_path: Path, at: str, *command: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPT)
    environment = os.environ | {"AT": at, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.skipif(os.name != "posix", reason="signals of a terminal")
@pytest.mark.parametrize("at", ["numpy", "charnet.networks", "charnet.system.answer"])
@pytest.mark.parametrize(
    "words", [[str(ROOT / "predict.py")], ["-m", "charnet.evaluate"], [str(Path(sys.executable).with_name("charnet"))]]
)
def test_no_traceback(tmp_path: Path, at: str, words: list[str]) -> None:
    done = start(tmp_path, at, sys.executable, *words, "--help")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "stopped\n")


def test_another_s_program_keeps_its_own(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import signal, charnet; print(signal.getsignal(signal.SIGINT))")
    done = start(tmp_path, "", sys.executable, "train.py")
    assert done.stdout == f"{signal.default_int_handler}\n"
