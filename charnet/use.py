"""Choose the network in use: `charnet use RUN`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from charnet.networks import in_use
from charnet.system.answer import answer, printable
from charnet.system.usage import parser


def main(argv: Sequence[str] | None = None) -> int:
    return answer(lambda: use(parse(argv)))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    result = parser("use", "Choose the network that reads from now on, on an open drawing page too.")
    result.add_argument("network", metavar="RUN", help="a run as `charnet runs` lists it, a shipped network or a file")
    return result.parse_args(argv)


def use(given: argparse.Namespace) -> None:
    print(printable(in_use.set_current(given.network)))


if __name__ == "__main__":
    sys.exit(main())
