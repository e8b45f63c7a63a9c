"""The log: lines for people or JSON for machines, with the ids of the request, the job and the card they are about.

Never a key, a secret of an address, or a page's text. The first two are taken out of every line as it is written, in
whatever library it began; the third nobody puts in, and errors of the store come without the values they were about.
"""

import logging
import traceback
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from server.core.secrets import hide_secrets

LogFormat = Literal["text", "json"]
FIELDS = ("request_id", "job_id", "card_id")
LONGEST_MESSAGE = 4_000

_fields: ContextVar[dict[str, str]] = ContextVar("log_fields")


def about(**fields: str) -> None:
    """From here on, lines of this task and of those it starts tell these ids; names outside FIELDS are not told."""
    _fields.set(_fields.get({}) | fields)


def set_up_log(level: str, log_format: str, secrets: Iterable[str]) -> None:
    """Our own log at this level, other people's warnings, to standard error. Once a process; later calls change only
    the level."""
    formatter = JsonLines(secrets) if log_format == "json" else PlainLines(secrets)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level="WARNING", handlers=[handler])
    logging.getLogger("threadproof").setLevel(level.upper())


class PlainLines(logging.Formatter):
    """Time, level, logger, message, and the ids behind it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback behind it where there is one."""
        ids = " ".join(f"{name}={value}" for name, value in ids_of(record).items())
        first, line_break, rest = super().format(record).partition("\n")
        return hide_secrets(f"{first}{f' ({ids})' if ids else ''}{line_break}{rest}", self._secrets)


class JsonLines(logging.Formatter):
    """A JSON object a line: at, level, logger, message, ids, and `error` with the traceback where there is one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._hidden(record.getMessage())[:LONGEST_MESSAGE],
            **ids_of(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = self._hidden("".join(traceback.format_exception(*record.exc_info)))
        return msgspec.json.encode(told).decode()

    def _hidden(self, text: str) -> str:
        whole = text.encode("utf-8", "replace").decode()  # a lone surrogate is no JSON
        return hide_secrets(whole, self._secrets)


def ids_of(record: logging.LogRecord) -> dict[str, str]:
    """What the line is about: what its task is about, and what the line itself was given as `extra`."""
    told = _fields.get({})
    found = {name: getattr(record, name, None) or told.get(name) for name in FIELDS}
    return {name: str(value) for name, value in found.items() if value}
