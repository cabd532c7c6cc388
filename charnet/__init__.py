"""A small handwriting recogniser: `charnet.load().rank("image.png")[:3]` gives its three best letters.

`charnet.load_text().read("note.jpg").text` is what someone wrote on a page.
"""

from charnet.system import interrupt

interrupt.end_quietly()  # before what follows is imported

from charnet.networks.classify import Classifier, load  # noqa: E402
from charnet.networks.ranking import Ranking  # noqa: E402
from charnet.networks.text import TextReader  # noqa: E402
from charnet.networks.text import load as load_text  # noqa: E402

__all__ = ["Classifier", "Ranking", "TextReader", "load", "load_text"]
