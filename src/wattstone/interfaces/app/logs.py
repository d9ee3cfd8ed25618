"""The log: one JSON object a line for machines, one line of words in a terminal."""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

__all__ = ["JsonLines", "Words", "log_to"]

_FRAMES = 8
_LIBRARIES = {"alembic": logging.WARNING, "uvicorn.access": logging.CRITICAL, "uvicorn.error": logging.WARNING}


def log_to(form: str = "auto", *, level: int = logging.INFO) -> None:
    """Write the log to standard error.

    Parameters
    ----------
    form : {'auto', 'json', 'text'}
        `auto`: text in a terminal, else JSON.
    level : int
        From which on.
    """
    words = form == "text" or (form == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Words() if words else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("wattstone").setLevel(level)
    for name, least in _LIBRARIES.items():
        logging.getLogger(name).setLevel(least)
    logging.captureWarnings(True)


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    held = getattr(record, "fields", None)
    return cast("Mapping[str, Any]", held) if isinstance(held, Mapping) else {}


def _trace(record: logging.LogRecord) -> str:
    """Where an exception came from: the innermost calls, which say what failed."""
    if record.exc_info is None or record.exc_info[1] is None:
        return ""
    return "".join(traceback.format_exception(record.exc_info[1], limit=-_FRAMES)).strip()


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, event, and what belongs to the event."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_fields(record),
        }
        if trace := _trace(record):
            line["trace"] = trace
        return json.dumps(line, ensure_ascii=False, default=str)


class Words(logging.Formatter):
    """One line of words: time, what, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone()
        facts = dict(_fields(record))
        event = record.getMessage()
        if event == "request":
            event = f"{facts.pop('method', '')} {facts.pop('route', '')} {facts.pop('status', '')}"
            facts["ms"] = facts.get("ms")
            facts.pop("request", None)
        trace = str(facts.pop("trace", "") or _trace(record))
        said = " ".join(f"{name}={value}" for name, value in facts.items() if value is not None)
        mark = "" if record.levelno <= logging.INFO else f"{record.levelname.lower()}: "
        return f"{moment:%H:%M:%S} {mark}{event} {said}".rstrip() + (f"\n{trace}" if trace else "")
