"""What goes wrong between us and a model's server: what is tried again, what the operator reads, what is counted."""

import asyncio
import logging
import time
import traceback
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import pytest

from server.core.errors import DraftRejected, ModelError, ModelUnavailable
from server.core.model import PromptPart, Spending, Usage
from server.core.money import LIST_PRICES
from tests.workers.adapters.stub_model_server import (
    Exchange,
    StubModelServer,
    begin,
    block,
    event,
    failure,
    finish,
    said,
    streamed,
)
from tests.workers.adapters.test_anthropic_model import GOOD, MODELS, ask, question
from workers.adapters import anthropic_errors
from workers.adapters.anthropic_client import UNTRANSLATED
from workers.adapters.anthropic_model import AnthropicModel, Dialects

pytestmark = pytest.mark.anyio
KEY = "sk-hush-0001"
SECRET_WORDS = "The harbour master keeps the spare lamp under the stairs."
BEGUN = [begin(), *block(0, '{"takeaways":[{"text":"Half"')[:-1]]


# ---- what passes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "exchange",
    [
        failure(529, "overloaded_error"),
        failure(500, "api_error"),
        failure(502, "api_error"),
        failure(503, "api_error"),
        failure(408, "timeout_error"),
        failure(409, "conflict_error"),
        failure(429, "rate_limit_error", retry_after="0.1"),
        streamed(BEGUN, event("error", error={"type": "overloaded_error", "message": "Overloaded"})),
        streamed(BEGUN, event("error", error={"type": "api_error"})),
        streamed(BEGUN, event("error", error={"type": "invalid_request_error"})),
        streamed(BEGUN, cut=True),
        streamed(BEGUN),
        streamed([]),
        Exchange(cut=True),
        streamed(BEGUN, b"data: {not json\n\n"),
        streamed(BEGUN, b'data: {"type":"content_block_delta","delta":"x"}\n\n'),
        streamed(BEGUN, b"data: \xff\xfe\n\n"),
    ],
    ids=(
        "overloaded failed gateway unavailable slow conflict rationed stream-overloaded stream-failed stream-refused "
        "cut ended-early empty cut-at-once no-json wrong-shape no-utf8"
    ).split(),
)
async def test_what_may_pass_is_tried_again(exchange: Exchange) -> None:
    """The second answer counts alone, and what the first one used is counted where the server told."""
    outcome = await ask(exchange, said(GOOD))
    assert outcome.error is None
    assert outcome.answer.text == GOOD
    assert outcome.texts[-1] == GOOD
    assert len(outcome.asked) == 2
    begun = exchange.pieces[:1] == BEGUN[:1]
    assert [each.usage.input_tokens for each in outcome.spendings] == ([100, 100] if begun else [100])


WHOLE = [begin(), *block(0, GOOD), finish()[0]]


@pytest.mark.parametrize(
    "exchange",
    [streamed(WHOLE), streamed(WHOLE, cut=True), streamed(WHOLE, hang=True), streamed(WHOLE, b"data: {no json\n\n")],
    ids=["closed", "cut", "left open", "garbled"],
)
async def test_an_answer_whose_end_was_told_is_not_asked_for_again(exchange: Exchange) -> None:
    """Though the stream's own last event is missing; it would be paid for twice."""
    outcome = await ask(exchange, said('{"takeaways":["again"]}'), timeout_s=1.0)
    assert outcome.answer.text == GOOD
    assert len(outcome.asked) == 1


async def test_a_text_starts_over_when_an_answer_does() -> None:
    """Whoever shows it learns so from a text that does not begin with the one before it."""
    outcome = await ask(streamed(BEGUN, cut=True), said('{"takeaways":["Other"]}'))
    first = outcome.texts.index('{"takeaways":[{"text":"Half"')
    assert outcome.texts[first + 1] == '{"takeaw'
    assert outcome.texts[-1] == '{"takeaways":["Other"]}'


async def test_trying_again_has_an_end() -> None:
    """Three requests for one question; the error says what to do."""
    outcome = await ask(*[failure(529, "overloaded_error")] * 9)
    assert isinstance(outcome.error, ModelUnavailable)
    assert outcome.error.retryable
    assert "overloaded" in outcome.error.message
    assert "Try again" in outcome.error.message
    assert len(outcome.asked) == 3


