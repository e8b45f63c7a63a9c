"""What tokens cost, what a setting may say of it, and what one card may spend."""

from typing import Any, get_args

import pytest
from anthropic.types import ModelParam

from server.core.errors import InvalidSetting
from server.core.model import ModelRequest, PromptPart, Spending, Usage
from server.core.money import (
    LIST_PRICES,
    CardMeter,
    Price,
    charged_usd,
    cost_of,
    estimate_usd,
    find_price,
    micros,
    parse_prices,
    payer_of,
)
from server.settings import Settings

MILLION = 1_000_000
WITHOUT_PRICE = {"claude-fable-5-2", "claude-mythos-5-2", "claude-mythos-preview"}  # none could be found


def make_request(**changes: Any) -> ModelRequest:
    """A small question."""
    fields: dict[str, Any] = {
        "role": "write",
        "stage": "takeaways",
        "system": (PromptPart("s" * 4000, cached=True),),
        "parts": (PromptPart("p" * 4000),),
        "schema": {"type": "object", "properties": {}},
        "schema_name": "takeaways",
        "max_tokens": 1000,
    }
    return ModelRequest(**{**fields, **changes})


# ---- prices ----------------------------------------------------------------------------------------------


def test_every_model_of_the_sdk_has_a_price_or_is_known_to_have_none() -> None:
    """A later version of the SDK with a new model fails here, so that somebody looks the price up."""
    names = {name for each in get_args(ModelParam) for name in get_args(each)}
    assert len(names) > 15
    assert {name for name in names if find_price(name, LIST_PRICES) is None} == WITHOUT_PRICE


def test_the_models_that_settings_name_have_a_price() -> None:
    """Else a fresh start would count them at the dearest."""
    models = Settings.from_env({}).models
    assert set(models) == {"scout", "write", "repair", "judge"}
    assert all(find_price(model, LIST_PRICES) for model in models.values())


@pytest.mark.parametrize(
    ("model", "usage", "usd"),
    [
        ("claude-sonnet-5-5", Usage(MILLION, 0), 2.0),
        ("claude-sonnet-5-5", Usage(0, MILLION), 10.0),
        ("claude-sonnet-5-5", Usage(0, 0, MILLION, 0), 0.1),
        ("claude-sonnet-5-5", Usage(0, 0, 0, MILLION), 2.5),
        ("claude-opus-5-5", Usage(1000, 1000, 1000, 1000), 0.0292),
        ("claude-haiku-4-5-20251001", Usage(1000, 1000), 0.006),
        ("claude-haiku-5-5", Usage(100_000, 1000), 0.0105),
        ("claude-haiku-5-5", Usage(100_001, 1000), 0.0525005),
        ("claude-haiku-5-5", Usage(1, 0, 60_000, 60_000), 0.0405005),
    ],
)
def test_cost_is_counted_by_the_list(model: str, usage: Usage, usd: float) -> None:
    """Input, output, cache; Haiku 5.5 by the length of the whole prompt."""
    assert cost_of(usage, model, LIST_PRICES) == pytest.approx(usd)


def test_a_model_without_a_price_costs_nobody_knows_what_and_counts_as_the_dearest() -> None:
    """So budgets hold, and cards do not claim what they cannot know."""
    usage = Usage(1000, 1000)
    assert cost_of(usage, "qwen3:8b", LIST_PRICES) is None
    assert charged_usd(usage, "qwen3:8b", LIST_PRICES) == pytest.approx(0.06)
    assert charged_usd(usage, "claude-opus-5", LIST_PRICES) == pytest.approx(0.03)
    assert charged_usd(usage, "anything", {}) == 0


def test_a_name_like_a_models_is_not_that_model() -> None:
    """A gateway's own price is not ours to guess."""
    for name in (
        "anthropic/claude-sonnet-5-5",
        "claude-sonnet-5-5-fast",
        "claude-sonnet-5-5-2026",
        "CLAUDE-SONNET-5-5",
    ):
        assert find_price(name, LIST_PRICES) is None


def test_a_setting_names_prices_over_the_list() -> None:
    """The rest of the list stays; the cache costs its usual shares unless it is told."""
    prices = parse_prices("my-model=0.5/1.5, qwen3:8b = 0/0 ,claude-sonnet-5-5=3/15/3.75/0.3,")
    assert prices["my-model"] == Price(0.5, 1.5, 0.625, 0.05)
    assert charged_usd(Usage(MILLION, MILLION, MILLION, MILLION), "qwen3:8b", prices) == 0
    assert prices["claude-sonnet-5-5"] == Price(3, 15, 3.75, 0.3)
    assert prices["claude-opus-5"] == LIST_PRICES["claude-opus-5"]
    assert parse_prices(None) == parse_prices(" ") == LIST_PRICES


def test_a_star_is_every_model_that_is_not_named() -> None:
    """For a server of one's own where nothing costs anything."""
    prices = parse_prices("*=0/0")
    assert cost_of(Usage(1000, 1000), "whatever", prices) == 0
    assert cost_of(Usage(1000, 0), "claude-sonnet-5-5", prices) == pytest.approx(0.002)


def test_a_models_own_price_may_hold_an_equals_sign_in_its_name() -> None:
    """The last one counts."""
    assert parse_prices("a=b=1/2")["a=b"].output == 2


