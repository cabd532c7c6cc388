"""docs/speed.md, from what the benchmarks left in outputs/benchmarks: python benchmarks/speed.py"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import common

OUT = Path(__file__).parent.parent / "docs/speed.md"
HEAD = """# How fast it is

Written by `python benchmarks/speed.py` from what the commands below measured. "Peer" is what a row compares with,
"goal" what we want, which isn't met everywhere. Medians of several rounds in which all took turns. "Ratio" is
how many times quicker ours is; after "share of", ours as a share of the peer's; for sizes, how the cost grows.
"""
MEASURED = {
    "training": ("Training", "python benchmarks/training.py"),
    "scaling": ("More letters", "python benchmarks/scaling.py"),
    "data": ("A folder of letters", "python benchmarks/data.py"),
    "large": ("A million letters", "python benchmarks/large.py"),
    "prediction": ("Reading", "python benchmarks/prediction.py"),
    "classroom": ("The page", "python benchmarks/classroom.py"),
    "frames": ("The page, while one draws", "python benchmarks/frames.py"),
    "folds": ("Folds side by side", "python benchmarks/folds.py DRAWINGS"),
    "ranks": ("Several processes", "python benchmarks/ranks.py"),
}


def main() -> None:
    parts = [HEAD]
    for name, (title, command) in MEASURED.items():
        path = common.RESULTS / f"{name}.json"
        if not path.is_file():
            raise SystemExit(f"{path} is missing; run {command}")
        parts.append(section(title, command, json.loads(path.read_text())))
    OUT.write_text("\n".join(parts))


def section(title: str, command: str, found: dict[str, Any]) -> str:
    table = [("what", "ours", "peer", "unit", "ratio", "goal"), ("---",) * 6, *map(common.cells, found["rows"])]
    notes = [f"- {key}: {value}" for key, value in found["notes"].items()]
    about = found["machine"]
    machine = f"{about['cpu']}, {about['cores']} cores, load {about['load']:.1f}, torch {about['torch']}"
    lines = ["| " + " | ".join(row) + " |" for row in table]
    return "\n".join(
        [f"## {title}", "", f"`{command}`, on {machine}.", "", *lines, "", *notes, *([""] if notes else [])]
    )


if __name__ == "__main__":
    main()
