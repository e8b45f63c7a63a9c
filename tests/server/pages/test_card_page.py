"""How a card's figures and notes are worded and drawn."""

from typing import Any

import msgspec

from server.core.assembly import METHOD
from server.core.card import Verification
from server.pages.card_page import CardPage
from tests.server.api.served import Served, load_case
from tests.server.pages.hostile import parse, words

CASE = load_case()


def page(**counts: Any) -> CardPage:
    """The invented card with other counts."""
    usual = Verification(claims=10, supported=7, partial=1, dropped=2, corroborated=0, method=METHOD)
    return CardPage(msgspec.structs.replace(CASE, verification=msgspec.structs.replace(usual, **counts)))


def test_the_strip_has_a_mark_for_every_claim_in_three_runs() -> None:
    """Each run as long as its marks and the gaps between them; the strip as long as all."""
    strip = page().strip
    assert strip is not None
    assert [(run.fate, run.start, run.length) for run in strip.runs] == [
        ("supported", 0, 60), ("partial", 63, 6), ("dropped", 72, 15),
    ]  # fmt: skip
    assert strip.width == 87


def test_nothing_and_too_much_are_not_drawn() -> None:
    """The words beside the strip tell it all the same."""
    assert page(supported=0, partial=0, dropped=0).strip is None
    assert page(supported=200).strip is None
    assert [run.fate for run in page(supported=3, partial=0, dropped=0).strip.runs] == ["supported"]  # type: ignore[union-attr]


def test_why_a_card_is_less_than_it_could_be_stands_at_its_top() -> None:
    """And the way it was checked, below, without it."""
    reason = "Written without the web: no search service answered."
    told = page(method=f"{METHOD} {reason}")
    assert told.notices == [reason]
    assert ("Checked", METHOD) in told.receipt
    assert page().notices == []
    old = page(method="words and figures")
    assert old.notices == []
    assert ("Checked", "words and figures") in old.receipt


def test_the_notice_is_on_the_page() -> None:
    """Before the text begins."""
    served = Served()
    card = page(method=f"{METHOD} Quoted, not written: today's budget for model writing is used up.").card
    served.save(card)
    tree = parse(served.client.get(f"/c/{card.id}").text)
    assert "today's budget" in words(tree.xpath("//header//p[@class='notice']")[0].text_content())
    assert "today's budget" not in words(tree.xpath("//dl[@class='receipt']")[0].text_content())


def test_the_receipt_tells_writer_tokens_cost_and_time() -> None:
    """Tokens as a sum and by who used them; nothing of a model where none wrote."""
    rows = dict(CardPage(CASE).receipt)
    assert rows["Written by"] == "claude-sonnet-5-5"
    assert rows["Tokens"] == "44,186 (41,870 input, 2,316 output)"
    assert (rows["Cost"], rows["Time"]) == ("$0.0412", "9.3 s")
    made = msgspec.structs.replace(CASE.provenance, writer="extractive", model=None, tokens=None, cost_usd=0.0)
    rows = dict(CardPage(msgspec.structs.replace(CASE, provenance=made)).receipt)
    assert rows["Written by"] == "the extractive writer, no model"
    assert not {"Tokens", "Cost"} & rows.keys()


def test_a_long_headline_is_known_by_the_room_it_takes() -> None:
    """Ideographs count twice; who says it counts too."""

    def is_long(text: str, label: str | None = None) -> bool:
        headline = msgspec.structs.replace(CASE.headline, text=text, label=label)
        return CardPage(msgspec.structs.replace(CASE, headline=headline)).is_headline_long

    assert not is_long("x" * 90)
    assert is_long("x" * 91)
    assert is_long("x" * 60, "y" * 31)
    assert is_long("灯" * 46)
