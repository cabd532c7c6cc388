import pytest
import torch
from torch import nn

from charnet.training import calibration

torch.manual_seed(0)
HIDDEN = torch.randn(400, 6, dtype=torch.float64)
TARGETS = (HIDDEN @ torch.randn(6, 5, dtype=torch.float64)).argmax(dim=1)


@pytest.mark.parametrize("wide", [1024, 4])
def test_rankings_stay_and_outputs_become_likelihoods(wide: int, monkeypatch: pytest.MonkeyPatch):
    """Also where only a scale and an offset are fitted, since the layer reads more than `MAX_FEATURES`."""
    monkeypatch.setattr(calibration, "MAX_FEATURES", wide)
    output = nn.Linear(6, 5, dtype=torch.float64)
    optimizer = torch.optim.Adam(output.parameters(), lr=0.05)
    for _ in range(200):
        optimizer.zero_grad()
        nn.functional.cross_entropy(output(HIDDEN), TARGETS).backward()
        optimizer.step()
    with torch.no_grad():
        output.bias += 7  # softmax does not see it; read as likelihoods, all would be near 1
        before = output(HIDDEN)
    calibration.fit_output(output, HIDDEN, TARGETS)
    with torch.no_grad():
        after = output(HIDDEN)
    assert torch.equal(before.argsort(dim=1), after.argsort(dim=1))
    right = torch.zeros(400, 5, dtype=torch.bool).scatter(1, TARGETS[:, None], True)
    assert before.sigmoid()[~right].mean() > 0.8
    assert after.sigmoid()[~right].mean() < 0.2
    assert after.sigmoid()[right].mean() > 0.45
    loss = nn.functional.binary_cross_entropy_with_logits
    assert loss(after, right.double()) < loss(before, right.double()) / 4
