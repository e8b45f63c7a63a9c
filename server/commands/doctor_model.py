"""The model and its money, as `threadproof doctor` sees them. Costs no tokens."""

import asyncio
from collections.abc import Iterator

from server.commands.findings import Finding, place
from server.core.errors import InsightError, ModelUnavailable
from server.core.money import find_price
from server.settings import Settings

ANTHROPIC = "Anthropic"


def examine_model(settings: Settings, redis_url: str | None) -> Iterator[Finding]:
    """Nothing here is ever "down": without a model, cards are written all the same."""
    if not settings.anthropic_api_key and not settings.anthropic_base_url:
        yield Finding(
            "note",
            "writer",
            "extractive: quotes the best sentences, no model",
            "Set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL for a server of your own.",
        )
        return
    yield _server(settings)
    yield from _prices(settings)
    yield _budget(settings, redis_url)


def _server(settings: Settings) -> Finding:
    where = place(settings.anthropic_base_url) if settings.anthropic_base_url else ANTHROPIC
    what = f"{settings.scout_model} and {settings.writer_model} at {where}"
    try:
        asyncio.run(_ask_model(settings))
    except ModelUnavailable as error:
        return Finding("note", "model", f"{what}; cards are written without it meanwhile", error.message)
    return Finding("ok", "model", what)


async def _ask_model(settings: Settings) -> None:
    from workers.adapters.anthropic_model import AnthropicModel

    model = AnthropicModel(
        api_key=settings.anthropic_api_key,
        base_url=settings.anthropic_base_url,
        models=settings.models,
        prices=settings.price_table,
    )
    try:
        await model.check()
    finally:
        await model.close()


def _prices(settings: Settings) -> Iterator[Finding]:
    prices = settings.price_table
    roles = settings.models if settings.judge else {**settings.models, "judge": settings.scout_model}
    for model in sorted({model for model in roles.values() if find_price(model, prices) is None}):
        yield Finding(
            "note",
            "price",
            f"not known for {model}, so budgets count it like the dearest model there is",
            f"Set THREADPROOF_PRICES={model}=input/output (US dollars per million tokens), 0/0 if it is free.",
        )


def _budget(settings: Settings, redis_url: str | None) -> Finding:
    limits = (
        f"${settings.card_cap_usd:.2f} a card, ${settings.key_budget_usd:.2f} a key and "
        f"${settings.address_budget_usd:.2f} an address a day"
    )
    whole = f"${settings.day_budget_usd:.2f}"
    if redis_url is None:
        return Finding("ok", "budget", f"{whole} a day; {limits}")
    try:
        left = asyncio.run(_ask_budget(settings, redis_url))
    except InsightError as error:
        return Finding("note", "budget", f"{whole} a day; {limits}", error.message)
    return Finding("ok", "budget", f"${left:.2f} of {whole} left today; {limits}")


async def _ask_budget(settings: Settings, redis_url: str) -> float:
    from server.adapters.redis_budget import RedisBudget

    budget = RedisBudget(
        redis_url,
        day_usd=settings.day_budget_usd,
        key_usd=settings.key_budget_usd,
        address_usd=settings.address_budget_usd,
    )
    try:
        return await budget.left()
    finally:
        await budget.close()
