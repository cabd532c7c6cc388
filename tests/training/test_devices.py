import pytest
import torch

from charnet.training import devices

CPU = torch.device("cpu")


def test_auto_is_a_device_of_this_machine():
    assert devices.choose("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert devices.choose("cpu") == CPU


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has cuda")
def test_what_is_not_there_is_refused():
    with pytest.raises(ValueError, match="device: torch finds no cuda on this machine; use device=cpu"):
        devices.choose("cuda")


def test_the_same_numbers_draw_the_same_for_whoever_draws():
    drawn = []
    for numbers in ((0, 1, 2), (0, 1, 2), (0, 1, 3), (0, 12), (1, 0, 2)):
        random = devices.seeded(CPU, *numbers)
        drawn.append((torch.rand(3, generator=random).tolist(), torch.nn.functional.dropout(torch.ones(50)).tolist()))
    assert drawn[0] == drawn[1]
    assert len({str(each) for each in drawn}) == 4


def test_threads_are_put_back_though_the_work_failed():
    before = torch.get_num_threads()
    with pytest.raises(KeyError), devices.threads(before + 1):
        assert torch.get_num_threads() == before + 1
        raise KeyError
    assert torch.get_num_threads() == before
