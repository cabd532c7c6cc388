"""How likely each label is wrong, from what networks that never saw the picture make of it.

A network finds many letters odd, and it is the network that is wrong there. So what its likelihoods are worth is
measured on the very labels that they judge. The model: a share of the labels, the noise, was drawn anew from the other
labels; the rest are right, with the network's likelihoods p to a power, scaled to sum 1 (temperature scaling: Guo et
al., "On calibration of modern neural networks", 2017). Label y of L has then the likelihood

    (1 - noise) p_y + noise (1 - p_y) / (L - 1)

The power and the noise that make all labels together likeliest are taken; the second term's part of the sum is the
probability that the label is wrong. Where oddness alone explains every strange reading, the noise comes out as 0 and
nothing is called wrong. Noise that takes every other label alike is the simplest of those in Northcutt et al.,
"Confident learning" (2021), whose count of confident readings takes a network's own confusions for wrong labels:
docs/log.md compares the two.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from charnet.measure.metrics import Floats, Ints, normalise

MOST = 0.5  # of the labels that can be wrong; where more are, they tell nothing


def probabilities(shares: Floats, targets: Ints) -> npt.NDArray[np.float64]:
    """Likelihoods (n, labels) of sum 1 and the labels given (n,) -> the probability that each is wrong (n,)."""
    from scipy.optimize import minimize

    labels = shares.shape[1]
    if labels < 2:
        return np.zeros(len(targets))
    logarithms = np.log(normalise(shares))

    def parts(fitted: Floats) -> tuple[Floats, Floats]:
        """What a right and what a wrong label add to the likelihood of each label given, (n,) each."""
        power, noise = fitted
        raised = np.exp(power * (logarithms - logarithms.max(axis=1, keepdims=True)))
        given = raised[np.arange(len(targets)), targets] / raised.sum(axis=1)
        return (1 - noise) * given, noise * (1 - given) / (labels - 1)

    def loss(fitted: Floats) -> float:
        right, wrong = parts(fitted)
        return float(-np.log(np.maximum(right + wrong, np.finfo(np.float64).tiny)).mean())

    found = minimize(loss, (1.0, 0.02), method="L-BFGS-B", bounds=((0.1, 10), (0, MOST)))
    right, wrong = parts(found.x)
    likely: npt.NDArray[np.float64] = wrong / np.maximum(right + wrong, np.finfo(np.float64).tiny)
    return likely
