"""What `threadproof doctor` says of the model and of the money."""

import asyncio
from pathlib import Path

import pytest

from server.commands.doctor_model import examine_model
from server.commands.findings import Finding
from server.settings import Settings
from tests.valkey import running_valkey
from tests.workers.adapters.stub_model_server import Exchange, StubModelServer, failure

pytestmark = pytest.mark.anyio
LISTED = Exchange(headers=(("content-type", "application/json"),), pieces=[b'{"data":[],"has_more":false}'])


async def examine(redis_url: str | None = None, **settings: object) -> dict[str, Finding]:
    """The report's lines by name, made outside this event loop as the command does."""
    read = Settings(data=Path("/nowhere"), **settings)  # type: ignore[arg-type]
    return {line.name: line for line in await asyncio.to_thread(lambda: list(examine_model(read, redis_url)))}


async def test_without_key_and_address_the_writer_is_extractive() -> None:
    """With what to set, and no word of money."""
    found = await examine()
    assert list(found) == ["writer"]
    assert "ANTHROPIC_API_KEY" in (found["writer"].step or "")


async def test_a_server_that_answers_is_fine() -> None:
    """Asked for its models, which costs nothing, and with the key."""
    async with StubModelServer([LISTED]).running() as server:
        found = await examine(anthropic_base_url=server.url, anthropic_api_key="sk-hush")
        assert [(asked.method, asked.path.partition("?")[0]) for asked in server.asked] == [("GET", "/v1/models")]
        assert server.asked[0].headers["authorization"] == "Bearer sk-hush"
    assert found["model"].state == "ok"
    assert "claude-haiku-5-5 and claude-sonnet-5-5" in found["model"].what


async def test_a_server_that_lists_no_models_is_there_all_the_same() -> None:
    """Not every one knows that address."""
    async with StubModelServer([failure(404, "not_found_error")]).running() as server:
        assert (await examine(anthropic_base_url=server.url))["model"].state == "ok"


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_refused_is_noted_and_not_shown(status: int) -> None:
    """Nothing is down: cards are written without a model."""
    async with StubModelServer([failure(status, "x", "no key sk-hush here")]).running() as server:
        model = (await examine(anthropic_base_url=server.url, anthropic_api_key="sk-hush"))["model"]
    assert model.state == "note"
    assert "ANTHROPIC_API_KEY" in (model.step or "")
    assert "hush" not in f"{model.what} {model.step}"


async def test_a_server_that_is_away_is_noted() -> None:
    """A password in its address stays out of the report."""
    model = (await examine(anthropic_base_url="http://me:sesame@127.0.0.1:9"))["model"]
    assert model.state == "note"
    assert "out of reach" in (model.step or "")
    assert "sesame" not in f"{model.what} {model.step}"


async def test_models_without_a_price_are_named_with_the_setting_that_gives_them_one() -> None:
    """The judge's only if it is asked."""
    names = {"writer_model": "qwen3:8b", "judge_model": "judge:1b", "anthropic_base_url": "http://127.0.0.1:9"}
    assert "THREADPROOF_PRICES=qwen3:8b=" in ((await examine(**names))["price"].step or "")
    assert "judge:1b" in ((await examine(**names, judge=True, prices="qwen3:8b=0/0"))["price"].step or "")
    assert "price" not in await examine(**names, prices="qwen3:8b=0/0")


async def test_the_days_budget_is_told_and_what_is_left_of_it() -> None:
    """Where a Redis keeps it; without one the limits alone."""
    where = {"anthropic_base_url": "http://127.0.0.1:9", "day_budget_usd": 4.0}
    assert (await examine(**where))["budget"].what.startswith("$4.00 a day; $0.30 a card")
    with running_valkey() as url:
        assert (await examine(url, **where))["budget"].what.startswith("$4.00 of $4.00 left today")
    budget = (await examine("redis://127.0.0.1:9/0", **where))["budget"]
    assert (budget.state, "no money is spent" in (budget.step or "")) == ("note", True)
