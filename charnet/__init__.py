"""A small handwriting recogniser: `charnet.load().rank("image.png")[:3]` gives its three best letters."""

from charnet.networks.classify import Classifier, load
from charnet.networks.ranking import Ranking

__all__ = ["Classifier", "Ranking", "load"]
