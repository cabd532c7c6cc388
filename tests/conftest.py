"""Small data, made on the spot; the original's real drawings where CHARNET_DATA names them."""

import os

# Two workers of one thread each have more of two cores than two of two that wait for each other; numpy and torch, also
# those of the programs that tests start, look at this where they are imported.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

import signal
from pathlib import Path

import pytest
import warm
from hypothesis import settings
from samples import make_letters, make_network

from charnet.networks import json_file
from charnet.spec import Spec

# Files that take longest, which come first: at the end one worker would wait for the other.
LONG = [
    *(
        "test_readme.py",
        "test_tour.py",
        "test_sweep.py",
        "test_distributed.py",
        "test_page_flow.py",
        "test_page_class.py",
    ),
    *("test_experiment.py", "test_page_gallery.py", "test_train.py", "test_page_drawing.py"),
    *("test_page_train.py", "test_page_inside.py", "test_page_look.py", "test_killed_training.py", "test_html.py"),
]

pytest_plugins = ["browser", "web_modules"]
warm.start_children_warm()

# Where a shell started the tests in the background Ctrl-C is ignored, and the programs that they start inherit that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="what takes minutes, and that alone: `make faults`")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "thorough: takes too long for `make test`; `make faults` runs it")
    settings.register_profile("quick", max_examples=60, deadline=None, derandomize=True)
    settings.register_profile("thorough", max_examples=3000, deadline=None, derandomize="CI" in os.environ)
    settings.load_profile("thorough" if config.getoption("--thorough") else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without --thorough all but what is marked so; with it that, and whatever has a longer form."""
    longer = config.getoption("--thorough")
    chosen: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        marked = item.get_closest_marker("thorough") is not None
        variant = "thorough" in getattr(item, "fixturenames", ())
        chosen[marked or variant if longer else not marked].append(item)
    config.hook.pytest_deselected(items=chosen[False])
    items[:] = sorted(chosen[True], key=lambda item: _place(item.path.name))


def _place(name: str) -> int:
    return LONG.index(name) if name in LONG else len(LONG)


@pytest.fixture(scope="session")
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether a test may take minutes."""
    return bool(request.config.getoption("--thorough"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; its absence is a failure in CI and a skip elsewhere."""
    folder = Path(os.environ.get("CHARNET_DATA", ""))
    if not os.environ.get("CHARNET_DATA") or not (folder / "original").is_dir():
        message = "CHARNET_DATA does not name the folder of real data"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return folder.resolve()


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder of three letters, eight drawings each, with ink inside."""
    return make_letters(tmp_path / "letters")


@pytest.fixture
def network() -> json_file.Network:
    return make_network(Spec())
