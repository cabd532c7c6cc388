import logging

import pytest

from charnet.collector import log


def test_a_kind_is_one_line_a_minute_and_holds_no_secret(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(log.time, "monotonic", lambda: now)
    logger = logging.getLogger("uvicorn.error")
    with log.short("s3cret", "other"):
        for number in range(3):
            logger.warning("Invalid HTTP request received: %s.\nAnd more", f"s3cret {number}")
            try:
                raise KeyError(f"/?key=s3cret\n{number}")
            except KeyError:
                logger.exception("Exception in ASGI application\n")
            logger.info("said to nobody")
            logger.warning("No supported WebSocket library detected. Please use pip install")
        said = capfd.readouterr().err.splitlines()
        assert said[0] == "server: Invalid HTTP request received: (secret) 0."
        assert said[1].startswith("server: KeyError: ") and "(secret)" in said[1] and "test_log.py:" in said[1]
        assert len(said) == 2
        now += log.MINUTE
        logger.warning("Invalid HTTP request received: %s.\nAnd more", 4)
        assert capfd.readouterr().err == "server: Invalid HTTP request received: 4.\n"
    assert logger.handlers == []
