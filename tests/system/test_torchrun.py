import pytest

from charnet.system import torchrun

TOLD = {"RANK": "5", "WORLD_SIZE": "6", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2"}


def asked() -> tuple[int, int, int, int]:
    return torchrun.rank(), torchrun.world_size(), torchrun.local_rank(), torchrun.local_world_size()


@pytest.mark.parametrize(("started", "found"), [(True, (5, 6, 1, 2)), (False, (0, 1, 0, 1))])
def test_only_what_torchrun_itself_told_counts(
    started: bool, found: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """RANK and WORLD_SIZE alone may be there for other reasons, as on a cluster."""
    for name, value in TOLD.items():
        monkeypatch.setenv(name, value)
    if started:
        monkeypatch.setenv("TORCHELASTIC_RUN_ID", "none")
    else:
        monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    assert asked() == found
