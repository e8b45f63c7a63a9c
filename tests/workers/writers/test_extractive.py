"""The writer without a model: whole sentences, each once, under the name of whoever says them."""

import re
import time
from collections.abc import Iterator
from functools import reduce
from typing import Any

import msgspec
import pytest

from server.core.card import AUDIENCES, CATEGORIES, ClaimDraft, Draft
from server.core.citations import list_checked, quoted, verify_draft
from server.core.dates import find_dates
from server.core.drafts import merge_drafts
from server.core.errors import ThreadTooThin
from server.core.source import Document, Evidence
from server.core.speech import plain_markup
from server.core.thread import Thread
from server.core.words import fold, word_count
from server.core.writing import Assignment, Refused
from tests.evidence import make_comment, make_evidence, make_page, make_thread
from tests.workers.writers.hostile import NASTY
from tests.workers.writers.lighthouse import COMMENTS, PILOTS, make_event, make_pages
from workers.writers.extractive import ExtractiveWriter, draft_claims, words_of, write_draft
from workers.writers.extractive.candidates import list_candidates

EVENT, EVIDENCE = make_event()
DRAFT = write_draft(EVENT, EVIDENCE)
RANGES = {  # an editor's, with the speaker in front; a headline or a title may be longer where nothing better is there
    "what_changed": (8, 30), "hook": (6, 20), "why_it_matters": (10, 27), "what_to_do_next": (8, 16),
    "takeaways": (10, 36), "technical": (15, 32), "discussion": (12, 25),
}  # fmt: skip


def shown(claim: ClaimDraft) -> str:
    return f"{claim.label}: {claim.text}" if claim.label else claim.text


def claims_of(draft: Draft, field: str) -> list[ClaimDraft]:
    value = getattr(draft, field)
    return [value] if isinstance(value, ClaimDraft) else list(value or ())


def quotes_of(claim: ClaimDraft, evidence: Evidence) -> Iterator[str]:
    for span in claim.spans:
        quote = quoted(span, evidence)
        assert quote is not None
        yield quote


def assert_holds(thread: Thread, evidence: Evidence) -> Draft:
    """Every claim passes the gate by words that stand in its source; none is said twice."""
    draft = write_draft(thread, evidence)
    checked = verify_draft(draft, evidence)
    assert checked.drops == ()
    said = [fold(claim.text) for claim in draft_claims(draft)]
    assert len(said) == len(set(said))
    return draft


def plain(text: str) -> str:
    return fold(plain_markup(text)).strip("\"'. ")


# ---- an event that pages tell ------------------------------------------------------------------------


def test_every_claim_of_the_event_holds() -> None:
    """By the same gate that makes the card."""
    assert_holds(EVENT, EVIDENCE)
    assert len(list_checked(verify_draft(DRAFT, EVIDENCE))) == len(draft_claims(DRAFT))


def test_the_lead_tells_the_event_with_its_date_and_numbers() -> None:
    """The headline names who did what; what changed is the page's own sentence."""
    assert "Kestrel Point council" in DRAFT.headline.text
    assert DRAFT.what_changed.text.startswith("On 23 February 2026, the Kestrel Point council voted 7 to 2")
    assert DRAFT.what_changed.kind == "web"


def test_claims_are_whole_sentences_of_their_source() -> None:
    """What is shown is what is quoted, marks and capitals aside."""
    for claim in draft_claims(DRAFT):
        first = next(quotes_of(claim, EVIDENCE))
        assert plain(claim.text) in plain(first), claim
    sentences = {c.text.strip("“”") for c in list_candidates(EVIDENCE)}
    for field in ("what_changed", "takeaways", "technical", "discussion"):
        for claim in claims_of(DRAFT, field):
            assert claim.text.strip("“”") in sentences


def test_lengths_keep_to_the_editors_ranges() -> None:
    """Speaker included."""
    for field, (fewest, most) in RANGES.items():
        for claim in claims_of(DRAFT, field):
            assert fewest <= word_count(shown(claim)) <= most, (field, shown(claim))
    assert 3 <= len(DRAFT.takeaways) <= 5
    assert len(DRAFT.what_to_do_next) <= 2
    assert len(DRAFT.technical) <= 4
    assert len(DRAFT.discussion) <= 3
    assert len(DRAFT.timeline) != 1
    assert words_of(DRAFT) <= 550


