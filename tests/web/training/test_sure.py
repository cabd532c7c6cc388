"""From which confidence answers are sure in a browser, against Python."""

import numpy as np
import pytest
from node import call

from charnet.measure import sure
from charnet.networks.classify import confidence

THRESHOLD = """(modules, answers, likelihoods) => {
  const { confidence, threshold } = modules["training/sure.js"];
  return [threshold(answers), likelihoods.map(confidence)];
}"""


@pytest.mark.parametrize(("writers", "errors"), [(1, 0.05), (4, 0.05), (1, 1)])
def test_the_threshold_is_that_of_python(writers: int, errors: float):
    random = np.random.default_rng(2)
    likelihoods = random.random((400, 5)).round(2)  # rounded, so that some are equal
    writer = [str(number) for number in random.integers(0, writers, 400)]
    right = random.random(400) < 1 - errors * (1 - confidence(likelihoods)) ** 2
    each = zip(confidence(likelihoods).tolist(), right.tolist(), writer, strict=True)
    answers = [{"confidence": score, "right": good, "writer": who} for score, good, who in each]
    found, confidences = call(("training/sure.js",), THRESHOLD, answers, likelihoods.tolist())
    expected = sure.threshold(likelihoods, right, writers=writer if writers > 1 else None)
    assert found == pytest.approx(min(expected, 1.0))
    assert (expected < 1) == (errors < 1)
    np.testing.assert_allclose(confidences, confidence(likelihoods), atol=1e-12)