async def test_a_server_that_asks_for_a_short_wait_gets_it() -> None:
    """And not a request earlier."""
    started = time.monotonic()
    outcome = await ask(failure(429, "rate_limit_error", retry_after="1"), said(GOOD))
    assert outcome.answer.text == GOOD
    assert time.monotonic() - started >= 1.0


@pytest.mark.parametrize("told", ["60", "6"])
async def test_a_server_that_asks_for_a_long_wait_is_left_alone(told: str) -> None:
    """The reader would wait that long; the section is written without a model instead."""
    started = time.monotonic()
    outcome = await ask(failure(429, "rate_limit_error", retry_after=told), said(GOOD))
    assert isinstance(outcome.error, ModelUnavailable)
    assert outcome.error.retryable
    assert len(outcome.asked) == 1
    assert time.monotonic() - started < 1.0


async def test_no_wait_reaches_beyond_the_deadline() -> None:
    """Waiting for a try that cannot be made any more helps nobody."""
    started = time.monotonic()
    outcome = await ask(failure(429, "rate_limit_error", retry_after="3"), said(GOOD), timeout_s=2.0)
    assert isinstance(outcome.error, ModelUnavailable)
    assert time.monotonic() - started < 0.5


# ---- time ------------------------------------------------------------------------------------------------


async def test_a_server_that_does_not_begin_is_given_up_in_half_the_time() -> None:
    """So that a second try has the other half."""
    outcome = await ask(Exchange(hang=True), said(GOOD), timeout_s=1.2)
    assert outcome.answer.text == GOOD
    assert outcome.spendings == [outcome.spendings[-1]]


async def test_a_server_that_falls_silent_is_given_up_in_a_quarter_of_the_time() -> None:
    """Counted from its last event; what it had written is counted too."""
    started = time.monotonic()
    outcome = await ask(streamed(BEGUN, hang=True), said(GOOD), timeout_s=2.0)
    assert outcome.answer.text == GOOD
    assert 0.5 <= time.monotonic() - started < 1.5
    assert [each.usage for each in outcome.spendings] == [Usage(100, 7), Usage(100, 20)]


async def test_a_slow_answer_is_given_up_at_the_deadline() -> None:
    """Though it never falls silent; and its connection is closed, so that the server stops writing."""
    slow = streamed(begin(), block(0, '{"takeaways":["' + "x" * 4000), wait_s=0.02)
    started = time.monotonic()
    outcome = await ask(slow, timeout_s=0.8)
    assert isinstance(outcome.error, ModelUnavailable)
    assert outcome.error.retryable
    assert "THREADPROOF_MODEL_TIMEOUT_S" in outcome.error.message
    assert time.monotonic() - started < 1.2
    assert outcome.spendings[0].usage.output_tokens > 10


async def test_what_a_cancelled_question_used_is_counted() -> None:
    """A job that is stopped has spent it all the same."""
    slow = streamed(begin(), block(0, '{"takeaways":["' + "x" * 4000), wait_s=0.02)
    async with StubModelServer([slow]).running() as server:
        model = AnthropicModel(
            api_key=None, base_url=server.url, models=MODELS, prices=LIST_PRICES, dialects=Dialects()
        )
        spendings: list[Spending] = []
        asking = asyncio.create_task(model.ask(question(), spent=spendings.append))
        await asyncio.sleep(0.4)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert [each.usage.input_tokens for each in spendings] == [100]
        assert spendings[0].usage.output_tokens > 1
        await model.close()


async def test_questions_side_by_side_do_not_wait_for_each_other() -> None:
    """Four sections take as long as one."""
    slow = streamed(begin(), block(0, GOOD, piece=2), finish(), wait_s=0.03)
    async with StubModelServer(lambda _: slow).running() as server:
        model = AnthropicModel(
            api_key=None, base_url=server.url, models=MODELS, prices=LIST_PRICES, dialects=Dialects()
        )
        started = time.monotonic()
        await model.ask(question(), spent=lambda _: None)
        alone = time.monotonic() - started
        started = time.monotonic()
        await asyncio.gather(*(model.ask(question(), spent=lambda _: None) for _ in range(4)))
        assert time.monotonic() - started < 2 * alone
        await model.close()