def test_category_and_audience_are_of_the_lists() -> None:
    """One category, one or two audiences."""
    assert DRAFT.category in CATEGORIES
    assert 1 <= len(DRAFT.who_should_care) <= 2
    assert set(DRAFT.who_should_care) <= set(AUDIENCES)


def test_a_commenter_in_the_first_person_is_quoted_by_name() -> None:
    """ "I" stands in quotation marks, never as the card's own voice."""
    for claim in draft_claims(DRAFT):
        if re.search(r"\b(?:I|my|we|our)\b", claim.text, re.IGNORECASE):
            assert claim.text.startswith("“")
            assert claim.label
    assert any(claim.text.startswith("“I lost my boat") and claim.label == "neighbour_3" for claim in DRAFT.discussion)


def test_the_discussion_is_the_commenters() -> None:
    """Each voice once, under its own name."""
    labels = [claim.label for claim in DRAFT.discussion]
    assert labels
    assert len(labels) == len(set(labels))
    for claim in DRAFT.discussion:
        assert claim.kind == "thread"
        assert claim.text.strip("“”") in COMMENTS


def test_the_thread_is_always_cited() -> None:
    """Source 1 never stands on the card for nothing."""
    assert any(span.source == 1 for claim in draft_claims(DRAFT) for span in claim.spans)


def test_the_same_evidence_gives_the_same_draft() -> None:
    """In the same process and through the port."""
    assert write_draft(*make_event()) == DRAFT == write_draft(*make_event())


@pytest.mark.anyio
async def test_the_writer_keeps_its_port() -> None:
    """It asks nothing, and proposes its draft part by part; a quotation keeps its language, whichever is asked for."""
    proposed: list[Draft] = []

    async def propose(section: str, part: Draft) -> tuple[Refused, ...]:
        proposed.append(part)
        return ()

    assignment = Assignment(thread=EVENT, evidence=EVIDENCE, lang="de", propose=propose)
    async with ExtractiveWriter().begin(assignment) as writing:
        assert [query async for query in writing.queries()] == []
        written = await writing.write(EVIDENCE)
    assert (written.writer, written.missing) == ("extractive", ())
    assert reduce(merge_drafts, proposed) == DRAFT


# ---- disputes ----------------------------------------------------------------------------------------

COUNT = "{} counted {} ships that passed Kestrel Point lighthouse last winter."


def disputed(one: str, two: str) -> Draft:
    pages = [make_page("alpha", f"Alpha counts the ships of the lighthouse\n\n{one}"),
             make_page("beta", f"Beta counts the ships of the lighthouse\n\n{two}")]  # fmt: skip
    return write_draft(*make_event(make_pages()[0], *pages))


def test_one_subject_with_another_number_is_a_dispute() -> None:
    """Both sides are shown, each by its own site."""
    (dispute,) = disputed(COUNT.format("Alpha", 412), COUNT.format("Beta", 398)).disputed
    assert dispute.about == "How many ships"
    assert {span.source for side in dispute.sides for span in side.spans} == {3, 4}


@pytest.mark.parametrize(
    "two",
    [
        COUNT.format("Beta", 412),
        "Beta counted 398 birds that nested near Osprey Bay lighthouse last summer.",
        "Beta counted 398 ships that passed Osprey Bay lighthouse last winter.",
        "Beta sold 398 lamps to the keepers of Kestrel Point last winter.",
    ],
    ids=["the same number", "another subject", "another place", "another noun"],
)
def test_another_subject_or_the_same_number_is_none(two: str) -> None:
    """Two facts are no contradiction."""
    assert disputed(COUNT.format("Alpha", 412), two).disputed == ()


# ---- timeline ----------------------------------------------------------------------------------------

DATED = """Osprey Lines and the lighthouse lamp of Kestrel Point

On 14 July 2025, a company offered a lamp made of glass to Kestrel Point.

In March 1998, a winter storm destroyed the lens of the Kestrel Point lighthouse.

On Monday the pilots of Kestrel Point launched a petition.

On 31 February 2024, the lamp of Kestrel Point was sold."""


