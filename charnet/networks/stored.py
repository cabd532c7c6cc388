"""Where networks lie: in files, in the folders of runs, among those that the package ships, and the one in use."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from charnet.system import files

OUTPUTS = Path("outputs")  # of runs, in the folder where one works
CURRENT = OUTPUTS / "current"  # the network in use
SHIPPED = Path(__file__).parent / "shipped"
USUAL = "letters"  # the shipped network that reads until another one is in use
ORIGIN = "origin.txt"  # beside the network in use: the digest of its file, and what it is called
FILES = ("weights.onnx", "weights.json")  # what a folder may hold of a network; of both the first counts


def find(where: str | Path | None = None) -> Path:
    """The file of a network by its file, its folder, the name of its run or its shipped name; None is the one in use.

    Raises `FileNotFoundError` when there is none there.
    """
    if where is None:
        where = CURRENT if inside(CURRENT) else USUAL
    path = Path(where)
    if path.is_file():
        return path
    if found := inside(path):
        return found
    if str(where) in shipped():  # also where a folder of that name holds drawings
        return shipped()[str(where)]
    if found := inside(OUTPUTS / where):
        return found
    if path.is_dir():
        raise FileNotFoundError(f"{path}: no {' or '.join(FILES)} in this folder; name a run's folder or a file")
    names = ", ".join(sorted(shipped())) or "none yet"
    raise FileNotFoundError(
        f"{where}: no such weights file, run or shipped network (shipped: {names}; runs: charnet runs)"
    )


def inside(folder: Path) -> Path | None:
    """The network file of a run folder, or of the one in use."""
    # One look at the folder: between two, `use` might remove the one and bring the other.
    with suppress(OSError), os.scandir(folder) as entries:
        there = {entry.name for entry in entries if entry.is_file()}
        return next((folder / name for name in FILES if name in there), None)
    return None


def shipped() -> dict[str, Path]:
    """The networks that the package carries, by name."""
    return {path.stem: path for path in SHIPPED.glob("*") if path.suffix in {Path(name).suffix for name in FILES}}


def runs() -> Iterator[Path]:
    """The network files of the runs in `outputs`, in the order of their names; not the copy that is in use."""
    for folder, names, _ in os.walk(OUTPUTS):
        names[:] = sorted(name for name in names if not name.startswith("."))
        if Path(folder) != CURRENT and (path := inside(Path(folder))):
            yield path


def name_of(path: Path) -> str:
    """What a network is called: the name of its run or its shipped name, else its file; `find` finds it by this."""
    folder = path.parent
    if folder == SHIPPED:
        return path.stem
    if folder == CURRENT:
        with suppress(OSError, ValueError):
            content, _, name = (CURRENT / ORIGIN).read_text(encoding="utf-8").partition(" ")
            if content == _digest(path.read_bytes()):  # else it was written for another network
                return name
        return str(path)
    if path.name in FILES and folder.is_relative_to(OUTPUTS) and folder != OUTPUTS:
        return folder.relative_to(OUTPUTS).as_posix()
    return str(path)


def use(path: Path) -> None:
    """Make a network file the one in use; whoever reads finds the old one or the new one, at any moment."""
    CURRENT.mkdir(parents=True, exist_ok=True)
    name, content = f"weights{path.suffix}", path.read_bytes()
    if path.parent != CURRENT:
        files.write_bytes(CURRENT / ORIGIN, f"{_digest(content)} {name_of(path)}".encode())
    files.write_bytes(CURRENT / name, content)
    for other in FILES:
        if other != name:
            (CURRENT / other).unlink(missing_ok=True)  # only now: a new JSON file counts once no ONNX file is there


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
