"""`charnet train|predict|collect|...`: what the scripts and the modules' own commands do, from an installed package."""

from __future__ import annotations

import sys
from importlib import import_module

MODULES = {
    "train": "charnet.train",
    "predict": "charnet.predict",
    "collect": "charnet.collect",
    "evaluate": "charnet.evaluate",
    "audit": "charnet.audit",
    "reframe": "charnet.reframe",
    "synthesize": "charnet.datasets.synthesize",
    "unipen": "charnet.datasets.unipen",
    "emnist": "charnet.datasets.emnist",
}


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in MODULES:
        print(f"usage: charnet {'|'.join(MODULES)} ...   (each answers --help)", file=sys.stderr)
        return 0 if {"-h", "--help"} & set(sys.argv[1:2]) else 2
    status: int = import_module(MODULES[sys.argv.pop(1)]).main()
    return status


if __name__ == "__main__":
    sys.exit(main())