@pytest.mark.parametrize("status", [200, 500])
async def test_a_body_without_end_is_cut(status: int) -> None:
    """One line of it would fill the memory before anybody could read it; and it is not asked for again."""
    outcome = await ask(Exchange(status=status, pieces=[b": " + b"x" * 1_000_000] * 40), said(GOOD), timeout_s=20)
    assert isinstance(outcome.error, DraftRejected)
    assert len(outcome.asked) == 1


# ---- what does not pass ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exchange", "words", "role"),
    [
        (failure(401, "authentication_error"), "ANTHROPIC_API_KEY", "write"),
        (failure(402, "billing_error"), "ANTHROPIC_API_KEY", "write"),
        (failure(403, "permission_error"), "ANTHROPIC_API_KEY", "write"),
        (failure(404, "not_found_error"), "THREADPROOF_WRITER_MODEL", "repair"),
        (failure(404, "not_found_error"), "THREADPROOF_SCOUT_MODEL", "scout"),
        (failure(404, "not_found_error"), "THREADPROOF_JUDGE_MODEL", "judge"),
        (failure(413, "request_too_large"), "larger context", "write"),
        (failure(307, "x", location="http://127.0.0.1:9/"), "ANTHROPIC_BASE_URL", "write"),
        (streamed(BEGUN, event("error", error={"type": "authentication_error"})), "ANTHROPIC_API_KEY", "write"),
        (
            Exchange(headers=(("content-type", "text/html"),), pieces=[b"<h1>Welcome</h1>"]),
            "ANTHROPIC_BASE_URL",
            "write",
        ),
    ],
    ids="key billing allowed model scout judge large redirect stream-key page".split(),
)
async def test_what_does_not_pass_names_the_next_step_at_once(exchange: Exchange, words: str, role: str) -> None:
    """One request, and a job is not tried again for it."""
    outcome = await ask(exchange, said(GOOD), role=role)
    assert isinstance(outcome.error, ModelUnavailable)
    assert words in outcome.error.message
    assert outcome.error.retryable is False
    assert len(outcome.asked) == 1


async def test_a_request_that_no_mode_makes_right_is_refused() -> None:
    """Each mode is tried once; none of the failures is remembered as something the server can do."""
    dialects = Dialects()
    outcome = await ask(*[failure(400, "invalid_request_error", "prompt is too long")] * 9, dialects=dialects)
    assert isinstance(outcome.error, ModelUnavailable)
    assert outcome.error.retryable is False
    assert "THREADPROOF_WRITER_MODEL" in outcome.error.message
    assert len(outcome.asked) == 3
    again = await ask(said(GOOD), dialects=dialects)
    assert "output_config" in again.bodies[0]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://nowhere.invalid"])
async def test_a_server_that_is_away_is_named_by_its_setting(url: str) -> None:
    """Tried again, since it may be starting; then said."""
    model = AnthropicModel(api_key=KEY, base_url=url, models=MODELS, prices=LIST_PRICES, dialects=Dialects())
    with pytest.raises(ModelUnavailable, match="ANTHROPIC_BASE_URL") as caught:
        await model.ask(question(), spent=lambda _: None)
    assert caught.value.retryable
    await model.close()


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "127.0.0.1:11434", "http://[::1", "http://"])
async def test_an_address_that_is_none_is_said_to_be_none(url: str) -> None:
    """Once, and for good."""
    model = AnthropicModel(api_key=None, base_url=url, models=MODELS, prices=LIST_PRICES, dialects=Dialects())
    with pytest.raises(ModelUnavailable, match="ANTHROPIC_BASE_URL") as caught:
        await model.ask(question(), spent=lambda _: None)
    assert caught.value.retryable is False
    await model.close()


@pytest.mark.parametrize("key", ["sk-hush\n0001", "sk-hush-ключ", "sk-hush\x000001"])
async def test_a_key_that_cannot_be_sent_is_not_shown(key: str) -> None:
    """The HTTP client's own error would print it."""
    model = AnthropicModel(api_key=key, base_url=None, models=MODELS, prices=LIST_PRICES, dialects=Dialects())
    with pytest.raises(ModelUnavailable, match="ANTHROPIC_API_KEY") as caught:
        await model.ask(question(), spent=lambda _: None)
    assert "hush" not in "".join(traceback.format_exception(caught.value))
    await model.close()


