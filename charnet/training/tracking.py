"""A run's TensorBoard events, and the names that its figures have there."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.training.loop import Epoch

TRAIN_LOSS = "loss/train"
TRAIN_ACCURACY = "accuracy/train"
VALIDATION_LOSS = "loss/validation"
VALIDATION_ACCURACY = "accuracy/validation"
LEARNING_RATE = "learning rate"
SPEED = "pictures a second"
CONFUSION = "confusion"
MISTAKES = "most confident mistakes"
HIDDEN_UNITS = "hidden units"
HIDDEN_FILM = "hidden units, how they formed"
RESULT = "result/accuracy"  # beside the hyper-parameters
TEST_RESULT = "result/test accuracy"
FIRST = (
    "model.name",
    "model.hidden",
    "seed",
    "optim.epochs",
    "optim.lr",
)  # of the hyper-parameters, as many as it shows


class Tracker:
    """Writes TensorBoard events into a folder; `from_epoch` drops what a broken-off run wrote beyond it.

    Written as they come and by whoever calls: torch's own SummaryWriter has a thread of its own write them, which
    answers a full disk with a traceback of its own.
    """

    def __init__(self, folder: Path, from_epoch: int = 1) -> None:
        from tensorboard.compat.proto.event_pb2 import SessionLog

        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"events.out.tfevents.{time.time():.6f}.{os.getpid()}"  # read in the order of names
        self._add(file_version="brain.Event:2")
        self._add(step=from_epoch, session_log=SessionLog(status=SessionLog.START))

    def epoch(self, epoch: Epoch, held: tuple[float, float] | None, speed: float) -> None:
        """An epoch's figures; `held` are loss and accuracy of what is held out, `speed` is in pictures a second."""
        values = {TRAIN_LOSS: epoch.loss, TRAIN_ACCURACY: epoch.accuracy, LEARNING_RATE: epoch.rate, SPEED: speed}
        if held:
            values |= {VALIDATION_LOSS: held[0], VALIDATION_ACCURACY: held[1]}
        self.scalars(values, epoch.number)

    def scalars(self, values: Mapping[str, float], epoch: int) -> None:
        from tensorboard.compat.proto.summary_pb2 import Summary

        each = [Summary.Value(tag=name, simple_value=value) for name, value in values.items()]
        self._add(step=epoch, summary=Summary(value=each))

    def picture(self, name: str, picture: npt.NDArray[np.uint8], epoch: int = 0) -> None:
        """A picture (rows, columns, 3)."""
        from torch.utils.tensorboard import summary

        self._add(step=epoch, summary=summary.image(name, picture, dataformats="HWC"))

    def hyper_parameters(self, settings: Mapping[str, str | float | int | bool], results: Mapping[str, float]) -> None:
        """The settings with the figures that came of them, the settings of `FIRST` first.

        TensorBoard sorts them by name and shows five, those that are said to differ among runs before all others.
        """
        from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
        from torch.utils.tensorboard import summary

        experiment, *session = summary.hparams(dict(settings), dict(results))
        data = experiment.value[0].metadata.plugin_data
        table = HParamsPluginData.FromString(data.content)
        for setting in table.experiment.hparam_infos:
            setting.differs = setting.name in FIRST
        data.content = table.SerializeToString()
        for part in (experiment, *session):
            self._add(summary=part)
        self.scalars(results, 0)

    def _add(self, **content: Any) -> None:
        from tensorboard.compat.proto.event_pb2 import Event
        from torch.utils.tensorboard import RecordWriter

        try:
            with self._path.open("ab") as file:
                RecordWriter(file).write(Event(wall_time=time.time(), **content).SerializeToString())
        except OSError as error:
            error.filename = str(self._path)  # the system does not say which write failed
            raise