def timeline(**changes: Any) -> dict[str, str]:
    draft = write_draft(*make_event(make_pages()[0], make_page("osprey", DATED, **changes)))
    return {entry.date: entry.event.text for entry in draft.timeline}


def test_events_are_dated_as_precisely_as_they_are_told_and_in_order() -> None:
    """A month stays a month; a day that does not exist dates nothing."""
    dates = timeline()
    assert "In March 1998" in dates["1998-03"]
    assert len(dates) > 1
    assert all(iso in {said.iso for said in find_dates(text, "2026-02-23")} for iso, text in dates.items())
    assert list(dates) == sorted(dates)
    assert not any("31 February" in text for text in dates.values())


def test_a_weekday_is_resolved_against_its_page_or_left_out() -> None:
    """Without the page's day, "on Monday" dates nothing."""
    assert "pilots" in timeline(published_at="2026-02-20").get("2026-02-16", "pilots")
    assert not any("On Monday" in text for text in timeline(published_at=None).values())


# ---- threads that are their own news -------------------------------------------------------------------

POST = (
    "I rebuilt the clockwork of the Kestrel Point lighthouse at home and learned to cast its 40 bronze gears myself. "
    "The clockwork turned the lens of Kestrel Point once in 90 seconds from 1851 until the storm of March 1998. "
    "My clockwork has run for 400 days in my kitchen and loses less than 2 seconds in a week."
)


def own_news(*pages: Document, **changes: Any) -> tuple[Thread, Evidence]:
    comments = [
        make_comment("The bronze gears of such a clockwork wear out because nobody oils them before winter.", 1),
        make_comment(
            "A clockwork like that turned the lens of my grandfather's lighthouse for 60 years.", 2, author=None
        ),
        make_comment("Bronze is wrong for gears of a clockwork, since steel lasts twice as long at sea.", 3),
        make_comment("The kitchen must sound like a clock tower with a clockwork running in it all night.", 4),
    ]
    thread = make_thread(*comments, title="My lighthouse clockwork has run for 400 days now", text=POST)
    thread = msgspec.structs.replace(thread, **changes)
    return thread, make_evidence(thread, *pages)


def test_background_never_becomes_the_headline_of_a_thread_that_is_its_own_news() -> None:
    """Old pages about lighthouses inform; the poster's words lead."""
    background = make_page("history", PILOTS, published_at="2019-05-01")
    draft = assert_holds(*own_news(background))
    assert {span.source for span in draft.headline.spans} == {1}
    assert {span.source for span in draft.what_changed.spans} == {1}
    assert draft.headline.kind == "thread"


def test_a_post_without_any_page_is_told_by_itself() -> None:
    """Headline, what changed and takeaways are the thread's."""
    draft = assert_holds(*own_news())
    claims = draft_claims(draft)
    assert len(claims) >= 4
    assert {claim.kind for claim in claims} == {"thread"}
    assert (draft.disputed, draft.implications) == ((), ())


def test_a_comment_whose_author_is_gone_is_never_the_posters() -> None:
    """It is a commenter's."""
    _, evidence = own_news()
    draft = write_draft(*own_news())
    gone = evidence.source(1).document.text.index("A clockwork like that turned")
    said = [c for c in draft_claims(draft) if any(s.source == 1 and gone <= s.start < gone + 60 for s in c.spans)]
    assert all("keeper_of_logs" not in (claim.label or "") for claim in said)
    assert all(claim.label == "A commenter" for claim in said)


def test_removed_and_deleted_comments_are_never_quoted() -> None:
    """Their text may still be in the data; it is not theirs to show."""
    thread = make_thread(
        make_comment("The lamp of Kestrel Point should be lit because 9 ships were lost there.", state="removed"),
        make_comment("The lamp of Kestrel Point should be sold since 9 keepers asked for it.", 2, state="deleted"),
    )
    draft = write_draft(thread, make_evidence(thread))
    assert not any("ships" in claim.text or "keepers" in claim.text for claim in draft_claims(draft))


