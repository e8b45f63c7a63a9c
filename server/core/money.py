"""What a model's tokens cost, and what a card may.

List prices of Anthropic's API in US dollars per million tokens, as its own pricing page and model pages printed them:
https://platform.claude.com/docs/en/about-claude/pricing and …/docs/en/models/haiku-5-5/overview, read in copies of
October 2026 and looked up on 2026-11-24. They hold Haiku 5.5 (7 October, two bands by the prompt's length) and Sonnet
5.5's cheaper cache reads (from 7 October). No price was to be found for Fable 5.2, Mythos 5.2 and Mythos Preview, so
they have none here. Gateways and clouds charge their own.
"""

import hashlib
import ipaddress
import math
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from server.core.choosing import estimate_tokens
from server.core.errors import InvalidSetting
from server.core.model import ModelRequest, Spending, Usage

MILLION = 1_000_000
ANY = "*"
DENSER = 1.6  # 1M tokens are some 2.5M characters with the tokenizer of Opus 4.7 and later; estimates count by four
FRAMING_TOKENS = 400  # what the server adds around a schema and a message
_DATED = re.compile(r"-\d{8}$")
_RATE = re.compile(r"\d{1,6}(?:\.\d{1,6})?")


class Price(msgspec.Struct, frozen=True):
    """US dollars for a million tokens; `cache_write` for one that lives five minutes.

    Where a prompt of more than `long_above` tokens is charged otherwise, answer included, `long` tells how.
    """

    input: float
    output: float
    cache_write: float
    cache_read: float
    long_above: int | None = None
    long: "Price | None" = None

    def of(self, usage: Usage) -> float:
        """US dollars."""
        if self.long is not None and self.long_above is not None and usage.prompt_tokens > self.long_above:
            return self.long.of(usage)
        return (
            usage.input_tokens * self.input
            + usage.output_tokens * self.output
            + usage.cache_write_tokens * self.cache_write
            + usage.cache_read_tokens * self.cache_read
        ) / MILLION


Prices = Mapping[str, Price]


def _list_price(per_input: float, per_output: float, reads: float = 0.1) -> Price:
    """Writing the cache costs a quarter more than reading afresh; reading it a tenth unless a model says otherwise."""
    return Price(per_input, per_output, per_input * 1.25, per_input * reads)


_OPUS = _list_price(5, 25)
_SONNET_4 = _list_price(3, 15)

LIST_PRICES: Prices = {
    "claude-fable-5-1": _list_price(10, 50, 0.025),
    "claude-mythos-5-1": _list_price(10, 50, 0.025),
    "claude-fable-5": _list_price(10, 50),
    "claude-mythos-5": _list_price(10, 50),
    "claude-opus-5-5": _list_price(4, 20, 0.05),
    "claude-opus-5": _OPUS,
    "claude-opus-4-8": _OPUS,
    "claude-opus-4-7": _OPUS,
    "claude-opus-4-6": _OPUS,
    "claude-opus-4-5": _OPUS,
    "claude-sonnet-5-5": _list_price(2, 10, 0.05),
    "claude-sonnet-5": _list_price(2, 10),
    "claude-sonnet-4-6": _SONNET_4,
    "claude-sonnet-4-5": _SONNET_4,
    "claude-haiku-5-5": msgspec.structs.replace(_list_price(0.1, 0.5), long_above=100_000, long=_list_price(0.5, 2.5)),
    "claude-haiku-4-5": _list_price(1, 5),
}


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """Money put aside. It belongs to the day on which it was made, whenever it is settled."""

    id: str
    usd: float
    day: str  # 2026-11-24, UTC
    key: str | None = None
    address: str | None = None


class Payer(msgspec.Struct, frozen=True):
    """Whose budgets a card counts against, besides the day's: a key's, or an address's where there was no key.

    Both are None for the operator's own use of their own machine. `address` is never the address itself.
    """

    key: str | None = None
    address: str | None = None  # see `hide_address`


THE_DAY_ALONE = Payer()


def hide_address(address: str, at: datetime) -> str:
    """What may be kept of an address while a job is under way: a digest that tells nothing on another day (UTC)."""
    day = at.astimezone(UTC).date().isoformat()
    return hashlib.sha256(f"{day} {payer_of(address)}".encode("utf-8", "surrogatepass")).hexdigest()[:24]