# ---- secrets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
async def test_no_error_tells_the_key_or_the_prompt(status: int, caplog: pytest.LogCaptureFixture) -> None:
    """Though the server repeats both: not in the message, not in a traceback, not in the log."""
    caplog.set_level(logging.DEBUG, "workers")
    echo = failure(status, "invalid_request_error", f"Incorrect key {KEY} for: {SECRET_WORDS}", retry_after="60")
    outcome = await ask(*[echo] * 3, key=KEY, parts=(PromptPart(SECRET_WORDS),), timeout_s=3)
    assert outcome.error is not None
    told = "".join(traceback.format_exception(outcome.error)) + caplog.text
    assert KEY not in told
    assert "harbour master" not in told
    assert str(status) in told


async def test_a_reason_that_quotes_nobody_is_kept_for_the_log() -> None:
    """The operator can read there why the server said no."""
    outcome = await ask(*[failure(400, "invalid_request_error", "max_tokens: 500 > 256")] * 3)
    assert outcome.error is not None
    assert "max_tokens: 500 > 256" in str(outcome.error.__cause__)


# ---- no error forgotten ----------------------------------------------------------------------------------


def below(kind: type[Exception]) -> Iterator[type[Exception]]:
    """A class and all that derive from it."""
    yield kind
    for child in kind.__subclasses__():
        yield from below(child)


def made(kind: type[Exception]) -> Exception:
    """An instance, however its constructor wants to be called."""
    request = httpx2.Request("POST", "http://127.0.0.1/v1/messages")
    status = getattr(kind, "status_code", None)
    response = httpx2.Response(status if isinstance(status, int) else 500, request=request)
    attempts: list[Any] = [
        lambda: kind("it failed", response=response, body=None),  # type: ignore[call-arg]
        lambda: kind(response, None),
        lambda: kind(request=request),  # type: ignore[call-arg]
        lambda: kind("it failed", request, body=None),  # type: ignore[call-arg]
        lambda: kind("it failed", request=request, response=response),  # type: ignore[call-arg]
        lambda: kind("it failed", request=request),  # type: ignore[call-arg]
        lambda: kind("it failed"),
        lambda: kind(library="x", extra="x"),  # type: ignore[call-arg]
        lambda: kind(),
    ]
    for attempt in attempts:
        try:
            return attempt()  # type: ignore[no-any-return]
        except TypeError:
            continue
    raise AssertionError(f"no way to make a {kind.__name__}")


ROOTS = (anthropic.AnthropicError, httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL)
FOREIGN = sorted({kind for root in ROOTS for kind in below(root)}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", FOREIGN, ids=lambda kind: kind.__name__)
def test_every_error_of_the_sdk_and_its_http_client_has_a_translation(kind: type[Exception]) -> None:
    """A class that a later version adds fails here rather than in somebody's card."""
    error = made(kind)
    assert isinstance(error, UNTRANSLATED)
    ours = anthropic_errors.of_exception(error, "write")
    assert isinstance(ours, ModelError)
    assert ours.message.endswith(".")
    assert not isinstance(anthropic_errors.reason_for_log(error, KEY, ""), anthropic.APIStatusError)


@pytest.mark.parametrize(
    ("status", "retryable"),
    [(400, False), (401, False), (402, False), (403, False), (404, False), (405, False), (408, True), (409, True),
     (412, False), (413, False), (418, False), (422, False), (425, True), (429, True), (431, False), (499, False),
     (500, True), (501, True), (502, True), (503, True), (504, True), (529, True), (599, True)],
)  # fmt: skip
def test_statuses_are_tried_again_where_that_can_help(status: int, retryable: bool) -> None:
    """Each with a message of our own."""
    error = anthropic_errors.of_status(status, "write")
    assert error.retryable is retryable
    assert error.message


def test_the_whole_tree_is_walked() -> None:
    """A walk that finds little would prove little."""
    names = {kind.__name__ for kind in FOREIGN}
    assert {"APITimeoutError", "OverloadedError", "RateLimitError", "ReadError", "RemoteProtocolError"} <= names
    assert len(names) > 40
