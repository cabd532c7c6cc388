"""Draw letters on a page in the browser: `python collect.py letter=e count=10`; `--help` lists the settings."""

import sys

from charnet.collect import main

if __name__ == "__main__":
    sys.exit(main())
