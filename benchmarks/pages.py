"""docs/speed.md and the tables of docs/accuracy.md: python benchmarks/pages.py

Written from what the benchmarks left in outputs/benchmarks. In docs/accuracy.md a table stands between
`<!-- tables: NAME ... -->`, which names what was measured (rows of several are put into one table), and `<!-- end -->`.
What wasn't measured anew stays as it is, and is named, in both.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import common

DOCS = Path(__file__).parent.parent / "docs"
TABLES = re.compile(r"<!-- tables: ([\w -]+) -->\n.*?<!-- end -->", re.DOTALL)
HEAD = """# How fast it is

Written by `python benchmarks/pages.py` from what the commands below measured. "Peer" is what a row compares with,
"goal" what we want, which isn't met everywhere. Medians of several rounds in which all took turns. "Ratio" is
how many times quicker ours is; after "share of", ours as a share of the peer's; for sizes, how the cost grows.
"""
MEASURED = {
    "loops": ("Training, beside the same training written by hand", "python benchmarks/loops.py"),
    "loops-cnn": ("The convolutional network", "python benchmarks/loops.py cnn"),
    "training": ("Training, beside what is usual", "python benchmarks/training.py"),
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
    page = DOCS / "accuracy.md"
    page.write_text(TABLES.sub(tables, page.read_text(encoding="utf-8")), encoding="utf-8")
    page = DOCS / "speed.md"
    before = {part.partition("\n")[0]: part for part in page.read_text(encoding="utf-8").split("\n## ")[1:]}
    parts = [HEAD]
    for name, (title, command) in MEASURED.items():
        path = common.RESULTS / f"{name}.json"
        if path.is_file():
            parts.append(section(title, command, json.loads(path.read_text())))
        elif title in before:
            print(f"{path} is missing: that section of docs/speed.md stays as it is; {command} measures it")
            parts.append(f"## {before[title].rstrip()}\n")
        else:
            raise SystemExit(f"{path} is missing, docs/speed.md stays as it is; run {command}")
    page.write_text("\n".join(parts), encoding="utf-8")


def tables(block: re.Match[str]) -> str:
    """The table that a block of docs/accuracy.md asks for, and the commands and machines that made it."""
    paths = [common.FIGURES / f"{name}.json" for name in block[1].split()]
    if missing := [path.name for path in paths if not path.is_file()]:
        print(f"{', '.join(missing)} missing in {common.FIGURES}: that table of docs/accuracy.md stays as it is")
        return block[0]
    found = [json.loads(path.read_text()) for path in paths]
    rows = [found[0]["head"], ["---"] * len(found[0]["head"]), *(row for one in found for row in one["rows"])]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    by = [f"`{one['command']}` ({common.shortly(one['machine'])})" for one in found]
    return "\n".join([f"<!-- tables: {block[1]} -->", *lines, "", "; ".join(by) + ".", "<!-- end -->"])


def section(title: str, command: str, found: dict[str, Any]) -> str:
    table = [("what", "ours", "peer", "unit", "ratio", "goal"), ("---",) * 6, *map(common.cells, found["rows"])]
    notes = [f"- {key}: {value}" for key, value in found["notes"].items()]
    machine = common.shortly(found["machine"])
    lines = ["| " + " | ".join(row) + " |" for row in table]
    return "\n".join(
        [f"## {title}", "", f"`{command}`, on {machine}.", "", *lines, "", *notes, *([""] if notes else [])]
    )


if __name__ == "__main__":
    main()
