"""The installed command: `charnet train`, `charnet predict`, ... run the modules that the scripts run."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from charnet.system.answer import answer
from charnet.system.usage import version

MODULES = {
    "train": "charnet.train",
    "predict": "charnet.predict",
    "collect": "charnet.collect",
    "runs": "charnet.runs",
    "use": "charnet.use",
    "evaluate": "charnet.evaluate",
    "audit": "charnet.audit",
    "export": "charnet.export",
    "reframe": "charnet.reframe",
    "sheet": "charnet.sheet",
    "synthesize": "charnet.datasets.synthesize",
    "unipen": "charnet.datasets.unipen",
    "emnist": "charnet.datasets.emnist",
}
HELP = """usage: charnet COMMAND ...   (charnet COMMAND --help explains one)

  train       train a network on the letters in data/letters
  predict     read pictures
  collect     draw letters on a page in the browser
  sheet       print sheets to fill in by hand, and read photos of them

  runs        list the networks
  use         choose the network in use
  evaluate    measure how well a network reads
  audit       find samples with wrong labels
  export      export a network: web page, C, Arduino, ONNX, JSON

  synthesize  draw starter letters from templates
  unipen      import letters of many writers from a UNIPEN archive
  emnist      import letters from EMNIST
  reframe     make samples again at another size, from their pen strokes"""


def main() -> int:
    if sys.argv[1:] == ["-sc", "query=bash"]:  # bash completion, in the form that Hydra's script uses
        return _complete(os.environ.get("COMP_LINE", ""))
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command in MODULES:
        status: int = import_module(MODULES[sys.argv.pop(1)]).main()
        return status
    return answer(lambda: _help(command))


def _help(command: str) -> int:
    if command in ("-h", "--help"):
        print(HELP)
    elif command == "--version":
        print(version())
    else:
        print(f"error: {command!r} is not a command\n\n{HELP}" if command else HELP, file=sys.stderr)
        return 2
    return 0


def _complete(line: str) -> int:
    """Print the commands; after `charnet train` and `charnet collect`, let Hydra complete their settings."""
    words = line.split()
    if len(words) < 2 or (len(words) == 2 and not line.endswith(" ")):
        print(" ".join(MODULES))
    elif words[1] in ("train", "collect"):
        os.environ["COMP_LINE"] = line.replace(f" {words[1]}", "", 1)
        status: int = import_module(MODULES[words[1]]).main()
        return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
