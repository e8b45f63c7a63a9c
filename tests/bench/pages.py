"""What a visit to a page costs its reader, bytes over the wire and unpacked, requests and nodes; and us, to render."""

import statistics
import time
from collections.abc import Iterator

import msgspec

from server.core.card import Card, CardId
from server.pages.card_page import CardPage, path_of
from server.pages.rendering import render
from tests.server.api.served import Served, load_case
from tests.server.pages.weights import weigh

TIMES = 60
CASE = load_case()


def measure() -> Iterator[tuple[str, str]]:
    """Lines for the table of `make bench`."""
    served = Served()
    cards = {"the invented card": CASE, "a card twice as long": twice(CASE)}
    for card in cards.values():
        served.save(card, url=f"https://example.org/{card.id}")
    paths = {f"permalink of {name}": path_of(card) for name, card in cards.items()}
    paths |= {
        "embed": f"/embed/{CASE.id}",
        "quoted passages of a source": f"/c/{CASE.id}/source/2",
        "front page": "/",
    }
    for name, path in paths.items():
        visit = weigh(served.client, path)
        unpacked = f"{visit.plain_bytes / 1000:.1f} kB"
        yield f"{name}: over the wire, unpacked", f"{visit.wire_bytes / 1000:.1f} kB, {unpacked}"
        yield f"{name}: requests, nodes", f"{len(visit.parts)}, {visit.nodes}"
    for name, card in cards.items():
        yield f"rendering {name}", f"{render_ms(card):.2f} ms CPU"


def twice(card: Card) -> Card:
    """With every takeaway, technical point, comment, event and source told twice."""
    insight, discussion = card.insight, card.discussion
    assert insight is not None
    assert discussion is not None
    last = len(card.sources)
    more = tuple(msgspec.structs.replace(source, n=source.n + last) for source in card.sources)
    return msgspec.structs.replace(
        card,
        id=CardId("twice00000000000"),
        insight=msgspec.structs.replace(
            insight,
            takeaways=insight.takeaways * 2,
            technical=insight.technical * 2,
            timeline=insight.timeline * 2,
            implications=insight.implications * 2,
        ),
        discussion=msgspec.structs.replace(discussion, points=discussion.points * 2),
        sources=card.sources + more,
    )


def render_ms(card: Card) -> float:
    """The median of this process's CPU time for one page, templates warm."""
    page = CardPage(card, path_of(card), 1)
    took: list[float] = []
    for _ in range(TIMES):
        began = time.process_time()
        render("permalink.html", page=page, canonical=card.permalink, recap_week=None)
        took.append(time.process_time() - began)
    return statistics.median(took) * 1000


if __name__ == "__main__":
    for what, figures in measure():
        print(f"{what:<58}{figures:>26}")
