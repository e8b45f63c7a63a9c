"""Taking values out of JSON that nobody promised anything about."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from server.core.errors import ThreadUnreadable

LARGEST_NUMBER = 10**12
_SHOWN = re.compile(
    r"([-−]?\d{1,3}(?:,\d{3})+|[-−]?\d{1,12})(?:\.(\d{1,3}))?\s?([km]?)(?![\w.])", re.IGNORECASE | re.ASCII
)


def decode_json(body: bytes, what: str) -> Any:
    """The document, or ThreadUnreadable saying what was expected."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ThreadUnreadable(f"What came is not {what}: truncated, damaged or another page. Try again.") from error


def decode_documents(body: bytes, what: str) -> list[Any]:
    """The documents of a form told in several, or the only one (see `reader.join_answers`)."""
    document = decode_json(body, what)
    return document if type(document) is list else [document]


def field(value: Any, name: str) -> Any:
    """A member of an object; None where either is missing."""
    return value.get(name) if type(value) is dict else None


def text(value: Any) -> str:
    """A string, else an empty one."""
    return value if type(value) is str else ""


def line(value: Any) -> str | None:
    """A string on one line without spaces around it; None when nothing is left."""
    return " ".join(value.split()) or None if type(value) is str else None


def whole(value: Any) -> int | None:
    """An integer of a sane size, also where JSON has it as 12.0."""
    if type(value) is float and value.is_integer():
        value = int(value)
    return value if type(value) is int and abs(value) <= LARGEST_NUMBER else None


def count(value: Any) -> int | None:
    """A number of things."""
    number = whole(value)
    return number if number is not None and number >= 0 else None


def shown_number(told: str) -> int | None:
    """The first number in words that a page shows: "8.5k points" is 8500, as the site rounds it."""
    match = _SHOWN.search(told)
    if match is None:
        return None
    digits, part, unit = match[1].replace(",", "").replace("−", "-"), match[2] or "", match[3].lower()
    if part and not unit:
        return None
    scale = {"": 1, "k": 1000, "m": 1_000_000}[unit]
    number = int(digits.lstrip("-")) * scale + (int(part) * scale // 10 ** len(part) if part else 0)
    return -number if digits.startswith("-") else number


def rows(value: Any) -> list[Any]:
    """A list, else an empty one."""
    return value if type(value) is list else []


def epoch(value: Any) -> datetime | None:
    """Seconds since 1970 as an instant."""
    if type(value) not in (int, float) or not 0 < value < 10**11:
        return None
    return datetime.fromtimestamp(value, UTC)


def milliseconds(value: Any) -> datetime | None:
    """Milliseconds since 1970 as an instant."""
    return epoch(value / 1000) if type(value) in (int, float) else None


def instant(value: Any) -> datetime | None:
    """An ISO 8601 instant; one without an offset is taken for UTC."""
    try:
        read = datetime.fromisoformat(value)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
