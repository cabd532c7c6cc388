import math
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from charnet.training import experiment, tracking
from charnet.training.config import TrainConfig, flatten
from charnet.training.loop import Epoch
from charnet.training.tracking import Tracker


def read(folder: Path) -> EventAccumulator:
    return EventAccumulator(str(folder), size_guidance={"images": 0, "tensors": 0}).Reload()


def test_what_is_written_is_read_by_tensorboard(tmp_path: Path):
    log = Tracker(tmp_path)
    for number in (1, 2, 3):
        log.epoch(Epoch(number, loss=1 / number, accuracy=0.5, rate=0.01), (2 / number, 0.25), speed=1000)
    log.picture("cross", np.eye(9, dtype=np.uint8)[..., None].repeat(3, axis=2) * 255)
    log.hyper_parameters({"model.hidden": 20, "model.name": "mlp"}, {tracking.RESULT: 0.9})
    events = read(tmp_path)
    losses = events.Scalars(tracking.TRAIN_LOSS)
    assert [(event.step, event.value) for event in losses] == [(n, pytest.approx(1 / n)) for n in (1, 2, 3)]
    assert [event.value for event in events.Scalars(tracking.VALIDATION_ACCURACY)] == [0.25] * 3
    (picture,) = events.Images("cross")
    assert (picture.width, picture.height) == (9, 9)
    assert events.Scalars(tracking.RESULT)[0].value == pytest.approx(0.9)
    assert "_hparams_/session_start_info" in events.summary_metadata


def test_a_resumed_run_replaces_what_the_broken_off_one_wrote_beyond_it(tmp_path: Path):
    for first, loss in ((1, 1.0), (4, 2.0)):
        log = Tracker(tmp_path, first)
        for number in range(first, 7):
            log.epoch(Epoch(number, loss, 0.5, 0.01), None, speed=1)
    values = {event.step: event.value for event in read(tmp_path).Scalars(tracking.TRAIN_LOSS)}
    assert values == {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2}


def test_what_a_run_shows(config):
    experiment.run(config, Path("run"))
    events = read(Path("run"))
    expected = {
        tracking.TRAIN_LOSS,
        tracking.TRAIN_ACCURACY,
        tracking.VALIDATION_LOSS,
        tracking.VALIDATION_ACCURACY,
        tracking.LEARNING_RATE,
        tracking.SPEED,
    }
    assert expected <= set(events.Tags()["scalars"])
    assert [event.step for event in events.Scalars(tracking.TRAIN_LOSS)] == list(range(1, 21))
    assert all(math.isfinite(event.value) for event in events.Scalars(tracking.VALIDATION_LOSS))
    assert set(events.Tags()["images"]) == {
        *(tracking.CONFUSION, tracking.MISTAKES, tracking.HIDDEN_UNITS, tracking.HIDDEN_FILM)
    }
    assert [event.step for event in events.Images(tracking.HIDDEN_UNITS)] == [0, 1, 2, 6, 20]
    assert tracking.RESULT in set(events.Tags()["scalars"])  # beside the hyper-parameters, in the run itself
    assert not [path for path in Path("run").iterdir() if path.is_dir()]
    for name in ("confusion.png", "mistakes.png", "hidden.png"):
        with Image.open(Path("run") / name) as picture:
            assert picture.width > 300


def test_model_seed_and_optim_come_first_among_the_settings(tmp_path: Path):
    from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
    from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
    from tensorboard.context import RequestContext
    from tensorboard.plugins.base_plugin import TBContext
    from tensorboard.plugins.hparams.backend_context import Context

    settings = flatten(asdict(TrainConfig()))
    Tracker(tmp_path / "noon").hyper_parameters(settings, {tracking.RESULT: 0.9, tracking.TEST_RESULT: 0.8})
    runs = EventMultiplexer().AddRunsFromDirectory(str(tmp_path)).Reload()
    context = Context(TBContext(data_provider=MultiplexerDataProvider(runs, str(tmp_path))))
    asked = RequestContext()
    table = context.experiment_from_metadata(asked, "", True, context.hparams_metadata(asked, ""), [])
    names = [setting.name for setting in table.hparam_infos]
    assert names[:5] == ["model.hidden", "model.name", "optim.epochs", "optim.lr", "seed"]  # as many as it shows
    assert set(names) == set(settings)
    assert [metric.name.tag for metric in table.metric_infos] == [tracking.RESULT, tracking.TEST_RESULT]


FULL = """
import resource, sys
from pathlib import Path
from charnet.system.answer import answer
from charnet.training.loop import Epoch
from charnet.training.tracking import Tracker
log = Tracker(Path(sys.argv[1]))
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))  # as a disk that is full: no write goes further
def write():
    for number in range(100):
        log.epoch(Epoch(number, 1.0, 0.5, 0.1), None, 1.0)
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
status = answer(write)
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
sys.exit(status)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are POSIX's")
def test_a_disk_that_fills_is_one_line_with_the_file(tmp_path: Path):
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {tmp_path}/events.out.tfevents.")
    assert done.stderr.count("\n") == 1
