"""Read pictures of letters: `python predict.py image.png`; `--help` lists the options."""

import sys

from charnet.commands import predict

if __name__ == "__main__":
    sys.exit(predict())
