"""The programs as a user starts them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "charnet", *map(str, words)]


def run(folder: Path, *words: object, seconds: int = 120) -> subprocess.CompletedProcess[str]:
    """`charnet WORDS` in a folder, with what it said."""
    return subprocess.run(
        command(*words), cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, errors="replace", timeout=seconds
    )
