"""Train a network on folders of letters: `python train.py model.hidden=20`; `--help` lists the settings."""

import sys

from charnet.train import main

if __name__ == "__main__":
    sys.exit(main())
