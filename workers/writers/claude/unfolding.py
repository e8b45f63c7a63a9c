"""A model's JSON while it still streams: what has closed can be used before the rest has come."""

from collections.abc import Iterator
from typing import Any

import jiter


class Unfolding:
    """Parts of one JSON object in the order in which they close.

    A member closes when the next one begins or the object ends; strings in the lists named in `streamed` close one by
    one. Text that is no JSON object gives nothing. A text shorter than the one before starts over, as when a request
    was tried again; what was given once is not given again.
    """

    def __init__(self, streamed: frozenset[str] = frozenset()) -> None:
        self._streamed = streamed
        self._given: set[str] = set()
        self._counts: dict[str, int] = {}

    def feed(self, text: str) -> Iterator[tuple[str, Any]]:
        """(name, value) of every member that closed since; for a streamed list (name, string), each string once."""
        whole, ended = _parse(text)
        if whole is None:
            return
        names = list(whole)
        for place, name in enumerate(names):
            closed = ended or place < len(names) - 1
            if name in self._streamed:
                yield from self._strings(name, whole[name])
            elif closed and name not in self._given:
                self._given.add(name)
                yield name, whole[name]

    def _strings(self, name: str, value: Any) -> Iterator[tuple[str, str]]:
        """jiter leaves a string out until its closing quotation mark has come."""
        strings = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
        for string in strings[self._counts.get(name, 0) :]:
            yield name, string
        self._counts[name] = max(self._counts.get(name, 0), len(strings))


def _parse(text: str) -> tuple[dict[str, Any] | None, bool]:
    """The object so far, and whether it has ended."""
    start = text.find("{")
    if start < 0:
        return None, False
    data = text[start:].encode("utf-8", "replace")
    try:
        whole, ended = jiter.from_json(data), True
    except ValueError:
        try:
            whole, ended = jiter.from_json(data, partial_mode=True), False
        except ValueError:  # something else than JSON, or too deep
            return None, False
    return (whole, ended) if isinstance(whole, dict) else (None, False)
