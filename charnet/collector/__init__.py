"""The drawing page: people draw letters in the browser, which are saved as samples and read by the network at once.

from charnet.collector import CollectConfig, run
run(CollectConfig(letter="e", count=10))
"""

from __future__ import annotations

from charnet.collector.config import CollectConfig

__all__ = ["CollectConfig", "run"]


def run(config: CollectConfig) -> int:
    """Serve the drawing page until Ctrl-C; returns the exit status.

    Raises `ValueError` or `OSError` where the network can't be read or the address can't be used.
    """
    # Imported here, so that importing the settings alone does not import a web server.
    from charnet.collector import server

    return server.run(config)
