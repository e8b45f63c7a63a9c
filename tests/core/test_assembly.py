"""Verified claims become a card."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest

from server.core.assembly import METHOD, CardFacts, assemble_card, text_fragment_url
from server.core.card import (
    Card,
    CardId,
    ClaimDraft,
    DisputeDraft,
    Draft,
    EventDraft,
    ImplicationDraft,
    Provenance,
    Unread,
    list_claims,
)
from server.core.citations import verify_draft
from server.core.errors import ThreadTooThin
from server.core.source import Evidence
from tests.evidence import make_comment, make_draft_claim, make_evidence, make_page, make_thread
from tests.fakes import NOON, THREAD_URL

VOTE = "The Kestrel Point council voted 7 to 2 to relight the lamp."
LIT = "The lamp will be lit on 1 March 2026 after 28 dark years."
COST = "Relighting the lamp will cost 41,000 crowns over three years."
SEEN = "Ships off Kestrel Point saw the lamp being lit from 19 miles away."
COMMENT = "The lamp kept my boat off the rocks in 1997, and I would pay for it twice."
THREAD = make_thread(make_comment(COMMENT))
EVIDENCE = make_evidence(
    THREAD,
    make_page("courier", f"Lamp to shine again\n\n{VOTE} {LIT}"),
    make_page("unused", "Nobody needs this page\n\nIts bread is good and its bakery is old."),
    make_page("tidewire", f"Kestrel Point pays for its light\n\n{COST} {SEEN}"),
)
FACTS = CardFacts(
    id=CardId("kestrelpoint-001"),
    version=3,
    address="https://cards.example",
    thread=THREAD,
    lang="en",
    unread=(Unread(url="https://slow.example/", title=None, reason="no answer within 8 s"),),
    provenance=Provenance(
        writer="extractive", model=None, prompts=None, tokens=None, cost_usd=None, made_in_s=1.0, stages={}
    ),
    generated_at=NOON,
)


def said(source: int, words: str, text: str | None = None, **changes: Any) -> ClaimDraft:
    return make_draft_claim(EVIDENCE, source, words, text, "thread" if source == 1 else "web", **changes)


DRAFT = Draft(
    headline=said(2, "Lamp to shine again"),
    what_changed=said(2, VOTE),
    takeaways=(said(4, SEEN), said(4, COST), said(4, COST, COST.replace("41", "14"))),
    discussion=(said(1, COMMENT),),
)


def card_of(draft: Draft = DRAFT, evidence: Evidence = EVIDENCE, **changes: Any) -> Card:
    return assemble_card(verify_draft(draft, evidence), evidence, msgspec.structs.replace(FACTS, **changes))


def test_the_thread_is_source_1_and_cited_sources_follow_without_gaps() -> None:
    """What nobody cites is left out and the rest closes up, in the order of the evidence."""
    card = card_of()
    assert [(source.n, source.url) for source in card.sources] == [
        (1, THREAD_URL), (2, "https://courier.example/lamp"), (3, "https://tidewire.example/lamp"),
    ]  # fmt: skip
    assert [source.kind for source in card.sources] == ["thread", "article", "article"]
    assert card.insight is not None
    assert [c.source for claim in card.insight.takeaways for c in claim.citations] == [3, 3]


def test_the_thread_is_source_1_even_when_nothing_of_it_is_quoted() -> None:
    """With no quotes of its own."""
    card = card_of(msgspec.structs.replace(DRAFT, discussion=()))
    assert (card.sources[0].url, card.sources[0].quotes) == (THREAD_URL, ())


def test_every_citation_meets_its_quote_and_every_quote_a_citation() -> None:
    """Ids are unique within a source."""
    card = card_of()
    quotes = [(source.n, quote.id) for source in card.sources for quote in source.quotes]
    assert len(quotes) == len(set(quotes))
    assert {(c.source, c.quote) for _, claim in list_claims(card) for c in claim.citations} == set(quotes)


def test_every_quote_is_the_stored_text_at_its_place() -> None:
    """In code points, in the order of the text, and the digest is of that text."""
    texts = {source.document.url: source.document for source in EVIDENCE.sources}
    for source in card_of().sources:
        document = texts[source.url]
        assert source.sha256 == document.sha256
        assert [quote.start for quote in source.quotes] == sorted(quote.start for quote in source.quotes)
        for quote in source.quotes:
            assert quote.text == document.text[quote.start : quote.end]


def test_one_run_cited_twice_is_one_quote() -> None:
    """Two claims of one sentence share it; two runs that overlap are two."""
    march = "The lamp will be lit on 1 March 2026"
    half = said(2, march, "The lamp will be lit in March of 2026, says the Courier.")
    card = card_of(msgspec.structs.replace(DRAFT, takeaways=(said(2, LIT), said(2, LIT)), technical=(half,)))
    assert [quote.text for quote in card.sources[1].quotes] == ["Lamp to shine again", VOTE, march, LIT]


def test_a_comments_quote_is_its_speakers_and_leads_to_its_permalink() -> None:
    """A page's own words have no speaker but the page and lead to the passage."""
    card = card_of()
    (comment,) = card.sources[0].quotes
    assert (comment.by, comment.url) == ("neighbour_1", f"{THREAD_URL}c1/")
    assert all(quote.by is None for quote in card.sources[1].quotes)
    assert all(quote.url.startswith("https://courier.example/lamp#:~:text=") for quote in card.sources[1].quotes)


