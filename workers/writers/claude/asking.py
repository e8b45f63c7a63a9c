"""One question to the model, and its answer member by member as it streams."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from server.core.errors import ModelUnavailable
from server.core.model import ModelRequest, PromptPart, Role
from server.core.money import CardMeter, Prices, estimate_usd
from server.core.ports import Model
from workers.prompts import load_prompts
from workers.writers.claude.shapes import schema_of
from workers.writers.claude.unfolding import Unfolding

STREAMED = frozenset({"queries"})


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of question: its prompt file, its answer, who is asked, and at most how much it may write."""

    name: str
    role: Role
    answer: type[msgspec.Struct]
    max_tokens: int

    @property
    def fields(self) -> tuple[str, ...]:
        """The draft's fields that the answer has."""
        return tuple(name for name in self.answer.__struct_fields__ if name not in STREAMED)


class CutOff(Exception):
    """The answer ended where it was as long as it might be. What had closed has been given."""


class Asker:
    """Asks one card's questions, and books what they cost against the card's cap."""

    def __init__(self, model: Model, models: Mapping[Role, str], prices: Prices, cap_usd: float) -> None:
        self.meter = CardMeter(cap_usd, prices)
        self.names = models
        self._model, self._prices = model, prices

    def request(self, call: Call, material: tuple[PromptPart, ...], **words: object) -> ModelRequest:
        """Editor's rules, the material, then the task: what is alike in several questions stands first."""
        prompts = load_prompts()
        return ModelRequest(
            role=call.role,
            stage=call.name,
            system=(PromptPart(prompts["editor"]),),
            parts=(*material, PromptPart(prompts[call.name].format(**words))),
            schema=schema_of(call.answer),
            schema_name=call.name,
            max_tokens=call.max_tokens,
        )

    async def members(self, request: ModelRequest) -> AsyncGenerator[tuple[str, Any], None]:
        """The answer's members as they close, those of the prompt's lists one by one.

        ModelError when no answer came, ModelUnavailable also where asking could cross the card's cap; CutOff at the
        end of an answer that is not whole.
        """
        estimate = estimate_usd(request, self.names[request.role], self._prices)
        if not self.meter.hold(estimate):
            raise ModelUnavailable(f"Asking for {request.stage} could cost more than a card may.", retryable=False)
        unfolding = Unfolding(STREAMED)
        closed: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue()

        def hear(text: str) -> None:
            for member in unfolding.feed(text):
                closed.put_nowait(member)

        asking = asyncio.create_task(self._model.ask(request, spent=self.meter.add, on_text=hear))
        asking.add_done_callback(lambda _: closed.put_nowait(None))
        try:
            while (member := await closed.get()) is not None:
                yield member
            answer = asking.result()
            for member in unfolding.feed(answer.text):
                yield member
            if answer.stop == "length":
                raise CutOff
        finally:
            self.meter.release(estimate)
            asking.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await asking
