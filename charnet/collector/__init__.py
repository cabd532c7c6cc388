"""The drawing page: collects letters, and watches the network read them as they are drawn.

from charnet.collector import CollectConfig, run
run(CollectConfig(letter="e", count=10))
"""

from __future__ import annotations

from charnet.collector.config import CollectConfig

__all__ = ["CollectConfig", "run"]


def run(config: CollectConfig) -> int:
    """Serve the drawing page until Ctrl-C; returns the exit status.

    Raises `ValueError` or `OSError` for a network that can't be read or an address that can't be served at.
    """
    # Imported here so that whoever only needs the settings does not wait for a web server.
    from charnet.collector import server

    return server.run(config)