def test_more_than_26_quotes_of_a_source_keep_their_ids_apart() -> None:
    """a to z, then aa, ab."""
    sentences = [f"The lamp of tower number {n} was lit by keeper number {n}." for n in range(1, 31)]
    evidence = make_evidence(THREAD, make_page("towers", "Thirty towers are lit\n\n" + " ".join(sentences)))
    claims = tuple(make_draft_claim(evidence, 2, sentence) for sentence in sentences)
    draft = Draft(headline=claims[0], what_changed=claims[0], takeaways=claims)
    ids = [quote.id for quote in card_of(draft, evidence).sources[1].quotes]
    assert ids[:2] + ids[25:28] == ["a", "b", "z", "aa", "ab"]
    assert len(set(ids)) == 30


def test_the_tally_adds_up() -> None:
    """Supported, partial and dropped are all the claims there were, and the card shows the first two."""
    lone = EventDraft(date="2026", event=said(2, LIT))
    dispute = DisputeDraft(about="Cost", sides=(said(4, COST), said(2, VOTE, VOTE.replace("7", "8"))))
    card = card_of(msgspec.structs.replace(DRAFT, timeline=(lone,), disputed=(dispute,)))
    tally = card.verification
    shown = [claim for _, claim in list_claims(card)]
    assert tally.claims == tally.supported + tally.partial + tally.dropped
    assert tally.supported == sum(claim.support == "supported" for claim in shown) == 5
    assert tally.dropped == 4
    assert tally.corroborated == sum(claim.corroborated for claim in shown) == 0
    assert tally.method == METHOD


def test_a_card_made_without_the_web_says_why() -> None:
    """Beside how it was verified."""
    method = card_of(without_web="The search provider is down.").verification.method
    assert method.startswith(METHOD)
    assert method.endswith("Written without the web: The search provider is down.")


def test_sections_that_are_empty_are_null() -> None:
    """Neither an empty insight nor an empty discussion is shown."""
    bare = card_of(Draft(headline=DRAFT.headline, what_changed=DRAFT.what_changed))
    assert (bare.hook, bare.insight, bare.discussion, bare.disputed, bare.tldr.why_it_matters) == (
        None, None, None, (), None,
    )  # fmt: skip
    timeline = (EventDraft(date="2026-02", event=said(2, LIT)), EventDraft(date="2026", event=said(4, COST)))
    dated = card_of(msgspec.structs.replace(DRAFT, takeaways=(), timeline=timeline))
    assert dated.insight is not None
    assert [entry.date for entry in dated.insight.timeline] == ["2026", "2026-02"]


def test_all_sections_come_through_in_their_places() -> None:
    """Each claim once, in reading order."""
    draft = msgspec.structs.replace(
        DRAFT,
        hook=said(2, LIT),
        why_it_matters=said(4, SEEN),
        what_to_do_next=(said(4, COST),),
        who_should_care=("Everyone",),
        technical=(said(4, COST, label="Cost"),),
        implications=(ImplicationDraft(prediction="More ships will call", rationale=said(4, COST)),),
        disputed=(DisputeDraft(about="Cost", sides=(said(4, COST), said(2, LIT)), note=said(2, VOTE)),),
    )
    card = card_of(draft)
    assert [section for section, _ in list_claims(card)] == [
        "headline", "hook", "what_changed", "why_it_matters", "what_to_do_next", "takeaways", "takeaways", "technical",
        "discussion", "disputed", "disputed", "disputed", "implications",
    ]  # fmt: skip
    assert card.tldr.who_should_care == ("Everyone",)
    assert card.insight is not None
    assert card.insight.implications[0].prediction == "More ships will call"
    assert card.insight.technical[0].label == "Cost"


