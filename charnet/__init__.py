"""A small handwriting recogniser: `charnet.load().rank("image.png")[:3]` gives its three best letters."""

from charnet.networks.classify import Classifier, load

__all__ = ["Classifier", "load"]
