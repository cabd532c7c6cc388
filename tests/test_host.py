"""What a program that uses charnet can rely on: it starts at once, and imports leave the program as it was."""

import os
import subprocess
import sys
from pathlib import Path

import charnet

ROOT = Path(__file__).parent.parent


def python(program: str, *words: object, folder: Path = ROOT) -> str:
    """What a program prints that runs in a process of its own."""
    command = [sys.executable, "-c", program, *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_three_lines_read_a_picture_with_nothing_heavy(letters: Path, tmp_path: Path):
    program = (
        "import sys, charnet\n"
        "print(charnet.load().rank(sys.argv[1])[:3])\n"
        "print({'torch', 'torchvision', 'hydra', 'matplotlib', 'tensorboard', 'onnxruntime'} & set(sys.modules))"
    )
    best = charnet.load("letters").rank(letters / "z/0.png")[:3]
    assert python(program, letters / "z/0.png", folder=tmp_path) == f"{best}\nset()\n"


def test_imports_leave_the_program_as_it_was():
    """What the modules need is loaded first and may do as it likes; then they alone are imported once more."""
    program = """
import importlib, os, pkgutil, sys, warnings
import charnet, torch

names = ["charnet", *(module.name for module in pkgutil.walk_packages(charnet.__path__, "charnet."))]
assert {"charnet.audit", "charnet.training.loop"} < set(names)
for name in names:
    importlib.import_module(name)
for name in names:
    del sys.modules[name]
warnings.resetwarnings()
masks = []
os.umask = masks.append
torch.set_num_threads(3)
for name in names:
    importlib.import_module(name)
print(warnings.filters, masks, torch.get_num_threads())
"""
    assert python(program) == "[] [] 3\n"
