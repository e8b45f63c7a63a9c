"""Finding the JSON object in what a model writes, while it still arrives and at the end.

Servers that hold a model to a schema send the object alone. Others wrap it: in thoughts, in a sentence before it, in a
code fence, with a farewell behind it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

MOST_STARTS = 20  # braces of a preamble that are tried as the object's beginning
_THOUGHTS = re.compile(r"\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)  # as local models print them
_MARKS = re.compile(r'["\\{}\[\]]')
_IN_STRING = re.compile(r'["\\]')


class NoJson(Exception):
    """The text holds no such object; the message says why, for the model to read."""


class GrowingJson:
    """The JSON object within a text that is still arriving."""

    def __init__(self) -> None:
        self._text = ""
        self._start: int | None = None
        self._at = 0  # what is before it has been looked at
        self._depth = 0
        self._in_string = False
        self._end: int | None = None

    def feed(self, piece: str) -> bool:
        """Whether more of the object is there than before."""
        self._text += piece
        if self._end is not None or not piece:
            return False
        if self._start is None and "{" in piece:
            self._start = _first_brace(self._text)
            self._at = self._start or 0
        if self._start is None:
            return False
        self._scan()
        return True

    @property
    def text(self) -> str:
        """All that came."""
        return self._text

    @property
    def found(self) -> str:
        """The object as far as it is there, and nothing behind its last brace."""
        return "" if self._start is None else self._text[self._start : self._end]

    def _scan(self) -> None:
        """Go on looking for the brace that closes the object. A backslash at the end waits for what it escapes."""
        while mark := (_IN_STRING if self._in_string else _MARKS).search(self._text, self._at):
            sign, self._at = mark.group(), mark.end()
            if sign == "\\":
                if self._in_string and self._at == len(self._text):
                    self._at -= 1
                    return
                self._at += self._in_string
            elif sign == '"':
                self._in_string = not self._in_string
            else:
                self._depth += 1 if sign in "{[" else -1
                if self._depth == 0:
                    self._end = self._at
                    return
        self._at = len(self._text)


def object_in(texts: Sequence[str], schema: Mapping[str, Any]) -> str:
    """The object that answers a schema, out of a message's text blocks: the last that holds one, else all as one text.

    NoJson where there is none that is strictly JSON, without duplicate names, and has the fields which the schema
    requires at its top. What those hold is for whoever asked to decode.
    """
    required = _required(schema)
    reason: NoJson | None = None
    for text in (*reversed(texts), "".join(texts)):
        for candidate in _candidates(text):
            try:
                _check(candidate, required)
            except NoJson as error:
                reason = reason or error
            else:
                return candidate
    raise reason or NoJson("there was no JSON object in it")


def resolved(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with a reference at its top replaced by what it refers to, which the SDK leaves to us."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return dict(schema)
    definitions = schema.get("$defs", {})
    return {**definitions[reference.rpartition("/")[2]], "$defs": definitions}


def _required(schema: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(resolved(schema).get("required", ()))


def _first_brace(text: str) -> int | None:
    thoughts = _THOUGHTS.match(text)
    at = text.find("{", thoughts.end() if thoughts else 0)
    return at if at >= 0 else None


def _candidates(text: str) -> Iterator[str]:
    """From each brace that may begin the object to the one that closes it; those within are not tried."""
    thoughts = _THOUGHTS.match(text)
    text = text[thoughts.end() :] if thoughts else text
    for _ in range(MOST_STARTS):
        growing = GrowingJson()
        growing.feed(text)
        if not growing.found:
            return
        yield growing.found
        text = text[text.index("{") + len(growing.found) :]


def _check(candidate: str, required: tuple[str, ...]) -> None:
    """By two readers: msgspec takes neither NaN nor half a surrogate pair, but does take the same name twice."""
    try:
        msgspec.json.decode(candidate)
        value = json.loads(candidate, object_pairs_hook=_unique)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise NoJson(f"it was no valid JSON: {error}") from error
    missing = [name for name in required if name not in value]
    if missing:
        raise NoJson(f"its JSON object lacks {', '.join(map(repr, missing))}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ValueError("an object has the same name twice")
    return names
