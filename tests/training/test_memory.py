import torch

from charnet.training.memory import InMemory


def test_versions_are_drawn_evenly_and_only_of_the_letter_asked_for():
    pictures = torch.arange(12, dtype=torch.uint8).view(3, 4, 1, 1)
    memory = InMemory(pictures, torch.arange(4))
    which = torch.tensor([2]).repeat(3000)
    drawn = (memory.versions(which, torch.Generator().manual_seed(0)) * 255).round().flatten().long()
    counts = torch.bincount(drawn, minlength=12)
    assert counts.nonzero().flatten().tolist() == [2, 6, 10]
    assert (counts[[2, 6, 10]] - 1000).abs().max() < 100
