import sys

from charnet.commands import main

if __name__ == "__main__":
    sys.exit(main())
