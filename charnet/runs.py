"""List the networks, and which of them is in use: `charnet runs`."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import Any

from charnet.networks import classify, in_use, onnx_file, stored, text
from charnet.networks.classify import Classifier
from charnet.networks.text import TextReader
from charnet.system.answer import answer, printable, reason
from charnet.system.compose import ERROR
from charnet.system.usage import parser

COLUMNS = 100
LONGEST_NAME = 30  # characters of a name that has its figures beside it
MOST_LABELS = 26  # that are listed one by one; of more, their number

Row = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> int:
    return answer(lambda: runs(parse(argv)))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    result = parser("runs", "List the networks of all runs in outputs/, then the shipped ones.")
    result.add_argument("--json", action="store_true", help="one JSON object for each network")
    return result.parse_args(argv)


def runs(given: argparse.Namespace) -> None:
    rows = list(find())
    print("\n".join(json.dumps(row) for row in rows) if given.json else "\n".join(describe(rows)))


def find() -> Iterator[Row]:
    """A row for each network: name, network (its kind), labels, accuracy, split, used; or name and error.

    Runs that ended before they had a network come first, with the error.
    """
    current = in_use.current()
    for folder in stored.ended_runs():
        yield {"name": folder.relative_to(stored.OUTPUTS).as_posix(), "error": why_ended(folder)}
    for path in [*stored.runs(), *[path for _, path in sorted(stored.shipped().items())]]:
        name = stored.name_of(path)
        try:
            lines = onnx_file.kind_of(path) == onnx_file.LINES
            network: Classifier | TextReader = text.load(path) if lines else classify.load(path)
        except (ValueError, OSError) as error:
            yield {"name": name, "error": reason(error)}
            continue
        facts = network.facts
        yield {
            "name": name,
            "network": network.kind,
            "labels": list(network.spec.labels),
            "accuracy": facts.accuracy,
            "split": facts.split or None,
            "used": current is not None and current.name == name,
        }


def ranges(labels: Sequence[str]) -> list[str]:
    """Labels with those that follow one another run together: a b c d x -> a-d x."""
    found: list[list[str]] = []
    for label in labels:
        last = found[-1][-1] if found else ""
        if len(label) == len(last) == 1 and ord(label) == ord(last) + 1:
            found[-1].append(label)
        else:
            found.append([label])
    return [label for run in found for label in ([f"{run[0]}-{run[-1]}"] if len(run) > 3 else run)]


def why_ended(folder: Path) -> str:
    """Why a run's folder holds no network, and what to do."""
    if (folder / stored.CHECKPOINT).is_file():
        name = quote(folder.relative_to(stored.OUTPUTS).as_posix())
        return f"it is running, or was ended; to go on: charnet train resume={name}"
    with suppress(OSError):
        return (folder / ERROR).read_text(encoding="utf-8", errors="replace").strip()
    return "it was ended before anything was saved"


def describe(rows: Sequence[Row]) -> list[str]:
    """The rows as a table for people, of `COLUMNS` columns at most unless a single word is longer."""
    cells, marks = [("run", "network", "accuracy", "split by", "labels")], [""]
    for row in rows:
        marks.append("   <- in use" if row.get("used") else "")
        if "error" in row:
            cells.append((printable(row["name"]), "-", "-", "-", printable(row["error"])))
            continue
        accuracy = "-" if row["accuracy"] is None else f"{row['accuracy']:.1%}"
        labels = " ".join(ranges(row["labels"])) if len(row["labels"]) <= MOST_LABELS else f"{len(row['labels']):,}"
        cells.append((printable(row["name"]), row["network"], accuracy, row["split"] or "-", printable(labels)))
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    widths[0] = min(widths[0], LONGEST_NAME)
    table = []
    for (name, kind, accuracy, split, shown), mark in zip(cells, marks, strict=True):
        if len(name) > widths[0]:  # on a line of its own, since it is typed after `charnet use`
            table.append(name)
            name = ""
        row_start = [name.ljust(widths[0]), kind.ljust(widths[1]), accuracy.rjust(widths[2]), split.ljust(widths[3])]
        start = "  ".join(row_start)
        first, *rest = textwrap.wrap(shown, COLUMNS - len(start) - len(mark) - 2, break_long_words=False) or [""]
        table += [f"{start}  {first}{mark}", *(f"{'':{len(start)}}  {line}" for line in rest)]
    return [*table, "to use another one: charnet use RUN"]


if __name__ == "__main__":
    sys.exit(main())
