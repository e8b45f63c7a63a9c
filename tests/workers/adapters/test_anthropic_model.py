"""The Messages API from the outside: what is sent, how streams are read, and what a server has to know."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from server.core.errors import DraftRejected, ModelError, ModelUnavailable
from server.core.model import ModelRequest, PromptPart, Spending, Usage
from server.core.money import LIST_PRICES
from tests.workers.adapters.stub_model_server import (
    Asked,
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
from workers.adapters.anthropic_model import AnthropicModel, Dialects

pytestmark = pytest.mark.anyio

CASES = Path(__file__).parents[2] / "cases" / "messages"
GOOD = '{"takeaways":[]}'
SCHEMA = {
    "$ref": "#/$defs/Takeaways",
    "$defs": {
        "Takeaways": {
            "title": "Takeaways",
            "type": "object",
            "properties": {"takeaways": {"type": "array", "items": {"$ref": "#/$defs/Claim"}, "maxItems": 9}},
            "required": ["takeaways"],
        },
        "Claim": {
            "title": "Claim",
            "type": "object",
            "properties": {
                "text": {"type": "string", "maxLength": 300},
                "sources": {"type": "array", "items": {"type": "string"}},
                "label": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
            },
            "required": ["text", "sources"],
        },
    },
}
MODELS = {"scout": "claude-haiku-5-5", "write": "claude-sonnet-5-5", "repair": "qwen3:8b", "judge": "claude-opus-5-5"}


def question(**changes: Any) -> ModelRequest:
    """A section's worth, with two cached prefixes."""
    fields: dict[str, Any] = {
        "role": "write",
        "stage": "takeaways",
        "system": (PromptPart("You are an editor.", cached=True),),
        "parts": (PromptPart("The passages of the pages.", cached=True), PromptPart("Write the takeaways.")),
        "schema": SCHEMA,
        "schema_name": "takeaways",
        "max_tokens": 500,
    }
    return ModelRequest(**{**fields, **changes})


