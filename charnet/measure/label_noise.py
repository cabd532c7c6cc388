"""The probability that each label is wrong, from the answers of networks that were not trained on the picture.

Where a network disagrees with a label, mostly the network is wrong. So it is estimated from all labels together how far
the network can be trusted. The model: a fraction of the labels, the noise, was replaced by another label at random. The
others are right, and follow the network's probabilities p raised to a power and scaled to sum 1 (temperature scaling:
Guo et al., "On calibration of modern neural networks", 2017). Label y of L labels then has the likelihood

    (1 - noise) p_y + noise (1 - p_y) / (L - 1)

Power and noise are fitted by maximum likelihood. A label's probability of being wrong is the second term's part of the
sum. Where the network's own mistakes explain every disagreement, the noise is fitted as 0, and no label counts as
wrong. Such uniform noise is the simplest kind in Northcutt et al., "Confident learning" (2021), whose counts of
confident answers take a network's own confusions for wrong labels: docs/log.md compares the two.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from charnet.measure.metrics import Floats, Ints, normalise

MAX_NOISE = 0.5  # fraction of the labels that may be wrong; with more, labels carry no information


def probabilities(predicted: Floats, targets: Ints) -> npt.NDArray[np.float64]:
    """Predicted probabilities (n, labels) and the given labels (n,) -> the probability that each is wrong (n,)."""
    from scipy.optimize import minimize

    labels = predicted.shape[1]
    if labels < 2:
        return np.zeros(len(targets))
    logarithms = np.log(normalise(predicted))

    def terms(parameters: Floats) -> tuple[Floats, Floats]:
        """The two terms of each given label's likelihood, for a right and for a wrong label, (n,) each."""
        power, noise = parameters
        raised = np.exp(power * (logarithms - logarithms.max(axis=1, keepdims=True)))
        given = raised[np.arange(len(targets)), targets] / raised.sum(axis=1)
        return (1 - noise) * given, noise * (1 - given) / (labels - 1)

    def loss(parameters: Floats) -> float:
        right, wrong = terms(parameters)
        return float(-np.log(np.maximum(right + wrong, np.finfo(np.float64).tiny)).mean())

    found = minimize(loss, (1.0, 0.02), method="L-BFGS-B", bounds=((0.1, 10), (0, MAX_NOISE)))
    right, wrong = terms(found.x)
    result: npt.NDArray[np.float64] = wrong / np.maximum(right + wrong, np.finfo(np.float64).tiny)
    return result
