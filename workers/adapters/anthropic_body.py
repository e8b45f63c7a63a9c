"""A question as the Messages API's body: in the mode a server knows, its prefix marked for the cache."""

import re
from collections.abc import Iterable
from enum import Enum
from typing import Any

import msgspec
from anthropic import transform_schema

from server.core.model import ModelRequest, PromptPart
from workers.adapters.model_json import resolved

MOST_CACHE_MARKS = 4  # a fifth is answered with 400
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_-]+")


class Mode(Enum):
    """How a server is told to answer in JSON, the surest first."""

    STRUCTURED = "output_config"
    TOOL = "tool"
    PLAIN = "plain"

    @property
    def next(self) -> "Mode | None":
        """What to try on a server that does not know this one."""
        return {Mode.STRUCTURED: Mode.TOOL, Mode.TOOL: Mode.PLAIN}.get(self)


def body_of(request: ModelRequest, model: str, mode: Mode, *, quiet: bool, objection: str | None) -> dict[str, Any]:
    """The request's body but for `stream`. With `quiet` the model is asked not to think first, where its id tells how.

    `objection` is what was wrong with the answer before.
    """
    parts = list(request.parts)
    body: dict[str, Any] = {"model": model, "max_tokens": request.max_tokens}
    schema = transform_schema(resolved(request.schema))
    if mode is Mode.STRUCTURED:
        body["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
    elif mode is Mode.TOOL:
        name = _NOT_IN_NAMES.sub("_", request.schema_name)[:64] or "answer"
        description = "Give your answer by calling this tool, once."
        body["tools"] = [{"name": name, "description": description, "input_schema": schema, "strict": True}]
        body["tool_choice"] = {"type": "tool", "name": name, "disable_parallel_tool_use": True}
    else:
        parts.append(PromptPart(_plainly(schema)))
    if objection:
        parts.append(PromptPart(f"You have answered this before, but {objection}. Answer again, in full."))
    if quiet:
        _hush(body, model)
    return {**body, **_prompt(request.system, parts)}


def _plainly(schema: dict[str, Any]) -> str:
    return (
        "Answer with one JSON object that fits the schema below, and with nothing else: no words around it and no "
        f"code fence.\n{msgspec.json.encode(schema).decode()}"
    )


def _hush(body: dict[str, Any], model: str) -> None:
    """Thinking is on where nothing is said, from Sonnet 5 on; each model has its own word against it.

    Platform guide to thinking, 2026-10: Sonnet 5.5 answers "disabled" with 400, Opus 5.5 and Fable 5 think always.
    Models with other names are not told anything.
    """
    if model.startswith("claude-sonnet-5-5"):
        body["thinking"] = {"type": "between_tools"}
    elif model.startswith(("claude-haiku-5", "claude-sonnet-5", "claude-opus-5")) and "opus-5-5" not in model:
        body["thinking"] = {"type": "disabled"}
    elif model.startswith(("claude-opus-5-5", "claude-fable-5", "claude-mythos-5")):
        body["output_config"] = {**body.get("output_config", {}), "effort": "low"}


def _prompt(system: Iterable[PromptPart], parts: Iterable[PromptPart]) -> dict[str, Any]:
    """Both as text blocks; an empty one is answered with 400."""
    prompt = {"system": [_block(part) for part in system if part.text]}
    content = [_block(part) for part in parts if part.text]
    marked = [block for block in (*prompt["system"], *content) if "cache_control" in block]
    for block in marked[:-MOST_CACHE_MARKS]:
        del block["cache_control"]
    messages = [{"role": "user", "content": content}]
    return {"messages": messages, **({"system": prompt["system"]} if prompt["system"] else {})}


def _block(part: PromptPart) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "text", "text": part.text}
    return {**block, "cache_control": {"type": "ephemeral"}} if part.cached else block
