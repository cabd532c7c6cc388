"""charnet's commands, each as a process of its own."""

import subprocess
import sys
from pathlib import Path

import warm


def command(*words: object) -> list[str]:
    """As a user's shell starts it; it takes its time to import what it needs."""
    return [sys.executable, "-m", "charnet", *map(str, words)]


def run(folder: Path, *words: object, seconds: int = 120, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """`charnet WORDS` in a folder, with what it said."""
    return warm.run("-m", "charnet", *words, cwd=folder, timeout=seconds, stdin=stdin)
