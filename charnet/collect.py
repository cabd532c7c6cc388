"""Draw letters on a page in the browser: `python collect.py letter=e count=10`; `--help` lists the settings."""

from __future__ import annotations

import sys

from charnet import collector
from charnet.system import compose


def main() -> int:
    return compose.main("collect", collector.CollectConfig, lambda config, _: collector.run(config))


if __name__ == "__main__":
    sys.exit(main())
