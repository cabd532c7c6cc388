"""A small handwriting recogniser: `charnet.load().rank("image.png")[:3]` gives its three best letters."""

from charnet.system import interrupt

interrupt.end_quietly()  # before what follows is imported

from charnet.networks.classify import Classifier, load  # noqa: E402
from charnet.networks.ranking import Ranking  # noqa: E402

__all__ = ["Classifier", "Ranking", "load"]
