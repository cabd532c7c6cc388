"""Compilers and simulators that exports are tested with: without them a test is skipped, but in CI it fails."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

STRICT = ("-Wall", "-Wextra", "-Werror", "-pedantic", "-O2")


def need(*programs: str) -> None:
    """Programs, or files by their whole path, that a test can't do without."""
    missing = [name for name in programs if not (Path(name).exists() if "/" in name else shutil.which(name))]
    if missing:
        message = f"not tested, as there is no {', '.join(missing)}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


def run(*words: object, stdin: bytes = b"", cwd: Path | None = None) -> bytes:
    """What a program prints, which has to end well; a warning is an error too."""
    done = subprocess.run([str(word) for word in words], input=stdin, capture_output=True, timeout=120, cwd=cwd)
    errors = done.stderr.decode()
    assert done.returncode == 0, errors
    assert "warning" not in errors.lower(), errors
    return done.stdout
