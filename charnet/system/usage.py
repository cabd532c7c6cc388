"""How a user types the commands, and what the command lines have in common."""

from __future__ import annotations

import argparse
import glob
import sys
from importlib import metadata
from pathlib import Path

from charnet.system.interrupt import DOORWAYS


def typed(command: str) -> str:
    """A command as the user types it, given by its module below `charnet`.

    `charnet audit` where the program was started by that name or from a notebook, otherwise `python -m charnet.audit`.
    """
    program = Path(sys.argv[0])
    if (
        program.stem == "charnet"
        or program.stem.endswith("kernel_launcher")
        or program.parts[-2:] == ("charnet", "__main__.py")
    ):
        return f"charnet {command.rpartition('.')[2]}"
    return f"python {command}.py" if f"{command}.py" in DOORWAYS else f"python -m charnet.{command}"


def version() -> str:
    return f"charnet {metadata.version('charnet-letters')}"


def parser(command: str, description: str) -> argparse.ArgumentParser:
    """The parser of a command, with --version."""
    result = argparse.ArgumentParser(prog=typed(command), description=description)
    result.add_argument("--version", action="version", version=version())
    return result


def expand(argument: str) -> list[str]:
    """The files and folders that an argument names: what it matches as a pattern, sorted, or the argument itself.

    Windows' shells do not expand patterns, and anyone may quote one.
    """
    if Path(argument).exists():
        return [argument]
    return sorted(glob.glob(argument, recursive=True)) or [argument]  # noqa: PTH207 - Path.glob takes no absolute paths