@lru_cache(4096)
def payer_of(address: str) -> str:
    """Who an address stands for: itself, or the /64 network of an IPv6 one, where one house has all of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)


def micros(usd: float) -> int:
    """Millionths of a dollar, which add up exactly; rounded up, never below zero. ValueError for what is no amount."""
    if not math.isfinite(usd):
        raise ValueError(f"{usd} is no amount of money")
    return max(0, math.ceil(round(usd * MILLION, 3)))


def parse_prices(text: str | None) -> Prices:
    """The list prices, and over them what a setting names: "my-model=0.5/1.5,other=3/15".

    A third and a fourth number are for writing and reading the cache, which else cost 1.25 and 0.1 times the input.
    "*" is every model that is not named. InvalidSetting shows what could not be read.
    """
    named: dict[str, Price] = {}
    for entry in (part.strip() for part in (text or "").split(",")):
        if not entry:
            continue
        model, _, rates = entry.rpartition("=")
        numbers = [rate.strip() for rate in rates.split("/")]
        if not model.strip() or len(numbers) not in (2, 3, 4) or not all(map(_RATE.fullmatch, numbers)):
            raise InvalidSetting(
                f"THREADPROOF_PRICES: {entry!r} is not model=input/output in US dollars per million tokens, "
                "such as my-model=0.5/1.5. See .env.example for what it may hold."
            )
        plain = _list_price(float(numbers[0]), float(numbers[1]))
        cached = dict(zip(("cache_write", "cache_read"), map(float, numbers[2:]), strict=False))
        named[model.strip()] = msgspec.structs.replace(plain, **cached)
    return {**LIST_PRICES, **named}


def find_price(model: str, prices: Prices) -> Price | None:
    """By the model's id, with or without the date at its end; None where nobody told."""
    return prices.get(model) or prices.get(_DATED.sub("", model)) or prices.get(ANY)


def cost_of(usage: Usage, model: str, prices: Prices) -> float | None:
    """US dollars; None where the model's price is not known."""
    price = find_price(model, prices)
    return price.of(usage) if price else None


def charged_usd(usage: Usage, model: str, prices: Prices) -> float:
    """What budgets count: where the price is not known, at the dearest there is, so that they hold all the same."""
    cost = cost_of(usage, model, prices)
    return max((price.of(usage) for price in prices.values()), default=0.0) if cost is None else cost


def estimate_usd(request: ModelRequest, model: str, prices: Prices) -> float:
    """What one HTTP request may cost at most: nothing comes from the cache, and `max_tokens` are written."""
    schema = msgspec.json.encode(request.schema).decode()
    texts = (*(part.text for part in (*request.system, *request.parts)), schema)
    prompt = FRAMING_TOKENS + int(DENSER * sum(map(estimate_tokens, texts)))
    caches = any(part.cached for part in (*request.system, *request.parts))
    read = Usage(cache_write_tokens=prompt) if caches else Usage(input_tokens=prompt)
    return charged_usd(read + Usage(output_tokens=request.max_tokens), model, prices)


class CardMeter:
    """What one card has spent, stage by stage, against its cap."""

    def __init__(self, cap_usd: float, prices: Prices) -> None:
        self._cap_usd, self._prices = cap_usd, prices
        self._spendings: list[Spending] = []
        self._held_usd = 0.0

    @property
    def spendings(self) -> tuple[Spending, ...]:
        """All of them, in order."""
        return tuple(self._spendings)

    def add(self, spending: Spending) -> None:
        """Book it. `Model.ask` takes this method as its `spent`."""
        self._spendings.append(spending)

    def total(self) -> float:
        """US dollars that count against the cap; unknown prices count as the dearest there is."""
        return sum(
            charged_usd(each.usage, each.model, self._prices) if each.usd is None else each.usd
            for each in self._spendings
        )

    def cost_usd(self) -> float | None:
        """What a card tells: None as soon as one of its spendings has no known price."""
        known = [each.usd for each in self._spendings if each.usd is not None]
        return sum(known) if len(known) == len(self._spendings) else None

    def would_exceed(self, estimate_usd: float) -> bool:
        """Whether it would cross the cap, beside what is spent and held."""
        return micros(self.total() + self._held_usd + estimate_usd) > micros(self._cap_usd)

    def hold(self, estimate_usd: float) -> bool:
        """Put an estimate aside for a request under way, so that requests side by side cannot cross the cap together.

        False, and nothing is held, where it would cross it.
        """
        if self.would_exceed(estimate_usd):
            return False
        self._held_usd += estimate_usd
        return True

    def release(self, estimate_usd: float) -> None:
        """The request is over, and what it really cost has been added."""
        self._held_usd = max(0.0, self._held_usd - estimate_usd)

    def tokens(self) -> dict[str, int]:
        """All tokens, read and written, by stage."""
        count: Counter[str] = Counter()
        for each in self._spendings:
            count[each.stage] += each.usage.prompt_tokens + each.usage.output_tokens
        return dict(count)
