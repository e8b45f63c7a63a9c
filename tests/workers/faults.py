"""Ways in which a model fails its writer: as the port shows them, and as bytes on the wire."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from server.core.card import Card
from server.core.errors import DraftRejected, ModelUnavailable
from server.core.model import ModelRequest, PromptPart
from server.core.money import LIST_PRICES
from server.core.ports import Model
from server.settings import Settings
from tests.fakes import Script, Scripted, ScriptedModel
from tests.workers.adapters.stub_model_server import (
    Asked,
    Exchange,
    StubModelServer,
    begin,
    block,
    failure,
    finish,
    streamed,
)
from tests.workers.newsroom import STAGES, Newsroom, answer_well
from workers.adapters.anthropic_model import AnthropicModel, Dialects
from workers.prompts import load_prompts

Answer = dict[str, Any]
MODELS = Settings.from_env({}).models
BYTES_PER_TOKEN = 4


class Told(msgspec.Struct, frozen=True):
    """A question of which the fault decides how it is answered."""

    answer: Answer  # as a good editor answers it
    before: int  # how often this stage was asked before
    prompt_tokens: int

    @property
    def text(self) -> str:
        """The good answer's JSON."""
        return json.dumps(self.answer, ensure_ascii=False)

    @property
    def half(self) -> str:
        """Cut in the middle of the answer's last member."""
        last = self.text.rindex(json.dumps(self.answer[list(self.answer)[-1]], ensure_ascii=False))
        return self.text[: (last + len(self.text)) // 2]

    def say(self, text: str, stop: str = "end_turn", *, ends: bool = True, **changes: Any) -> Exchange:
        """On the wire, with the tokens that such an answer would have."""
        end = finish(stop, len(text.encode()) // BYTES_PER_TOKEN) if ends else []
        piece = 40 if len(text) < 100_000 else 1_000
        words = block(0, text, piece=piece)
        return streamed(begin(input_tokens=self.prompt_tokens), words if ends else words[:-1], end, **changes)


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """`scripted` is what the port's user sees of it; None where it passes within the adapter."""

    name: str
    what: str
    wire: Callable[[Told], Exchange]
    scripted: Callable[[Told], Script] | None
    heals: bool = False  # the card is the model's all the same
    spares: bool = False  # what had closed before it stands
    timeout_s: float = 20.0


def answered(name: str, what: str, change: Callable[[Answer], Any], **more: Any) -> Fault:
    """A whole answer, but what an answer. Strings are said as they are."""

    def text(told: Told) -> str:
        changed = change(told.answer)
        return changed if isinstance(changed, str) else json.dumps(changed, ensure_ascii=False)

    return Fault(name=name, what=what, wire=lambda told: told.say(text(told)), scripted=text, **more)


def failing(name: str, what: str, exchange: Callable[[Told], Exchange], **more: Any) -> Fault:
    """No answer at all."""
    unavailable = ModelUnavailable("The model's server failed.", retryable=True)
    return Fault(name=name, what=what, wire=exchange, scripted=lambda _: unavailable, **more)


def deep_map(value: Any, change: Callable[[Any], Any]) -> Any:
    """The same shape with each leaf changed."""
    if isinstance(value, dict):
        return {name: deep_map(each, change) for name, each in value.items()}
    if isinstance(value, list):
        return [deep_map(each, change) for each in value]
    return change(value)


def without_passages(answer: Answer) -> Answer:
    """Every number names a passage that there is not."""
    return deep_map(answer, lambda leaf: 900_000 + leaf if isinstance(leaf, int) else leaf)


def all_false(answer: Answer) -> Answer:
    """Every sentence says something that no source says."""
    return deep_map(answer, lambda leaf: f"Mara Quist paid {len(leaf)} walruses." if isinstance(leaf, str) else leaf)


def hundredfold(answer: Answer) -> Answer:
    return {name: value * 20 if isinstance(value, list) else value for name, value in answer.items()}


def twice(answer: Answer) -> Answer:
    return {
        name: [item for each in value for item in (each, each)] if isinstance(value, list) else value
        for name, value in answer.items()
    }


def endless(answer: Answer) -> str:
    return f'{{"{next(iter(answer))}":{"[" * 50_000}'


def ten_megabytes(answer: Answer) -> Answer:
    return {**answer, list(answer)[-1]: "lamp " * 2_000_000}


def without_words(answer: Answer) -> Answer:
    return deep_map(answer, lambda leaf: "" if isinstance(leaf, str) else leaf)


FAULTS = (
    Fault(
        name="cut once",
        what="reaches its length in the middle of a section, and not when asked for more",
        wire=lambda told: told.say(told.text) if told.before else told.say(told.half, "max_tokens"),
        scripted=lambda told: Scripted(text=told.text) if told.before else Scripted(text=told.half, stop="length"),
        heals=True,
    ),
    Fault(
        name="cut again",
        what="reaches its length in the middle of a section, also when asked for more",
        wire=lambda told: told.say(told.half, "max_tokens"),
        scripted=lambda told: Scripted(text=told.half, stop="length"),
        spares=True,
    ),
    Fault(
        name="refusal",
        what="declines",
        wire=lambda told: told.say("", "refusal"),
        scripted=lambda _: DraftRejected("The model declines to answer."),
    ),
    Fault(
        name="pause",
        what="pauses its turn, and goes on when it is let",
        wire=lambda told: told.say(told.text) if told.before else told.say("Let me see.", "pause_turn"),
        scripted=None,
        heals=True,
    ),
    Fault(
        name="overloaded once",
        what="is overloaded (529), then answers",
        wire=lambda told: told.say(told.text) if told.before else failure(529, "overloaded_error"),
        scripted=None,
        heals=True,
    ),
    failing("overloaded", "is overloaded (529) for ever", lambda _: failure(529, "overloaded_error")),
    failing(
        "rate limit", "wants us back in a minute (429)", lambda _: failure(429, "rate_limit_error", retry_after="60")
    ),
    failing("wrong key", "refuses the key (401)", lambda _: failure(401, "authentication_error")),
    failing("silence", "takes the question and says nothing", lambda _: Exchange(hang=True), timeout_s=1.5),
    Fault(
        name="connection cut",
        what="goes away in the middle of the stream",
        wire=lambda told: told.say(told.half, ends=False, cut=True),
        scripted=lambda told: Scripted(text=told.half, error=ModelUnavailable("It broke off.", retryable=True)),
        spares=True,
    ),
    answered("malformed", "answers with broken JSON", lambda answer: json.dumps(answer)[:-20] + "}]]", spares=True),
    answered("prose", "answers with prose", lambda _: "I would rather talk about the sea."),
    answered("another schema", "answers in a schema of its own", lambda _: {"answer": {"summary": "All is well."}}),
    answered("no such passages", "cites passages that there are not", without_passages, heals=True),
    answered("nothing true", "says only what no source says", all_false),
    answered("hundred items", "answers with twenty times as many items", hundredfold, heals=True),
    answered("ten megabytes", "answers with ten megabytes", ten_megabytes, spares=True),
    answered("empty object", "answers with {}", lambda _: {}),
    answered("empty strings", "answers with empty strings", without_words),
    answered("nothing", "answers with nothing", lambda _: ""),
    answered("nulls", "answers null everywhere", dict.fromkeys),
    answered("empty lists", "answers with empty lists", lambda answer: {name: [] for name in answer}),
    answered("same again", "says each thing twice", twice, heals=True),
    answered("endless nesting", "opens bracket after bracket", endless),
)


class Outcome(msgspec.Struct, frozen=True):
    """What became of a card."""

    card: Card
    office: Newsroom
    requests: int


async def suffer(fault: Fault, stages: Collection[str], *, wire: bool) -> Outcome:
    """Make the sample's card while these stages fail so. Nobody mends, so what was refused stays refused."""
    async with (_on_the_wire if wire else _scripted)(fault, stages) as (model, asked):
        office = Newsroom(model)
        return Outcome(await office.make(), office, asked())


@asynccontextmanager
async def _scripted(fault: Fault, stages: Collection[str]) -> AsyncIterator[tuple[Model, Callable[[], int]]]:
    before: Counter[str] = Counter()

    def script(request: ModelRequest) -> Script:
        told = _told(request, before)
        return fault.scripted(told) if fault.scripted and request.stage in stages else told.text

    model = ScriptedModel(script, piece=200_000)
    yield model, lambda: len(model.asked)


@asynccontextmanager
async def _on_the_wire(fault: Fault, stages: Collection[str]) -> AsyncIterator[tuple[Model, Callable[[], int]]]:
    before: Counter[str] = Counter()

    def script(asked: Asked) -> Exchange:
        request = request_of(asked)
        told = _told(request, before)
        return fault.wire(told) if request.stage in stages else told.say(told.text)

    async with StubModelServer(script).running() as server:
        model = AnthropicModel(
            api_key=None, base_url=server.url, models=MODELS, prices=LIST_PRICES, timeout_s=fault.timeout_s,
            dialects=Dialects(),
        )  # fmt: skip
        try:
            yield model, lambda: len(server.asked)
        finally:
            await model.close()


def _told(request: ModelRequest, before: Counter[str]) -> Told:
    before[request.stage] += 1
    length = sum(len(part.text.encode()) for part in (*request.system, *request.parts))
    return Told(answer_well(request), before[request.stage] - 1, length // BYTES_PER_TOKEN)


def request_of(asked: Asked) -> ModelRequest:
    """The question in an HTTP request."""
    system = tuple(PromptPart(part["text"]) for part in asked.body.get("system", []))
    parts = tuple(PromptPart(part["text"]) for part in asked.body["messages"][0]["content"])
    tasks = {name: text[:40] for name, text in load_prompts().items() if name in (*STAGES, "repair")}
    stage = next(name for name, task in tasks.items() if any(part.text.startswith(task) for part in parts))
    most = asked.body["max_tokens"]
    return ModelRequest(
        role="write", stage=stage, system=system, parts=parts, schema={}, schema_name=stage, max_tokens=most
    )
