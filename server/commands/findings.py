"""What `threadproof doctor` reports, line by line."""

from typing import Literal
from urllib.parse import urlsplit

import msgspec

State = Literal["ok", "note", "down"]


class Finding(msgspec.Struct, frozen=True):
    """One line of the report; `step` is what to do about it."""

    state: State
    name: str
    what: str
    step: str | None = None


def place(url: str | None) -> str:
    """An address without the name and password in it."""
    parts = urlsplit(url or "")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
