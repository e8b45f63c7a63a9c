"""The model behind the Messages API: Anthropic's own, or any server that speaks it.

Trying again is ours rather than the SDK's, so that each request is counted, and so that all of them together keep to
one deadline.
"""

import asyncio
import random
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import msgspec

from server.core.errors import DraftRejected
from server.core.model import ModelAnswer, ModelRequest, Role, Spending, Usage
from server.core.money import Prices, cost_of
from workers.adapters import anthropic_errors as errors
from workers.adapters.anthropic_body import Mode, body_of
from workers.adapters.anthropic_client import AnthropicClient, load_certificates
from workers.adapters.anthropic_reply import Reply, at_least
from workers.adapters.model_json import NoJson, object_in

ATTEMPTS = 3  # HTTP requests for one answer, over failures that may pass
BACKOFF_S = 0.4, 1.2  # before the second and the third
LONGEST_WAIT_S = 5.0  # that a server may ask for; beyond it the section is better written without a model
MOST_PAUSES = 3
CHARS_PER_TOKEN = 20  # no model's answer has more on average; a server that ignores max_tokens is cut here
SPARE_CHARS = 10_000
_NAME = re.compile(r"[\w.:/@+-]{1,100}", re.ASCII)  # what a server may call its model on a card


def import_sdk() -> None:
    """For a worker, before it forks for each job: a first question costs 14 ms of CPU then, else 47 besides the second.

    Importing this module has imported the SDK. This adds the certificates and what the HTTP client leaves for later.
    """
    load_certificates()
    for name in ("httpcore2", "anyio._backends._asyncio"):
        import_module(name)


class Dialect(msgspec.Struct):
    """What is known of a server and a model on it."""

    mode: Mode = Mode.STRUCTURED
    is_proven: bool = False  # it has answered in this mode
    quiet: bool = True  # it takes the words against thinking


class Dialects:
    """What was learnt of servers, for as long as the process lives."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Dialect] = {}

    def of(self, base_url: str, model: str) -> Dialect:
        """One to learn in."""
        return self._known.setdefault((base_url, model), Dialect())


_LEARNT = Dialects()


class AnthropicModel:
    """Model over the `anthropic` SDK. Opening it does not connect."""

    def __init__(
        self,
        *,
        api_key: str | None,
        base_url: str | None,
        models: Mapping[Role, str],
        prices: Prices,
        timeout_s: float = 60.0,
        dialects: Dialects = _LEARNT,
    ) -> None:
        self._models, self._prices, self._timeout_s = models, prices, timeout_s
        self._client = AnthropicClient(api_key=api_key, base_url=base_url, timeout_s=timeout_s)
        self._dialects = dialects

    async def ask(
        self,
        request: ModelRequest,
        *,
        spent: Callable[[Spending], None],
        on_text: Callable[[str], None] | None = None,
    ) -> ModelAnswer:
        """The port's promise."""
        model = self._models[request.role]
        dialect = self._dialects.of(self._client.base_url, model)
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        question = _Question(self._client, request, model, dialect, self._prices, spent, on_text, deadline)
        try:
            async with asyncio.timeout_at(deadline):
                return await question.answer()
        except TimeoutError as error:
            raise errors.silent(f"gave no whole answer within {self._timeout_s:g} s") from error

    async def check(self) -> None:
        """ModelUnavailable where the server is out of reach or refuses the key; costs no tokens."""
        await self._client.check()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


