"""What a model is asked and what it answers, as values.

The answer is untrusted text: whoever asked decodes it and lets the citations decide what of it stands.
"""

from typing import Any, Literal

import msgspec

Role = Literal["scout", "write", "repair", "judge"]


class PromptPart(msgspec.Struct, frozen=True):
    """A run of prompt text; `cached` marks the end of a prefix that other requests repeat word for word.

    Anthropic keeps prefixes of 512 tokens and more, at most four to a request (the last four marked count), and one is
    shared only by requests with the same model and the same schema: "Changing the `output_config.format` parameter will
    invalidate any prompt cache" (its guide to structured outputs, 2026-10). It can be read from the moment on at which
    the answer that wrote it begins.
    """

    text: str
    cached: bool = False


class ModelRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One question. `role` chooses the model, `stage` is where its tokens are booked; `parts` make one user message.

    `max_tokens` bounds what the model writes in one HTTP request. Fields come in the schema's order if all of them are
    required: optional ones are written after those (the same guide).
    """

    role: Role
    stage: str
    system: tuple[PromptPart, ...]
    parts: tuple[PromptPart, ...]
    schema: dict[str, Any]  # a JSON schema, as `msgspec.json.schema` gives it
    schema_name: str  # letters, digits, "_" and "-": the tool's name where a server needs one
    max_tokens: int


class Usage(msgspec.Struct, frozen=True):
    """Tokens as the server counts them. `input_tokens` are those that neither came from its cache nor went into it."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
        )

    @property
    def prompt_tokens(self) -> int:
        """All that was read, wherever it came from."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens


class Spending(msgspec.Struct, frozen=True):
    """One HTTP request that used tokens. `usd` is None where the model's price is not known."""

    stage: str
    model: str
    usage: Usage
    usd: float | None


class ModelAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: `text` is JSON as the model wrote it, whole with stop "end", cut anywhere with "length"."""

    text: str
    model: str  # as the server names it
    usage: Usage  # over all requests that the answer took
    stop: Literal["end", "length"]