@pytest.mark.parametrize(
    "text",
    ["my-model", "my-model=1", "=1/2", "m=1/2/3/4/5", "m=-1/2", "m=nan/1", "m=1e3/1", "m=1/", "m=one/two", "m=1;2"],
)
def test_a_price_that_cannot_be_read_is_said_when_settings_are_read(text: str) -> None:
    """Not in the middle of the first card."""
    with pytest.raises(InvalidSetting, match="THREADPROOF_PRICES"):
        Settings.from_env({"THREADPROOF_PRICES": text})
    with pytest.raises(InvalidSetting, match=r"\.env\.example"):
        parse_prices(text)


def test_the_settings_price_table_is_the_operators() -> None:
    """It is what adapters and meters are handed."""
    assert Settings.from_env({"THREADPROOF_PRICES": "x=1/2"}).price_table["x"].input == 1


# ---- estimates -------------------------------------------------------------------------------------------


def test_an_estimate_is_no_less_than_what_a_full_answer_costs() -> None:
    """Nothing from the cache, everything written, and more tokens than four characters each would make."""
    estimate = estimate_usd(make_request(), "claude-sonnet-5-5", LIST_PRICES)
    real = cost_of(
        Usage(input_tokens=1600, output_tokens=1000, cache_write_tokens=1600), "claude-sonnet-5-5", LIST_PRICES
    )
    assert real is not None
    assert real < estimate < 2 * real


def test_an_estimate_grows_with_all_that_is_sent_and_may_be_written() -> None:
    """Prompt, schema, length of the answer; and what is cached costs more to write."""
    plain = make_request(system=(PromptPart("s" * 4000),))
    base = estimate_usd(plain, "claude-sonnet-5-5", LIST_PRICES)
    for changed in (
        make_request(),
        make_request(system=(PromptPart("s" * 8000),)),
        make_request(system=(PromptPart("s" * 4000),), parts=(PromptPart("p" * 8000),)),
        make_request(system=(PromptPart("s" * 4000),), max_tokens=2000),
        make_request(system=(PromptPart("s" * 4000),), schema={"description": "d" * 4000}),
    ):
        assert estimate_usd(changed, "claude-sonnet-5-5", LIST_PRICES) > base


def test_an_estimate_without_a_price_is_the_dearest() -> None:
    """As its cost will be counted."""
    request = make_request()
    assert estimate_usd(request, "unheard-of", LIST_PRICES) == estimate_usd(request, "claude-fable-5", LIST_PRICES)
    assert estimate_usd(request, "unheard-of", parse_prices("*=0/0")) == 0


# ---- the card's meter ------------------------------------------------------------------------------------


def spend(stage: str, usd: float | None, *, model: str = "m", usage: Usage | None = None) -> Spending:
    """One request's; of 20 tokens where nothing else is said."""
    return Spending(stage, model, usage or Usage(10, 5, 3, 2), usd)


def test_a_meter_keeps_tokens_by_stage() -> None:
    """Read and written, cached or not."""
    meter = CardMeter(0.3, LIST_PRICES)
    for stage in ("scout", "takeaways", "scout"):
        meter.add(spend(stage, 0.01))
    assert meter.tokens() == {"scout": 40, "takeaways": 20}
    assert meter.total() == pytest.approx(0.03)
    assert meter.cost_usd() == pytest.approx(0.03)
    assert [each.stage for each in meter.spendings] == ["scout", "takeaways", "scout"]


def test_an_untouched_meter_has_cost_nothing() -> None:
    """Zero is known."""
    meter = CardMeter(0.3, LIST_PRICES)
    assert (meter.total(), meter.cost_usd(), meter.tokens()) == (0, 0, {})


def test_one_unknown_price_makes_the_cards_cost_unknown_and_counts_all_the_same() -> None:
    """A card does not tell half of its cost."""
    meter = CardMeter(0.3, LIST_PRICES)
    meter.add(spend("scout", 0.01))
    meter.add(spend("takeaways", None, model="qwen3:8b", usage=Usage(1000, 1000)))
    assert meter.cost_usd() is None
    assert meter.total() == pytest.approx(0.07)


def test_the_cap_may_be_reached_and_not_crossed() -> None:
    """With what is spent and what is under way."""
    meter = CardMeter(0.3, LIST_PRICES)
    meter.add(spend("scout", 0.1))
    assert not meter.would_exceed(0.2)
    assert meter.would_exceed(0.2001)
    assert meter.hold(0.15)
    assert meter.would_exceed(0.06)
    assert not meter.hold(0.06)
    meter.release(0.15)
    assert meter.hold(0.2)


def test_a_release_gives_back_no_more_than_was_held() -> None:
    """Else a mistake would raise the cap."""
    meter = CardMeter(0.3, LIST_PRICES)
    meter.release(1.0)
    assert meter.would_exceed(0.31)


# ---- amounts and payers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usd", "amount"),
    [(0.1, 100_000), (0.3, 300_000), (1e-9, 1), (0.1000001, 100_001), (-5, 0), (0, 0), (12.5, 12_500_000)],
)
def test_amounts_are_whole_millionths_rounded_up(usd: float, amount: int) -> None:
    """So that they add up exactly, and no spending is too small to count."""
    assert micros(usd) == amount


@pytest.mark.parametrize(
    ("address", "payer"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
    ],
)
def test_a_payer_is_an_address_or_its_network(address: str, payer: str) -> None:
    """Spelled one way."""
    assert payer_of(address) == payer
