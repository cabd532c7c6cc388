"""Read pictures of letters: `python predict.py image.png`; `--help` lists the options."""

import sys

from charnet.predict import main

if __name__ == "__main__":
    sys.exit(main())
