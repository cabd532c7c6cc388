"""The drawing page: collects letters, and watches the network read them as they are drawn.

from charnet.collector import CollectSettings, run
run(CollectSettings(letter="e", count=10))
"""

from __future__ import annotations

from charnet.collector.settings import CollectSettings

__all__ = ["CollectSettings", "run"]


def run(settings: CollectSettings) -> int:
    """Serve the drawing page until the drawings are done or Ctrl-C; returns the exit status."""
    # Imported here so that whoever only needs the settings does not wait for a web server.
    from charnet.collector import server

    return server.run(settings)
