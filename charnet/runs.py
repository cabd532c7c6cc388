"""List the networks, and which of them is in use: `charnet runs`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from charnet.networks import classify, in_use, stored
from charnet.system.answer import answer, printable, reason
from charnet.system.usage import parser

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
    """A row for each network: name, network (its kind), labels, accuracy, split, used; or name and error."""
    current = in_use.current()
    for path in [*stored.runs(), *[path for _, path in sorted(stored.shipped().items())]]:
        name = stored.name_of(path)
        try:
            network = classify.load(path)
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


def describe(rows: Sequence[Row]) -> list[str]:
    """The rows as a table for people."""
    cells = [("run", "network", "accuracy", "split by", "labels")]
    for row in rows:
        if "error" in row:
            cells.append((printable(row["name"]), "-", "-", "-", printable(row["error"])))
            continue
        accuracy = "-" if row["accuracy"] is None else f"{row['accuracy']:.1%}"
        labels = " ".join(row["labels"]) if len(row["labels"]) <= MOST_LABELS else f"{len(row['labels']):,}"
        used = "   <- in use" if row["used"] else ""
        cells.append((printable(row["name"]), row["network"], accuracy, row["split"] or "-", printable(labels) + used))
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    table = [
        "  ".join(
            [name.ljust(widths[0]), kind.ljust(widths[1]), accuracy.rjust(widths[2]), split.ljust(widths[3]), labels]
        )
        for name, kind, accuracy, split, labels in cells
    ]
    return [*table, "to use another one: charnet use RUN"]


if __name__ == "__main__":
    sys.exit(main())