class Outcome:
    """What came of one question."""

    def __init__(self) -> None:
        self.answer: Any = None
        self.error: ModelError | None = None
        self.spendings: list[Spending] = []
        self.texts: list[str] = []
        self.asked: list[Asked] = []

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What was sent."""
        return [asked.body for asked in self.asked]


async def ask(
    *script: Exchange,
    timeout_s: float = 5.0,
    dialects: Dialects | None = None,
    key: str | None = "sk-k",
    **changes: Any,
) -> Outcome:
    """One question to a server that answers from a script."""
    return (await ask_often(script, [question(**changes)], timeout_s=timeout_s, dialects=dialects, key=key))[0]


async def ask_often(
    script: Sequence[Exchange],
    questions: Sequence[ModelRequest],
    *,
    timeout_s: float = 5.0,
    dialects: Dialects | None = None,
    key: str | None = "sk-k",
) -> list[Outcome]:
    """Questions one after another to one server."""
    async with StubModelServer(script).running() as server:
        model = AnthropicModel(
            api_key=key,
            base_url=server.url,
            models=MODELS,
            prices=LIST_PRICES,
            timeout_s=timeout_s,
            dialects=dialects or Dialects(),
        )
        outcomes = []
        for each in questions:
            outcome = Outcome()
            before = len(server.asked)
            try:
                outcome.answer = await model.ask(each, spent=outcome.spendings.append, on_text=outcome.texts.append)
            except ModelError as error:
                outcome.error = error
            outcome.asked = server.asked[before:]
            outcomes.append(outcome)
        await model.close()
    return outcomes


# ---- recorded exchanges ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
@pytest.mark.parametrize("size", [7, 100_000])
async def test_an_exchange_in_the_wire_format_reads_as_it_should(path: Path, size: int) -> None:
    """Each says what it is about; in pieces that tear events, escapes and letters apart it reads the same."""
    expected = json.loads(path.read_text())
    data = path.with_suffix(".sse").read_bytes()
    outcome = await ask(streamed([data[at : at + size] for at in range(0, len(data), size)]))
    assert [each.usage for each in outcome.spendings] == [Usage(*expected["usage"])]
    if "error" in expected:
        assert outcome.error is not None
        assert outcome.error.code == expected["error"]
        assert expected["message"] in outcome.error.message
        return
    assert outcome.error is None
    assert (outcome.answer.text, outcome.answer.stop) == (expected["text"], expected["stop"])
    assert outcome.texts[-1] == expected["text"]
    assert all(later.startswith(earlier) for earlier, later in pairwise(outcome.texts))


# ---- what is sent ----------------------------------------------------------------------------------------


async def test_a_question_is_one_message_with_its_schema_and_its_prefixes_marked() -> None:
    """The schema has no reference at its top, and no object in it admits more than it names."""
    (body,) = (await ask(said(GOOD))).bodies
    assert body["system"] == [{"type": "text", "text": "You are an editor.", "cache_control": {"type": "ephemeral"}}]
    assert body["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "The passages of the pages.", "cache_control": {"type": "ephemeral"}},
                {"type": "text", "text": "Write the takeaways."},
            ],
        }
    ]
    assert (body["model"], body["max_tokens"], body["stream"]) == ("claude-sonnet-5-5", 500, True)
    schema = body["output_config"]["format"]["schema"]
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Claim"]["additionalProperties"] is False
    assert schema["$defs"]["Claim"]["required"] == ["text", "sources"]
    assert not {"temperature", "top_p", "top_k", "tools"} & set(body)


async def test_no_more_than_four_prefixes_are_marked() -> None:
    """The API answers a fifth with 400; the longest prefixes are kept."""
    parts = tuple(PromptPart(f"Part {n}.", cached=True) for n in range(6))
    (body,) = (await ask(said(GOOD), parts=parts)).bodies
    marked = [each["text"] for each in (*body["system"], *body["messages"][0]["content"]) if "cache_control" in each]
    assert marked == ["Part 2.", "Part 3.", "Part 4.", "Part 5."]


async def test_empty_parts_are_left_out() -> None:
    """The API answers an empty text block with 400."""
    (body,) = (await ask(said(GOOD), system=(), parts=(PromptPart(""), PromptPart("Go.")))).bodies
    assert "system" not in body
    assert body["messages"][0]["content"] == [{"type": "text", "text": "Go."}]


@pytest.mark.parametrize(
    ("role", "model", "thinking", "effort"),
    [
        ("scout", "claude-haiku-5-5", {"type": "disabled"}, None),
        ("write", "claude-sonnet-5-5", {"type": "between_tools"}, None),
        ("judge", "claude-opus-5-5", None, "low"),
        ("repair", "qwen3:8b", None, None),
    ],
)
async def test_each_role_asks_its_model_not_to_think_first_in_that_models_words(
    role: str, model: str, thinking: Any, effort: str | None
) -> None:
    """Thinking is on by default and costs seconds before the first word; the wrong word for it is answered with 400."""
    (body,) = (await ask(said(GOOD), role=role)).bodies
    assert body["model"] == model
    assert body.get("thinking") == thinking
    assert body["output_config"].get("effort") == effort


async def test_the_key_goes_into_the_header_and_nowhere_else() -> None:
    """As a bearer, the way this version of the API wants it."""
    (asked,) = (await ask(said(GOOD), key="sk-secret-1")).asked
    assert (asked.method, asked.path) == ("POST", "/v1/messages")
    assert asked.headers["authorization"] == "Bearer sk-secret-1"
    assert "sk-secret-1" not in json.dumps(asked.body)


async def test_a_server_of_ones_own_needs_no_key() -> None:
    """Something is sent in its place, since the SDK insists."""
    outcome = await ask(said(GOOD), key=None)
    assert outcome.answer.text == GOOD
    assert outcome.asked[0].headers["authorization"] == "Bearer none"


async def test_a_base_url_may_end_in_v1() -> None:
    """People copy it so; the SDK adds that part itself."""
    async with StubModelServer([said(GOOD)]).running() as server:
        model = AnthropicModel(
            api_key=None, base_url=f"{server.url}/v1/", models=MODELS, prices={}, dialects=Dialects()
        )
        await model.ask(question(), spent=lambda _: None)
        assert server.asked[0].path == "/v1/messages"
        await model.close()


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither prompt nor key goes to an address that no setting names."""
    async with StubModelServer([]).running() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        assert (await ask(said(GOOD))).answer.text == GOOD
        assert proxy.asked == []