def test_a_card_needs_a_headline_and_a_sentence() -> None:
    """ThreadTooThin says what to do."""
    wrong = said(2, VOTE, VOTE.replace("7", "8"))
    with pytest.raises(ThreadTooThin, match="Try again"):
        card_of(Draft(headline=DRAFT.headline, what_changed=wrong))


def test_the_facts_of_the_making_are_told() -> None:
    """Id, version, address, language, status, what was not read, and how long after posting."""
    card = card_of(status="partial", lang="de")
    assert (card.id, card.version, card.lang, card.status, card.unread) == (FACTS.id, 3, "de", "partial", FACTS.unread)
    assert card.permalink == "https://cards.example/c/kestrelpoint-001-lamp-to-shine-again"
    assert card.collected_after_s == 4 * 3600
    assert (card.freshness, card.fresh_until) == ("fresh", NOON + timedelta(hours=1))
    assert (card.thread.title, card.thread.author, card.capture) == (THREAD.title, THREAD.author, THREAD.capture)


def test_a_thread_from_the_future_or_of_no_date_is_told_so() -> None:
    """A clock that is ahead gives no time before posting, and no date gives none at all."""
    ahead = msgspec.structs.replace(THREAD, posted_at=NOON + timedelta(minutes=3))
    assert card_of(thread=ahead).collected_after_s == 0
    assert card_of(thread=msgspec.structs.replace(THREAD, posted_at=None)).collected_after_s is None


def test_a_card_is_json() -> None:
    """And comes back as it was."""
    card = card_of()
    assert msgspec.json.decode(msgspec.json.encode(card), type=Card) == card


# ---- text fragments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("The lamp is lit", "The%20lamp%20is%20lit"),
        ("well-lit, oil & rope", "well%2Dlit%2C%20oil%20%26%20rope"),
        ("50% of #1 at a/b?c=d", "50%25%20of%20%231%20at%20a%2Fb%3Fc%3Dd"),
        ("Kéy 灯台", "K%C3%A9y%20%E7%81%AF%E5%8F%B0"),
        ("  two \t spaces\u00a0here ", "two%20spaces%20here"),
        ("first line\nsecond line", "first%20line"),
        ("\n\nfirst line\nsecond", "first%20line"),
        (
            "one two three four five six seven eight nine ten eleven twelve",
            "one%20two%20three%20four%20five%20six,eight%20nine%20ten%20eleven%20twelve",
        ),
        (
            "one two-2 three, four five six seven eight nine ten eleven",
            "one%20two%2D2%20three%2C%20four%20five%20six,seven%20eight%20nine%20ten%20eleven",
        ),
    ],
)
def test_a_passage_is_addressed_as_the_specification_asks(text: str, fragment: str) -> None:
    """Commas, dashes and ampersands of the text are encoded; the one bare comma parts a long passage's ends."""
    assert text_fragment_url("https://a.example/p", text) == f"https://a.example/p#:~:text={fragment}"


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://a.example/p#top", "https://a.example/p#top:~:text="),
        ("https://a.example/p?q=1", "https://a.example/p?q=1#:~:text="),
        ("https://a.example/p#", "https://a.example/p#:~:text="),
        ("https://a.example/p#:~:text=other", "https://a.example/p#:~:text="),
        ("https://a.example/p#top:~:text=other", "https://a.example/p#top:~:text="),
    ],
)
def test_a_fragment_that_is_there_already_is_kept_and_a_directive_replaced(url: str, base: str) -> None:
    """One "#" and one directive an address."""
    assert text_fragment_url(url, "lit") == f"{base}lit"


def test_the_words_of_a_fragment_can_be_read_back() -> None:
    """Decoding gives the words of the passage."""
    passage = "“Oil, rope & 50% sails—all well-lit” 灯台 مرحبا 🚀"
    _, _, fragment = text_fragment_url("https://a.example/", passage).partition("text=")
    assert unquote(fragment) == passage
    assert not set(fragment) & set(",-& \"'<>#")