def test_a_joke_with_only_a_title_cites_the_thread_and_tells_the_event() -> None:
    """The headline is the event's, the joke at most the hook."""
    thread = make_thread(title="lights off when you do it, lights on when we do it", comments=())
    draft = assert_holds(thread, make_evidence(thread, *make_pages()))
    assert any(span.source == 1 for claim in draft_claims(draft) for span in claim.spans)
    assert "lights off" not in draft.headline.text.lower()
    assert len(draft.takeaways) >= 3


def test_a_thread_with_a_title_and_nothing_else_is_still_written() -> None:
    """Title as headline; sections that have nothing are absent."""
    thread = make_thread()
    draft = write_draft(thread, make_evidence(thread))
    assert draft.headline.spans[0].source == 1
    assert (draft.why_it_matters, draft.takeaways, draft.technical, draft.implications, draft.timeline) == (
        None, (), (), (), (),
    )  # fmt: skip
    assert (draft.discussion, draft.disputed, draft.what_to_do_next) == ((), (), ())


def test_one_report_copied_by_many_sites_is_told_once() -> None:
    """Near-duplicates are on the card once."""
    council = make_pages()[0]
    copies = [make_page(f"copy{n}", council.text.replace("oil", "lamp oil")) for n in range(5)]
    draft = write_draft(*make_event(council, *copies))
    told = [claim for claim in draft_claims(draft) if claim not in (draft.headline, draft.hook)]
    texts = [frozenset(fold(claim.text).split()) for claim in told]
    for n, one in enumerate(texts):
        for two in texts[n + 1 :]:
            assert len(one & two) < 0.8 * min(len(one), len(two)), (one, two)


# ---- bad input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_hostile_texts_are_written_about_without_fault(text: str) -> None:
    """As comment, commenter, post, sentence of a page, its title, site, author, date; and as title above a comment."""
    began = time.perf_counter()
    pages = make_pages()
    odd = make_page("odd", f"{text or 'T'}\n\n{text}\n\nThe lamp is lit.", site=text, author=text, published_at=text)
    first = make_comment(COMMENTS[0])
    for thread, evidence in (
        make_event(*pages[:2], odd),
        make_event(*pages, text=text),
        *((t, make_evidence(t, pages[0])) for t in (make_thread(make_comment(text, author=text), first),)),
        *((t, make_evidence(t)) for t in (make_thread(first, title=text), make_thread(first, title=text, text=text))),
    ):
        verify_draft(write_draft(thread, evidence), evidence)
    assert time.perf_counter() - began < 3


@pytest.mark.parametrize("title", ["", " ", "\r\n"])
def test_a_blank_title_alone_is_too_thin(title: str) -> None:
    """There is nothing that a card could quote, and the reader is told so."""
    thread = make_thread(title=title)
    with pytest.raises(ThreadTooThin):
        write_draft(thread, make_evidence(thread))


def test_a_linked_page_without_a_sentence_is_no_fault() -> None:
    """Extraction promises a text, and another extractor may not."""
    write_draft(*make_event(make_page("council", ""), title="lamps?"))


def test_two_thousand_comments_and_long_pages_are_written_in_bounded_time() -> None:
    """Seconds, not minutes."""
    words = "council harbour keeper vote ships light crowns rope sails tower storm radar boat night pays".split()
    comments = [
        make_comment(
            f"The lamp of Kestrel Point {words[n % 15]} because {n} {words[n % 11]} of {words[n % 7]} are lost. " * 3,
            n, author=f"neighbour_{n % 700}", score=n % 400,
        )
        for n in range(2_000)
    ]  # fmt: skip
    long = "\n\n".join(f"The keeper of Kestrel Point saw {n} ships and lit {n % 9} lamps for them." for n in range(60))
    pages = [make_page(f"p{n}", f"Kestrel Point council lights lamp {n}\n\n{long}") for n in range(5)]
    thread = make_thread(*comments)
    began = time.perf_counter()
    draft = write_draft(thread, make_evidence(thread, *pages))
    assert time.perf_counter() - began < 12
    assert words_of(draft) <= 550
