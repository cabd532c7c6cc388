"""Every command of the README, typed in its order in a folder that looks like a fresh clone; trainings are short."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import httpx2
import pytest
import unipen_files
import warm

from charnet.pictures import ink

ROOT = Path(__file__).parent.parent
FIRST_WORDS = ("python", "charnet", "tensorboard", "cat", "make", "pip")
ELSEWHERE = (  # commands that install, that these tests are part of, or that need the internet
    "python -m venv .venv",
    "make ",
    "pip install",
    "python -m charnet.datasets.emnist",
    "python train.py data.root=data/emnist",
)


def commands() -> list[str]:
    """The lines of the README's code blocks that are commands."""
    text = (ROOT / "README.md").read_text()
    lines = [line.strip().partition("  #")[0].strip() for line in re.findall(r"^ {4}(\S.*)$", text, re.M)]
    return [line for line in lines if line.split()[0] in FIRST_WORDS and not line.startswith(ELSEWHERE)]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a fresh clone holds, with fewer starter letters; and the archive that its reader has to fetch."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("train.py", "predict.py", "collect.py", "conf", "charnet", "docs", "examples"):
        (folder / name).symlink_to(ROOT / name)
    for label in sorted([*(ROOT / "data/letters").iterdir(), *(ROOT / "data/digits").iterdir()]):
        (folder / label.relative_to(ROOT)).mkdir(parents=True)
        for number in (0, 1, 2, 3, 10, 11):
            shutil.copy(label / f"{number}.png", folder / label.relative_to(ROOT))
    unipen_files.small(folder / "unipen")
    unipen_files.put(folder / "unipen", {"6/kai/kai0/yslee.dat": unipen_files.segments('.SEGMENT WORD 0-2 ? "An"')})
    with tarfile.open(folder / "train_r01_v07.tgz", "w:gz") as archive:
        archive.add(folder / "unipen/train_r01_v07", "train_r01_v07")
    return folder


def draw(address: str) -> None:
    """Draw what the page asks for, with the strokes of starter letters, until it asks no more."""
    with httpx2.Client(base_url=address) as page:
        while (plan := page.get("/api/state").json()["plan"])["mode"] == "draw" and not plan["done"]:
            letter = plan["label"] if plan["label"].isalpha() else "lo"[int(plan["label"]) % 2]
            strokes = ink.from_png(ROOT / f"data/letters/{letter}/{plan['left']}.png")
            assert strokes is not None
            body = {"label": plan["label"], "strokes": [stroke.tolist() for stroke in strokes]}
            page.post("/api/samples", json=body).raise_for_status()


def shortened(command: str) -> str:
    """The same in a moment: few epochs and letters; no window opened; TensorBoard reads and ends."""
    if command.startswith("python train.py") and "--help" not in command:
        return f"{command} optim.epochs=3 optim.batch_size=32"
    if command.startswith("python collect.py"):
        return f"{command} open=false port=0"
    if command.startswith("python -m charnet.audit"):
        return f"{command} --epochs 3"
    if "synthesize" in command and "--count" not in command:
        return f"{command} --count 20"
    return f"{command} --inspect" if command.startswith("tensorboard") else command


def program(command: str) -> str:
    """What a command starts: python train.py, python -m charnet.audit, charnet runs, ..."""
    words = command.split()
    return " ".join(words[: 3 if words[1:2] == ["-m"] else 2])


def started(command: str, folder: Path, environment: dict[str, str]) -> subprocess.Popen[str] | warm.Program:
    """The first command of each program, and what is more than one, as bash starts it; the others warm."""
    typed = shortened(command)
    first = next(other for other in commands() if program(other) == program(command))
    match shlex.split(typed):
        case ["python", *words] if command != first and "|" not in typed:
            return warm.Program(*words, cwd=folder, env=environment)
        case ["charnet", *words] if command != first and "|" not in typed:
            return warm.Program("-m", "charnet", *words, cwd=folder, env=environment)
    # `exec`, so that Ctrl-C reaches the program itself.
    words = ["bash", "-c", typed if "|" in typed else f"exec {typed}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(words, cwd=folder, env=environment, **pipes, text=True)


@pytest.mark.parametrize("command", commands())
def test_typed(clone: Path, command: str):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "80"}
    environment.pop("PYTHONWARNINGS", None)
    with started(command, clone, environment) as process:
        if command.startswith("python collect.py"):
            assert process.stdout is not None
            draw(re.findall(r"http://\S+", process.stdout.readline())[0])
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert out or "--out" in command or "collect" in command


def test_no_command_is_left_out():
    """As many as the reader counts; this number changes when the README does."""
    assert len(commands()) > 40