# ---- servers that know less ------------------------------------------------------------------------------

NO_SCHEMAS = failure(400, "invalid_request_error", "output_config: Extra inputs are not permitted")
NO_TOOLS = failure(400, "invalid_request_error", "tool_choice: not supported")


async def test_a_server_without_schemas_is_given_a_tool_to_call() -> None:
    """Its input is the answer, and the model cannot choose not to call it."""
    outcome = await ask(NO_SCHEMAS, said(GOOD, kind="tool_use", stop="tool_use"))
    assert outcome.answer.text == GOOD
    body = outcome.bodies[1]
    assert "output_config" not in body
    assert body["tools"][0]["name"] == "takeaways"
    assert body["tools"][0]["strict"] is True
    assert body["tools"][0]["input_schema"]["additionalProperties"] is False
    assert body["tool_choice"] == {"type": "tool", "name": "takeaways", "disable_parallel_tool_use": True}


async def test_a_server_without_tools_is_told_the_schema_in_words() -> None:
    """Behind everything else, so that prefixes stay what they were."""
    outcome = await ask(NO_SCHEMAS, NO_TOOLS, said(f"Sure!\n```json\n{GOOD}\n```"))
    assert outcome.answer.text == GOOD
    body = outcome.bodies[2]
    assert not {"tools", "tool_choice", "output_config"} & set(body)
    assert body["messages"][0]["content"][:2] == outcome.bodies[0]["messages"][0]["content"]
    assert '"additionalProperties":false' in body["messages"][0]["content"][2]["text"]


async def test_an_answer_in_words_shows_that_a_server_passed_over_the_schema() -> None:
    """Many take unknown fields without a word; every answer they wrote is counted."""
    outcome = await ask(said("Here are some."), said("Still prose."), said(GOOD))
    assert outcome.answer.text == GOOD
    assert ["output_config" in body for body in outcome.bodies] == [True, False, False]
    assert ["tools" in body for body in outcome.bodies] == [False, True, False]
    assert len(outcome.spendings) == 3
    assert outcome.answer.usage == Usage(input_tokens=300, output_tokens=60)


async def test_another_schemas_object_shows_it_too() -> None:
    """What the schema requires at its top is missing."""
    outcome = await ask(said('{"answer":"Hello."}'), said(GOOD, kind="tool_use"))
    assert outcome.answer.text == GOOD
    assert outcome.texts[-1] == GOOD


async def test_what_was_learnt_of_a_server_is_remembered() -> None:
    """The second question begins where the first one ended, and each model on it is known apart."""
    again = await ask_often(
        [NO_SCHEMAS, NO_TOOLS, said(GOOD), said(GOOD), said(GOOD)],
        [question(), question(), question(role="scout")],
    )
    assert [len(outcome.asked) for outcome in again] == [3, 1, 1]
    assert "output_config" not in again[1].bodies[0]
    assert "output_config" in again[2].bodies[0]


async def test_the_last_resort_is_told_what_was_wrong_once() -> None:
    """The retry shows the error; a second failure is the end."""
    outcome = await ask(NO_SCHEMAS, NO_TOOLS, said('{"takeaways":[],}'), said("[]"))
    assert isinstance(outcome.error, DraftRejected)
    assert len(outcome.asked) == 4
    assert "trailing comma" in outcome.bodies[3]["messages"][0]["content"][-1]["text"]
    assert len(outcome.spendings) == 2


async def test_a_server_that_has_kept_to_a_schema_once_is_asked_again_in_the_same_way() -> None:
    """One bad answer does not make it a server that knows no schemas."""
    dialects = Dialects()
    outcomes = await ask_often([said(GOOD), said("oops"), said(GOOD)], [question(), question()], dialects=dialects)
    assert outcomes[1].answer.text == GOOD
    assert all("output_config" in body for outcome in outcomes for body in outcome.bodies)


