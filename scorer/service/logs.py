"""The service's log: JSON lines on standard error, with neither bodies nor addresses nor subjects in them."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any, TextIO

import structlog


def configure_logs(stream: TextIO | None = None) -> None:
    """Log JSON lines to `stream` (standard error). The web server's own messages go the same way."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    handler = _Forward()
    for name in ("uvicorn", "uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").handlers = []
    logging.getLogger("uvicorn.access").propagate = False


def log() -> Any:
    """The logger."""
    return structlog.get_logger()


def fault_of(error: BaseException) -> dict[str, object]:
    """What may be logged of an exception: its type and where it was raised. Its text may quote a message."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return {
        "error": type(error).__name__,
        "at": [f"{frame.filename.rpartition('scorer/')[2]}:{frame.lineno}" for frame in frames],
    }


class _Forward(logging.Handler):
    """What libraries log, as far as it cannot quote a message: the first line of the template, without its
    arguments (asyncio shows exceptions and their texts in the lines after it)."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = fault_of(record.exc_info[1]) if record.exc_info and record.exc_info[1] else {}
        log().warning("server", source=record.name, text=str(record.msg).partition("\n")[0][:200], **fault)
