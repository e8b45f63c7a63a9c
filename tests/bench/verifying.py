"""What verifying takes: a claim against its quotation, against a page, against a very long source, and locating."""

import statistics
import time
from collections.abc import Callable, Iterator

from server.core.locating import Locator
from server.core.support import Verifier, judge_support
from server.core.support.statement import statement

WORDS_OF_A_SOURCE = 200_000
PAGE = [
    f"Entry {n}: the keeper of lamp {n % 97} at Kestrel Point logged {n * 7} ships, {n % 13} storms and no wreck."
    for n in range(119)
]
CLAIMS = [
    f"The keeper of lamp {n % 97} at Kestrel Point logged {n * 7} ships and {n % 13} storms in entry {n}."
    for n in range(60)
]


def took_ms(run: Callable[[int], object], times: int) -> str:
    """Median and slowest of so many runs, in milliseconds of processor time."""
    spans: list[float] = []
    for n in range(times):
        began = time.process_time()
        run(n)
        spans.append((time.process_time() - began) * 1000)
    return f"{statistics.median(spans):,.2f} ms{max(spans):>10,.1f} ms"


def measure() -> Iterator[tuple[str, str]]:
    """Lines for the table of `make bench`."""

    def gate(n: int) -> object:
        statement.cache_clear()
        return judge_support(CLAIMS[n % 60], PAGE[n % 119], " ".join(PAGE[:4]))

    yield "a claim against its quotation", took_ms(gate, 300)
    yield "a claim against 119 sentences, read for it", took_ms(lambda n: Verifier(PAGE).judge(CLAIMS[n % 60]), 120)
    page = Verifier(PAGE)
    yield "another claim against the same sentences", took_ms(lambda n: page.judge(CLAIMS[n % 60]), 120)
    long = [f"{sentence} {n}" for n in range(WORDS_OF_A_SOURCE // 18 // 119) for sentence in PAGE]
    yield f"reading a source of {WORDS_OF_A_SOURCE:,} words", took_ms(lambda _: Verifier(long), 3)
    source = Verifier(long)
    yield "a claim against it", took_ms(lambda n: source.judge(CLAIMS[n % 60]), 60)
    text = " ".join(long)[:1_000_000]
    yield "folding a text of a megabyte", took_ms(lambda _: Locator(text), 5)
    locator = Locator(text)
    locator.locate("nothing of the kind stands anywhere in it")
    yield "locating a quotation in it", took_ms(lambda n: locator.locate(PAGE[n % 119].upper()), 60)
    yield (
        "not finding one with another number",
        took_ms(lambda n: locator.locate(f"{PAGE[n]} 1e9"[:-12] + " wrecks"), 60),
    )
