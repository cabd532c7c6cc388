"""A training that waits for its settings with torch imported, so that its first epoch comes at once.

It is told in lines on standard input: {"words": ["optim.epochs=100", ...], "former": network} starts it, {"stop": true}
ends it with the best network so far. When standard input ends, whoever started it is gone, and it ends at once.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from charnet.networks import classify

if TYPE_CHECKING:
    from charnet.training.watch import Watch


def wait() -> tuple[list[str], Watch]:
    """Import what a training needs, say {"ready": true}, and wait for the words of its settings."""
    started, stopped = listen()  # first of all, for the imports take a while
    _import_all()
    from charnet.training.watch import Watch, tell

    tell({"ready": True})
    message = started.get()
    return message["words"], Watch(stopped, message.get("former"))


def listen() -> tuple[SimpleQueue[dict[str, Any]], threading.Event]:
    """Where the message that starts the work will be, and what {"stop": true} sets."""
    started: SimpleQueue[dict[str, Any]] = SimpleQueue()
    stopped = threading.Event()
    threading.Thread(target=_listen, args=(started, stopped), daemon=True).start()
    return started, stopped


def _listen(started: SimpleQueue[dict[str, Any]], stopped: threading.Event) -> None:
    while line := sys.stdin.readline():
        message = json.loads(line)
        if "stop" in message:
            stopped.set()
        else:
            started.put(message)
    os._exit(1)  # from any thread, and without waiting for torch to clear up


def _import_all() -> None:
    import torch.utils.tensorboard
    from matplotlib.backends import backend_agg

    from charnet.training import experiment

    assert torch.utils.tensorboard and backend_agg and experiment
    with suppress(ValueError, OSError, ImportError):
        classify.load()  # brings in onnxruntime where the network in use needs it
