"""Train a network on folders of letters: `python train.py model.hidden=20`; `--help` lists the settings."""

import sys

from charnet.commands import train

if __name__ == "__main__":
    sys.exit(train())