async def test_a_mode_that_another_question_has_proven_is_not_unlearnt() -> None:
    """Two questions side by side: one was answered by the schema, the other in words and then through the tool."""
    dialects = Dialects()

    def answer(asked: Asked) -> Exchange:
        if "tools" in asked.body:
            return said(GOOD, kind="tool_use", wait_s=0.05)
        if "takes long" in json.dumps(asked.body):
            return said(GOOD, wait_s=0.02)
        return said("In words.")

    async with StubModelServer(answer).running() as server:
        model = AnthropicModel(api_key=None, base_url=server.url, models=MODELS, prices={}, dialects=dialects)
        slow = question(parts=(PromptPart("takes long"),))
        await asyncio.gather(*(model.ask(each, spent=lambda _: None) for each in (question(), slow)))
        await model.ask(slow, spent=lambda _: None)
        assert "output_config" in server.asked[-1].body
        await model.close()


@pytest.mark.parametrize("named", ["", "<b>model</b>", "x" * 101, "a model"])
async def test_a_servers_odd_name_for_its_model_is_not_repeated(named: str) -> None:
    """Cards show it; the one that was asked for stands instead."""
    start = event("message_start", message={"model": named, "usage": {"input_tokens": 1}})
    assert (await ask(streamed(start, block(0, GOOD), finish()))).answer.model == "claude-sonnet-5-5"


async def test_words_against_thinking_are_left_out_where_they_are_not_known() -> None:
    """And the schema stays."""
    first = failure(400, "invalid_request_error", "thinking.type: Input should be 'enabled' or 'adaptive'")
    outcome = await ask(first, said(GOOD))
    assert outcome.answer.text == GOOD
    assert "thinking" not in outcome.bodies[1]
    assert "output_config" in outcome.bodies[1]


@pytest.mark.parametrize(
    "text",
    [
        '{"takeaways":[],"takeaways":[1]}',
        '{"takeaways":[NaN]}',
        '{"takeaways":["\\ud800"]}',
        '{"takeaways":[}',
        '{"takeaways":' + "[" * 3000 + "]" * 3000 + "}",
        "[1, 2]",
        "",
        "<think>{}</think>",
    ],
    ids=["a name twice", "NaN", "half a letter", "brackets", "deep", "no object", "nothing", "thoughts alone"],
)
async def test_what_is_not_strictly_a_json_object_is_no_answer(text: str) -> None:
    """It is asked for again, and then given up; nothing of it is handed on."""
    outcome = await ask(*[said(text)] * 4)
    assert isinstance(outcome.error, DraftRejected)
    assert len(outcome.asked) == 4
    assert outcome.error.retryable is False


# ---- how answers end -------------------------------------------------------------------------------------


async def test_text_arrives_while_it_is_written() -> None:
    """Each time all there is so far, so that a section can be shown before the next one."""
    outcome = await ask(streamed(begin(), block(0, '{"takeaways":[{"text":"One"}]}', piece=6), finish()))
    assert outcome.texts[:3] == ['{"take', '{"takeaways"', '{"takeaways":[{"te']
    assert outcome.texts[-1] == outcome.answer.text


async def test_the_last_block_with_an_object_is_the_answer() -> None:
    """A preamble may hold one of its own, and an afterthought none."""
    preamble, afterword = block(0, 'In the form {"takeaways":[7]}:'), block(2, "That is all.")
    outcome = await ask(streamed(begin(), preamble, block(1, GOOD), afterword, finish()))
    assert outcome.answer.text == GOOD
    assert outcome.texts[-1] == GOOD


async def test_a_model_that_pauses_is_let_go_on() -> None:
    """What it wrote goes back as it came, and both requests are counted."""
    thought = [
        *block(0, "Hm.", kind="thinking")[:-1],
        b'data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}\n\n',
    ]
    outcome = await ask(streamed(begin(), thought, block(1, "One moment."), finish("pause_turn")), said(GOOD))
    assert outcome.answer.text == GOOD
    assert outcome.bodies[1]["messages"][1] == {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
            {"type": "text", "text": "One moment."},
        ],
    }
    assert len(outcome.spendings) == 2