class _Question:
    """One question on its way to an answer, over as many HTTP requests as it takes."""

    def __init__(
        self,
        client: AnthropicClient,
        request: ModelRequest,
        model: str,
        dialect: Dialect,
        prices: Prices,
        spent: Callable[[Spending], None],
        on_text: Callable[[str], None] | None,
        deadline: float,
    ) -> None:
        self._client, self._request, self._model, self._dialect = client, request, model, dialect
        self._prices, self._spent, self._on_text, self._deadline = prices, spent, on_text, deadline
        self._usage = Usage()
        self._told: str | None = None
        self._attempt = 1

    async def answer(self) -> ModelAnswer:
        """In the surest mode the server knows. Learns from what it does not understand and from answers without JSON.

        A mode that has never worked gets one chance; one that has, and the last there is, get a second.
        """
        objection: str | None = None
        mode, quiet = self._dialect.mode, self._dialect.quiet
        while True:
            try:
                reply = await self._converse(mode, quiet, objection)
            except errors.NotUnderstood as error:
                mode, quiet = self._simpler(error, mode, quiet)
                continue
            try:
                answer = self._read(reply)
            except NoJson as error:
                following = None if self._is_proven(mode) else mode.next
                if following is None and objection:
                    raise DraftRejected(f"The model answered twice with no draft: {error}.") from error
                mode, objection = following or mode, str(error) if following is None else None
                continue
            if answer.stop == "end" and not self._dialect.is_proven:
                self._dialect.mode, self._dialect.quiet, self._dialect.is_proven = mode, quiet, True
            return answer

    def _simpler(self, error: errors.NotUnderstood, mode: Mode, quiet: bool) -> tuple[Mode, bool]:
        """What to leave out after a 400: first the words against thinking, where it names them, then the mode."""
        if quiet and ("thinking" in error.naming or "effort" in error.naming):
            return mode, False
        if mode.next is None or self._is_proven(mode):
            raise error
        return mode.next, quiet

    def _is_proven(self, mode: Mode) -> bool:
        return self._dialect.is_proven and self._dialect.mode is mode

    def _read(self, reply: Reply) -> ModelAnswer:
        """NoJson where it holds none; DraftRejected where the model declined or ran on and on."""
        if reply.is_too_long:
            raise errors.ran_on()
        if reply.stop == "refusal":
            raise errors.refused(reply.stop_details)
        if reply.stop in ("max_tokens", "model_context_window_exceeded"):
            return self._made(reply.found, reply, cut=True)
        return self._made(object_in(reply.texts, self._request.schema), reply)

    def _made(self, text: str, reply: Reply, *, cut: bool = False) -> ModelAnswer:
        if self._on_text and text and text != self._told:
            self._tell(text)
        named = reply.model if _NAME.fullmatch(reply.model) else self._model
        return ModelAnswer(text=text, model=named, usage=self._usage, stop="length" if cut else "end")

    def _tell(self, text: str) -> None:
        self._told = text
        if self._on_text:
            self._on_text(text)

    async def _converse(self, mode: Mode, quiet: bool, objection: str | None) -> Reply:
        """One whole reply, `pause_turn` followed by letting the model go on."""
        body = body_of(self._request, self._model, mode, quiet=quiet, objection=objection)
        reply = await self._persist(body)
        for _ in range(MOST_PAUSES):
            if reply.stop != "pause_turn":
                return reply
            content = reply.as_content()
            if content:
                body["messages"] = [*body["messages"], {"role": "assistant", "content": content}]
            reply = await self._persist(body)
        return reply

    async def _persist(self, body: dict[str, Any]) -> Reply:
        """Try again after failures that may pass, a bounded number of times for the whole question."""
        while True:
            try:
                return await self._request_once(body)
            except errors.Busy as error:
                if self._attempt >= ATTEMPTS:
                    raise
                wait_s = BACKOFF_S[self._attempt - 1] * random.uniform(0.75, 1.25)  # noqa: S311 - only spreads requests
                if error.after_s is not None:
                    wait_s = max(wait_s, error.after_s)
                if wait_s > LONGEST_WAIT_S or asyncio.get_running_loop().time() + wait_s > self._deadline:
                    raise
                self._attempt += 1
                await asyncio.sleep(wait_s)

    async def _request_once(self, body: dict[str, Any]) -> Reply:
        """One HTTP request; what it used is booked however it ends."""
        reply = Reply(self._tell if self._on_text else None, SPARE_CHARS + CHARS_PER_TOKEN * self._request.max_tokens)
        try:
            await self._client.post(body, self._request.role, reply)
        finally:
            self._book(reply)
        return reply

    def _book(self, reply: Reply) -> None:
        usage = at_least(reply.usage, self._request) if reply.has_content else reply.usage
        if usage == Usage():
            return
        self._usage += usage
        usd = cost_of(usage, self._model, self._prices)
        self._spent(Spending(self._request.stage, self._model, usage, usd))
