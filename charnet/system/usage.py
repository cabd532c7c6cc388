"""How commands are typed where this one was started, and what the command lines have in common."""

from __future__ import annotations

import argparse
import glob
import sys
from importlib import metadata
from pathlib import Path

DOORWAYS = ("train", "predict", "collect")  # scripts at the root of a checkout


def typed(command: str) -> str:
    """A command, named by its module below `charnet`, as the user types it: `charnet audit` where charnet is installed
    and was called so, or from a notebook, else `python -m charnet.audit`."""
    program = Path(sys.argv[0])
    if (
        program.stem == "charnet"
        or program.stem.endswith("kernel_launcher")
        or program.parts[-2:] == ("charnet", "__main__.py")
    ):
        return f"charnet {command.rpartition('.')[2]}"
    return f"python {command}.py" if command in DOORWAYS else f"python -m charnet.{command}"


def version() -> str:
    return f"charnet {metadata.version('charnet')}"


def parser(command: str, description: str) -> argparse.ArgumentParser:
    """The parser of a command, with --version."""
    result = argparse.ArgumentParser(prog=typed(command), description=description)
    result.add_argument("--version", action="version", version=version())
    return result


def expand(argument: str) -> list[str]:
    """The files and folders that an argument names: itself, or what it matches as a pattern, sorted.

    Windows' shells leave patterns to the programs, and anyone may put one in quotes.
    """
    if Path(argument).exists():
        return [argument]
    return sorted(glob.glob(argument, recursive=True)) or [argument]  # noqa: PTH207 - Path.glob takes no whole paths
