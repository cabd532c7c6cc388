"""What the benchmarks share: ways timed in turn, so that a busy machine slows all of them alike; a table; a file."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from charnet.letters import folder as letter_folder
from charnet.letters import samples, split
from charnet.spec import Spec

RESULTS = Path("outputs/benchmarks")
FIGURES = RESULTS / "accuracy"
PACKAGES = ("torch", "torchvision", "numpy", "pillow", "scikit-learn", "onnxruntime", "jax")


@dataclass(slots=True)
class Row:
    what: str
    ours: float
    peer: float | None  # what it is compared with, where it is
    unit: str  # of ours and peer
    ratio: float | None  # how many times better, or the share, as `what` says
    goal: str


def in_turn(ways: Mapping[str, Callable[[], Any]], repeats: int = 5) -> dict[str, float]:
    """Median seconds of each way, all ways once a round, after a round that isn't counted."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(repeats + 1):
        for name, way in ways.items():
            begin = time.perf_counter()
            way()
            if number:
                seconds[name].append(time.perf_counter() - begin)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def machine() -> dict[str, Any]:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    model = next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.processor())
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "none"
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"cpu": model, "cores": os.cpu_count(), "load": load, "python": platform.python_version(), **versions}


def report(name: str, rows: list[Row], notes: Mapping[str, Any] | None = None) -> None:
    """Print the table with the machine's name, and keep all of it as outputs/benchmarks/<name>.json."""
    about = machine()
    caption = ", ".join(f"{key} {value}" for key, value in about.items())
    table = Table("what", "ours", "peer", "unit", "ratio", "goal", title=f"{name}, medians", caption=caption)
    for row in rows:
        table.add_row(*cells(asdict(row)))
    console = Console()
    console.print(table)
    for key, value in (notes or {}).items():
        console.print(f"{key}: {value}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    content = {"machine": about, "rows": [asdict(row) for row in rows], "notes": dict(notes or {})}
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


def figures(name: str, command: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table of docs/accuracy.md, and keep it as outputs/benchmarks/accuracy/<name>.json."""
    about = machine()
    table = Table(*head, title=f"{name}: {command}", caption=shortly(about))
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    FIGURES.mkdir(parents=True, exist_ok=True)
    content = {"machine": about, "command": command, "head": [*head], "rows": [[*row] for row in rows]}
    (FIGURES / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


def shortly(about: Mapping[str, Any]) -> str:
    """What matters most of `machine`."""
    return f"{about['cpu']}, {about['cores']} cores, load {about['load']:.1f}, torch {about['torch']}"


def percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f} %"


def cells(row: Mapping[str, Any]) -> list[str]:
    """A row's fields as text, in their order."""
    numbers = {"ours": 4, "peer": 4, "ratio": 3}  # digits
    return [number(value, numbers[field]) if field in numbers else value for field, value in row.items()]


def number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"


def write_letters(root: Path, count: int, labels: str = "abcdefghijklmnopqrstuvwxyz") -> Path:
    """A folder of `count` different 10 x 16 PNGs, dealt out to the labels: two strokes each."""
    random = np.random.default_rng(0)
    for label in labels:
        (root / label).mkdir(parents=True)
    for number in range(count):
        grey = np.full((16, 10), 255, np.uint8)
        row, column = random.integers(2, 14), random.integers(2, 8)
        grey[row : row + 2, 1:9] = random.integers(0, 120, 8)
        grey[1:15, column] = random.integers(0, 120, 14)
        Image.fromarray(grey).save(root / labels[number % len(labels)] / f"{number}.png")
    return root


def strangers(unipen: Path) -> set[str]:
    """The fifth of UNIPEN's writers whom `accuracy.py writers` and `writers-cnn` hold out."""
    letters = letter_folder.read(unipen, Spec())
    held = np.flatnonzero(split.hold_out(letters, 0.2, "writer", seed=0))
    return {samples.writer_of(letters.paths[place]) for place in held}
