"""What every Model promises: one suite, run on the fake and on the real client before a server that plays a script."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import pairwise
from typing import Any, Protocol

import msgspec
import pytest

from server.core.errors import DraftRejected, ModelUnavailable
from server.core.model import ModelRequest, PromptPart, Spending, Usage
from server.core.money import LIST_PRICES
from server.core.ports import Model
from tests.fakes import Scripted, ScriptedModel
from tests.workers.adapters.stub_model_server import (
    Exchange,
    StubModelServer,
    begin,
    block,
    failure,
    finish,
    streamed,
)
from workers.adapters.anthropic_model import AnthropicModel, Dialects

pytestmark = pytest.mark.anyio


class Hook(msgspec.Struct):
    """An answer as its reader decodes it."""

    hook: str


TEXT = '{"hook":"The council voted 7 to 2 to relight the lamp."}'
SPENT = Usage(input_tokens=100, output_tokens=20, cache_read_tokens=7, cache_write_tokens=5)


class Open(Protocol):
    """A model of one kind that plays a script, for the length of a block."""

    def __call__(self, script: Sequence[Scripted]) -> AbstractAsyncContextManager[Model]: ...


@asynccontextmanager
async def open_scripted(script: Sequence[Scripted]) -> AsyncIterator[Model]:
    yield ScriptedModel(script)


@asynccontextmanager
async def open_anthropic(script: Sequence[Scripted]) -> AsyncIterator[Model]:
    async with StubModelServer([exchange for each in script for exchange in on_the_wire(each)]).running() as server:
        model = AnthropicModel(
            api_key=None,
            base_url=server.url,
            models=dict.fromkeys(("scout", "write", "repair", "judge"), "claude-haiku-5-5"),
            prices=LIST_PRICES,
            timeout_s=2.0,
            dialects=Dialects(),
        )
        yield model
        await model.close()


def on_the_wire(scripted: Scripted) -> list[Exchange]:
    """How a server would do the same."""
    usage = scripted.usage
    start = begin(
        input_tokens=usage.input_tokens,
        cache_read_input_tokens=usage.cache_read_tokens,
        cache_creation_input_tokens=usage.cache_write_tokens,
    )
    text = block(0, scripted.text or "", piece=16)
    if isinstance(scripted.error, DraftRejected):
        return [streamed(start, text, finish("refusal", usage.output_tokens))]
    if isinstance(scripted.error, ModelUnavailable):
        return [failure(401, "authentication_error")] if not scripted.error.retryable else [failure(529, "x")] * 3
    stop = {"end": "end_turn", "length": "max_tokens"}[scripted.stop]
    return [streamed(start, text, finish(stop, usage.output_tokens), wait_s=scripted.wait_s)]


@pytest.fixture(params=[open_scripted, open_anthropic], ids=["scripted", "anthropic"])
def open_model(request: pytest.FixtureRequest) -> Open:
    """Each kind of model."""
    opener: Open = request.param
    return opener


def question(**changes: Any) -> ModelRequest:
    """A small one."""
    fields: dict[str, Any] = {
        "role": "scout",
        "stage": "scout",
        "system": (PromptPart("You are an editor.", cached=True),),
        "parts": (PromptPart("The thread."),),
        "schema": msgspec.json.schema(Hook),
        "schema_name": "hook",
        "max_tokens": 400,
    }
    return ModelRequest(**{**fields, **changes})


async def test_a_model_is_a_model(open_model: Open) -> None:
    """A Protocol used as an injected type is checked at run time."""
    async with open_model([]) as model:
        assert isinstance(model, Model)


async def test_an_answer_is_json_that_its_schemas_struct_reads(open_model: Open) -> None:
    """With what it used, and who wrote it."""
    async with open_model([Scripted(text=TEXT, usage=SPENT)]) as model:
        answer = await model.ask(question(), spent=lambda _: None)
    assert msgspec.json.decode(answer.text, type=Hook).hook.startswith("The council")
    assert (answer.stop, answer.usage) == ("end", SPENT)
    assert answer.model


async def test_text_grows_up_to_the_answer(open_model: Open) -> None:
    """Each snapshot begins with the one before it, and the last is the answer."""
    texts: list[str] = []
    async with open_model([Scripted(text=TEXT)]) as model:
        answer = await model.ask(question(), spent=lambda _: None, on_text=texts.append)
    assert len(texts) >= 3
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert texts[-1] == answer.text == TEXT


async def test_text_comes_before_the_answer_is_whole(open_model: Open) -> None:
    """A reader of the stream can act on the first words while the last are not written yet."""
    first = asyncio.Event()
    async with open_model([Scripted(text=TEXT, wait_s=0.02)]) as model:
        asking = asyncio.create_task(model.ask(question(), spent=lambda _: None, on_text=lambda _: first.set()))
        await asyncio.wait_for(first.wait(), 2)
        assert not asking.done()
        assert (await asking).text == TEXT


async def test_an_answer_cut_by_its_length_comes_as_far_as_it_goes(open_model: Open) -> None:
    """It is no error."""
    async with open_model([Scripted(text=TEXT[:30], stop="length")]) as model:
        answer = await model.ask(question(), spent=lambda _: None)
    assert (answer.text, answer.stop) == (TEXT[:30], "length")


async def test_each_request_is_spent_once_under_its_stage(open_model: Open) -> None:
    """Before the answer is handed over, with its price where that is known."""
    spendings: list[Spending] = []
    async with open_model([Scripted(text=TEXT, usage=SPENT)] * 2) as model:
        await model.ask(question(), spent=spendings.append)
        await model.ask(question(stage="hook"), spent=spendings.append)
    assert [(each.stage, each.usage) for each in spendings] == [("scout", SPENT), ("hook", SPENT)]
    assert all(each.usd and each.usd > 0 for each in spendings)


async def test_a_refusal_is_spent_and_rejected(open_model: Open) -> None:
    """What the model wrote until then was paid for, and is no draft."""
    spendings: list[Spending] = []
    script = [Scripted(text=TEXT[:20], usage=SPENT, error=DraftRejected("The model declines."))]
    async with open_model(script) as model:
        with pytest.raises(DraftRejected):
            await model.ask(question(), spent=spendings.append)
    assert [each.usage for each in spendings] == [SPENT]


@pytest.mark.parametrize("retryable", [True, False])
async def test_a_server_that_gives_no_answer_is_unavailable(open_model: Open, retryable: bool) -> None:
    """Whether to try the job again is told, and so is the next step; nothing was spent."""
    spendings: list[Spending] = []
    down = ModelUnavailable("It is away. Try again in a moment.", retryable=retryable)
    async with open_model([Scripted(error=down, usage=Usage())]) as model:
        with pytest.raises(ModelUnavailable) as caught:
            await model.ask(question(), spent=spendings.append)
    assert caught.value.retryable is retryable
    assert caught.value.message.endswith(".")
    assert spendings == []


async def test_a_cancelled_question_is_spent(open_model: Open) -> None:
    """Once, as far as it came."""
    spendings: list[Spending] = []
    async with open_model([Scripted(text=TEXT * 20, usage=SPENT, wait_s=0.02)]) as model:
        first = asyncio.Event()
        asking = asyncio.create_task(model.ask(question(), spent=spendings.append, on_text=lambda _: first.set()))
        await asyncio.wait_for(first.wait(), 2)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert [each.usage.prompt_tokens for each in spendings] == [SPENT.prompt_tokens]


async def test_questions_may_be_asked_side_by_side(open_model: Open) -> None:
    """Each hears its own text."""
    async with open_model([Scripted(text=TEXT, wait_s=0.01)] * 4) as model:
        heard: list[list[str]] = [[], [], [], []]
        answers = await asyncio.gather(
            *(model.ask(question(), spent=lambda _: None, on_text=texts.append) for texts in heard)
        )
    assert [answer.text for answer in answers] == [texts[-1] for texts in heard] == [TEXT] * 4
