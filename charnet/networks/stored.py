"""Where networks are stored: in files, in the folders of runs, in the package, and the copy that is in use."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from charnet.system import files, lock

OUTPUTS = Path("outputs")  # holds the runs, in the working directory
CURRENT = OUTPUTS / "current"  # holds a copy of the network in use
SHIPPED = Path(__file__).parent / "shipped"
DEFAULT = "letters"  # the shipped network that is used until another one is in use
LOCK = ".lock"  # beside it, held by whoever replaces it
ORIGIN = "origin.txt"  # beside the network in use: the SHA-256 of its file, and its name
HYDRA, CHECKPOINT = ".hydra", "checkpoint.pt"  # of a run: its settings, and what it needs to go on
FILES = ("weights.onnx", "weights.json")  # names of a network's file in a folder; if there are both, the first counts


def find(where: str | Path | None = None) -> Path:
    """The file of a network, given by that file, its folder, the name of its run or its shipped name.

    None stands for the network in use or, where none is, the shipped `DEFAULT`. Raises `FileNotFoundError` where there
    is no network.
    """
    if where is None:
        where = CURRENT if inside(CURRENT) else DEFAULT
    where = files.expand_home(str(where))
    path = Path(where)
    if path.is_file():
        return path
    if found := inside(path):
        return found
    if where in shipped():  # even where a folder of that name holds drawings
        return shipped()[where]
    if found := inside(OUTPUTS / where):
        return found
    if path.is_dir():
        raise FileNotFoundError(f"{path}: no {' or '.join(FILES)} in this folder; name a run's folder or a file")
    names = ", ".join(sorted(shipped())) or "none yet"
    raise FileNotFoundError(
        f"{where}: no such weights file, run or shipped network (shipped: {names}; runs: charnet runs)"
    )


def run_folder(where: str) -> Path:
    """The folder of a run, given by it or by the run's name; where there is none, `where` as it is."""
    path = Path(files.expand_home(where))
    is_run = (path / CHECKPOINT).is_file()  # a folder of that name may hold drawings
    return OUTPUTS / path if not is_run and (OUTPUTS / path).is_dir() else path


def inside(folder: Path) -> Path | None:
    """The network file in a run's folder, or in `CURRENT`; None where there is none."""
    # The folder is listed once: between two looks, `copy_to_current` might replace one kind of file by the other.
    with suppress(OSError), os.scandir(folder) as entries:
        there = {entry.name for entry in entries if entry.is_file()}
        return next((folder / name for name in FILES if name in there), None)
    return None


def shipped() -> dict[str, Path]:
    """The networks in the package, by name."""
    return {path.stem: path for path in SHIPPED.glob("*") if path.suffix in {Path(name).suffix for name in FILES}}


def runs() -> Iterator[Path]:
    """The network files of all runs in `OUTPUTS`, sorted by name, without the copy that is in use."""
    for folder, names, _ in os.walk(OUTPUTS):
        names[:] = sorted(name for name in names if not name.startswith("."))
        if Path(folder) != CURRENT and (path := inside(Path(folder))):
            yield path


def ended_runs() -> Iterator[Path]:
    """The folders of runs in `OUTPUTS` that left no network, sorted by name: those still running, and those ended."""
    for folder, names, _ in os.walk(OUTPUTS):
        run = HYDRA in names and not inside(Path(folder))
        names[:] = [] if run else sorted(name for name in names if not name.startswith("."))
        if run:
            yield Path(folder)


def name_of(path: Path) -> str:
    """A network's name, by which `find` finds it: its run's or its shipped name, otherwise the path of its file."""
    folder = path.parent
    if folder == SHIPPED:
        return path.stem
    if folder == CURRENT:
        with suppress(OSError, ValueError):
            content, _, name = (CURRENT / ORIGIN).read_text(encoding="utf-8").partition(" ")
            if content == _digest(path.read_bytes()):  # otherwise it belongs to another network
                return name
        return str(path)
    if path.name in FILES and folder.is_relative_to(OUTPUTS) and folder != OUTPUTS:
        return folder.relative_to(OUTPUTS).as_posix()
    return str(path)


@contextmanager
def changing_current() -> Iterator[None]:
    """Nobody else replaces the network in use within the block: its files are several, and only one may be left."""
    CURRENT.mkdir(parents=True, exist_ok=True)
    with lock.held(CURRENT / LOCK):
        yield


def copy_to_current(path: Path) -> None:
    """Make a network file the one in use, atomically: at any moment a reader finds the old network or the new one.

    Where others may do so at the same moment, it is called within `changing_current`.
    """
    CURRENT.mkdir(parents=True, exist_ok=True)
    name, content = f"weights{path.suffix}", path.read_bytes()
    if path.parent != CURRENT:
        files.write_bytes(CURRENT / ORIGIN, f"{_digest(content)} {name_of(path)}".encode())
    files.write_bytes(CURRENT / name, content)
    for other in FILES:
        if other != name:
            (CURRENT / other).unlink(missing_ok=True)  # last, since a JSON file counts only once there is no ONNX file


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