async def test_a_model_cannot_pause_for_ever() -> None:
    """After a few times what it has written counts, and that is nothing."""
    outcome = await ask(*[said("", stop="pause_turn")] * 40)
    assert isinstance(outcome.error, DraftRejected)
    assert len(outcome.asked) <= 16


@pytest.mark.parametrize("stop", ["max_tokens", "model_context_window_exceeded"])
async def test_an_answer_cut_by_its_length_is_no_error(stop: str) -> None:
    """What there is may hold whole claims; and the server is not blamed for it."""
    outcome = await ask(said('{"takeaways":[{"te', stop=stop))
    assert (outcome.answer.text, outcome.answer.stop) == ('{"takeaways":[{"te', "length")
    assert len(outcome.asked) == 1


async def test_an_answer_that_is_all_thought_is_cut_before_its_first_word() -> None:
    """The text is empty then."""
    outcome = await ask(streamed(begin(), block(0, "Hm. " * 50, kind="thinking"), finish("max_tokens", 500)))
    assert (outcome.answer.text, outcome.answer.stop) == ("", "length")


@pytest.mark.parametrize(("size", "piece"), [(10_000_000, 2_000), (5_000_000, 5_000_000)])
async def test_a_model_that_writes_on_and_on_is_stopped(size: int, piece: int) -> None:
    """Megabytes are neither waited for nor handed on; what came of them is counted, by estimate."""
    outcome = await ask(streamed(begin(), block(0, '{"takeaways":["' + "x" * size, piece=piece), finish()))
    assert isinstance(outcome.error, DraftRejected)
    assert len(outcome.asked) == 1
    assert max(map(len, outcome.texts), default=0) < 25_000
    assert outcome.spendings[0].usage.output_tokens > 5000


async def test_a_stream_of_nothing_but_pings_is_stopped() -> None:
    """They hold a connection open, but are no word."""
    outcome = await ask(*[streamed(begin(), [b"event: ping\ndata: {}\n\n"] * 400, wait_s=0.01)] * 3, timeout_s=0.6)
    assert isinstance(outcome.error, ModelUnavailable)
    assert outcome.error.retryable


# ---- counting --------------------------------------------------------------------------------------------


async def test_every_request_is_counted_under_the_questions_stage() -> None:
    """With its price, the cache's reads and writes included."""
    counts = {"cache_creation_input_tokens": 1000, "cache_read_input_tokens": 2000}
    outcome = await ask(streamed(begin(**counts), block(0, GOOD), finish(output_tokens=50)))
    (spending,) = outcome.spendings
    assert (spending.stage, spending.model) == ("takeaways", "claude-sonnet-5-5")
    assert spending.usage == Usage(100, 50, 2000, 1000)
    assert spending.usd == pytest.approx((100 * 2 + 50 * 10 + 1000 * 2.5 + 2000 * 0.1) / 1e6)


async def test_a_model_without_a_known_price_costs_nobody_knows_what() -> None:
    """None is not zero."""
    assert (await ask(said(GOOD), role="repair")).spendings[0].usd is None


async def test_a_server_that_counts_nothing_is_counted_by_estimate() -> None:
    """Else a budget would never end."""
    start = b'data: {"type":"message_start","message":{"model":"m"}}\n\n'
    end = b'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\ndata: {"type":"message_stop"}\n\n'
    outcome = await ask(streamed(start, block(0, GOOD), end))
    assert outcome.answer.text == GOOD
    assert outcome.spendings[0].usage == Usage(input_tokens=17, output_tokens=4)


async def test_counts_below_zero_are_not_believed() -> None:
    """They would give money back."""
    outcome = await ask(streamed(begin(input_tokens=-5_000_000), block(0, GOOD), finish(output_tokens=-3)))
    assert outcome.spendings[0].usage.input_tokens >= 0
    assert outcome.spendings[0].usage.output_tokens >= 0


# ---- importing -------------------------------------------------------------------------------------------


def test_nothing_that_runs_without_a_model_imports_the_sdk() -> None:
    """It takes a second."""
    program = (
        "import sys, server.cli, server.app, workers.jobs, workers.bootstrap, workers.pipeline\n"
        "print([name for name in ('anthropic', 'httpx2', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PATH": os.defpath}
    )
    assert done.stdout == "[]\n"
