"""Every command of the README, typed in its order in a folder that looks like a fresh clone; trainings are short."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import unipen_files

ROOT = Path(__file__).parent.parent
FIRST_WORDS = ("python", "charnet", "tensorboard", "cat", "make", "pip", ".venv")
ELSEWHERE = (  # commands that install, that these tests are part of, or that need the internet
    "python -m venv .venv",
    ".venv/",
    "make ",
    "pip install",
    "python -m charnet.datasets.emnist",
)


def commands() -> list[str]:
    """The lines of the README's code blocks that are commands."""
    text = (ROOT / "README.md").read_text()
    lines = [line.strip().partition("  #")[0].strip() for line in re.findall(r"^ {4}(\S.*)$", text, re.M)]
    return [line for line in lines if line.split()[0].startswith(FIRST_WORDS) and not line.startswith(ELSEWHERE)]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts and some starter letters; besides, what the README's reader brings: drawings, photos, an archive."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("train.py", "predict.py", "collect.py", "conf", "charnet"):
        (folder / name).symlink_to(ROOT / name)
    copy(folder / "data/letters", "abcdefghijklmnopqrstuvwxyz", range(6))
    copy(folder / "my/letters", "aegkw", range(10))
    copy(folder / "my/digits", "lo", range(10), {"l": "1", "o": "7"})
    copy(folder / "other/letters", "aegkw", range(20, 30))
    for picture in ("photo.jpg", "image.png", "scan.jpg", "photos/1.png", "more/2.png"):
        (folder / picture).parent.mkdir(exist_ok=True)
        shutil.copy(folder / "my/letters/e/0.png", folder / picture)  # a PNG by any name
    unipen_files.small(folder / "unipen")
    with tarfile.open(folder / "train_r01_v07.tgz", "w:gz") as archive:
        archive.add(folder / "unipen/train_r01_v07", "train_r01_v07")
    return folder


def copy(to: Path, letters: str, numbers: range, names: dict[str, str] | None = None) -> None:
    for letter in letters:
        label = to / (names or {}).get(letter, letter)
        label.mkdir(parents=True)
        for number in numbers:
            writer = f"{'Anna' if number % 2 else 'Ben'}-" if "letters" in to.name else ""
            shutil.copy(ROOT / f"data/letters/{letter}/{number}.png", label / f"{writer}{number}.png")


def shortened(command: str) -> str:
    """The same in a moment: few epochs; no window opened; TensorBoard reads and ends."""
    if command.startswith("python train.py") and "--help" not in command:
        return f"{command} optim.epochs=3 optim.batch_size=32"
    if command.startswith("python collect.py"):
        return f"{command} open=false port=0"
    if command.startswith("python -m charnet.audit"):
        return f"{command} --epochs 3"
    return f"{command} --inspect" if command.startswith("tensorboard") else command


@pytest.mark.parametrize("command", commands())
def test_typed(clone: Path, command: str):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "80"}
    environment.pop("PYTHONWARNINGS", None)
    # `exec`, so that Ctrl-C reaches the program itself.
    words = ["bash", "-c", shortened(command) if "|" in command else f"exec {shortened(command)}"]
    with subprocess.Popen(
        words, cwd=clone, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        if command.startswith("python collect.py"):
            assert process.stdout is not None
            assert "http://" in process.stdout.readline()
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert out or "--out" in command or "collect" in command


def test_no_command_is_left_out():
    """As many as the reader counts; this number changes when the README does."""
    assert len(commands()) > 40
