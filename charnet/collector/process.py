"""The process of a training that waits, and runs once it is told its settings (charnet/training/standby.py)."""

from __future__ import annotations

from collections.abc import Callable

from charnet.system import process
from charnet.system.process import Message

__all__ = ["Message", "Process"]


class Process(process.Process):
    def __init__(self, on_message: Callable[[Process, Message], None], on_end: Callable[[Process, str], None]) -> None:
        super().__init__(["charnet.train", "--standby"], "the training", on_message, on_end)
