"""A stream's events as a reply.

Events are decoded here rather than by the SDK, which makes objects of several classes for each. Fields and kinds that
are not known are passed over, as the API's versioning policy asks of its clients.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from server.core.choosing import BYTES_PER_TOKEN, estimate_tokens
from server.core.model import ModelRequest, Usage
from workers.adapters.model_json import GrowingJson


class _Counts(msgspec.Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None


class _Message(msgspec.Struct):
    model: str = ""
    usage: _Counts | None = None


class _Block(msgspec.Struct):
    type: str = ""
    text: str = ""
    thinking: str = ""
    signature: str = ""
    input: Any = None


class _Delta(msgspec.Struct):
    type: str = ""
    text: str = ""
    partial_json: str = ""
    thinking: str = ""
    signature: str = ""
    stop_reason: str | None = None
    stop_details: dict[str, Any] | None = None


class _Event(msgspec.Struct):
    type: str = ""
    index: int = 0
    message: _Message | None = None
    content_block: _Block | None = None
    delta: _Delta | None = None
    usage: _Counts | None = None
    error: dict[str, Any] | None = None


class _Kind(msgspec.Struct):
    type: str = ""


_KNOWN = frozenset(
    "message_start content_block_start content_block_delta content_block_stop message_delta message_stop error".split()
)
_decode = msgspec.json.Decoder(_Event).decode
_decode_kind = msgspec.json.Decoder(_Kind).decode


class StreamError(Exception):
    """The server ended the stream with an error; `kind` is the API's word for it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Written(msgspec.Struct):
    """One block of what the model wrote. Only text and tool input can hold the answer."""

    kind: str
    growing: GrowingJson = msgspec.field(default_factory=GrowingJson)
    thinking: str = ""
    signature: str = ""


class Reply:
    """One HTTP answer, from the events that came of it so far."""

    def __init__(self, on_text: Callable[[str], None] | None, max_chars: int) -> None:
        self._on_text, self._max_chars = on_text, max_chars
        self._blocks: dict[int, Written] = {}
        self._chars = 0
        self._counts = _Counts()
        self.has_content = False
        self.is_too_long = False
        self.model = ""
        self.stop: str | None = None
        self.stop_details: dict[str, Any] = {}
        self.ended = False

    def take(self, data: str) -> None:
        """One event. StreamError where it is one; msgspec's errors where it is no event."""
        if data == "[DONE]":  # what gateways in front of other APIs leave at the end
            return
        try:
            event = _decode(data)
        except msgspec.ValidationError:
            if _decode_kind(data).type in _KNOWN:
                raise
            return
        if event.type == "error":
            raise StreamError(str((event.error or {}).get("type", "error")))
        if event.type == "message_start" and event.message:
            self.model = event.message.model
            self._count(event.message.usage)
        elif event.type == "content_block_start" and event.content_block:
            self._begin(event.index, event.content_block)
        elif event.type == "content_block_delta" and event.delta:
            self._go_on(event.index, event.delta)
        elif event.type == "message_delta":
            self._count(event.usage)
            if event.delta and event.delta.stop_reason:
                self.stop, self.stop_details = event.delta.stop_reason, event.delta.stop_details or {}
        elif event.type == "message_stop":
            self.ended = True

    @property
    def is_done(self) -> bool:
        """Nothing more is wanted of the server."""
        return self.ended or self.is_too_long

    @property
    def texts(self) -> list[str]:
        """What may hold the answer, block by block."""
        return [block.growing.text for block in self._blocks.values() if block.kind in ("text", "tool_use")]

    @property
    def found(self) -> str:
        """The JSON of the last block that has any."""
        objects = [block.growing.found for block in self._blocks.values()]
        return next((found for found in reversed(objects) if found), "")

    @property
    def usage(self) -> Usage:
        """As the server counts; what a stream wrote before it broke off is estimated."""
        counts, written = self._counts, -(-self._chars // BYTES_PER_TOKEN)
        told = counts.output_tokens or 0
        return Usage(
            input_tokens=counts.input_tokens or 0,
            output_tokens=told if self.stop and told else max(told, written),
            cache_read_tokens=counts.cache_read_input_tokens or 0,
            cache_write_tokens=counts.cache_creation_input_tokens or 0,
        )

    def as_content(self) -> list[dict[str, Any]]:
        """The blocks as they came, to let the model go on after `pause_turn`."""
        content: list[dict[str, Any]] = []
        for block in self._blocks.values():
            if block.kind == "text" and block.growing.text.strip():
                content.append({"type": "text", "text": block.growing.text})
            elif block.kind == "thinking" and block.signature:
                content.append({"type": "thinking", "thinking": block.thinking, "signature": block.signature})
        return content

    def _count(self, counts: _Counts | None) -> None:
        """Later counts are of the whole answer. Those of the prompt, where they are told again, may come as zero."""
        for name in _Counts.__struct_fields__:
            told = getattr(counts, name, None)
            if told and told > 0:
                setattr(self._counts, name, told)

    def _begin(self, index: int, block: _Block) -> None:
        self._blocks[index] = written = Written(block.type, thinking=block.thinking, signature=block.signature)
        whole = msgspec.json.encode(block.input).decode() if block.type == "tool_use" and block.input else block.text
        self._write(written, whole)

    def _go_on(self, index: int, delta: _Delta) -> None:
        written = self._blocks.setdefault(index, Written("text"))
        written.thinking += delta.thinking
        written.signature += delta.signature
        self._chars += len(delta.thinking)
        self.has_content = True
        self._write(written, delta.text or delta.partial_json)

    def _write(self, written: Written, piece: str) -> None:
        self._chars += len(piece)
        self.has_content = self.has_content or bool(piece)
        self.is_too_long = self._chars > self._max_chars
        if self.is_too_long or written.kind not in ("text", "tool_use"):
            return
        if written.growing.feed(piece) and self._on_text:
            self._on_text(written.growing.found)


def at_least(usage: Usage, request: ModelRequest) -> Usage:
    """A finished answer's usage; the prompt as we estimate it where the server counts none, so that budgets hold."""
    if usage.prompt_tokens:
        return usage
    return usage + Usage(input_tokens=sum(estimate_tokens(part.text) for part in (*request.system, *request.parts)))
