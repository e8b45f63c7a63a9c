"""Which sentences the extractive writer takes, and why: what they add, who tells them, whether they stand alone."""

from typing import Any

import pytest

from server.core.card import ClaimDraft, Draft
from server.core.citations import verify_draft
from server.core.headings import vet_headings
from server.core.passages import PassageFinder
from server.core.source import Document, Evidence
from server.core.thread import Comment, Thread
from tests.evidence import make_comment, make_evidence, make_page, make_thread
from workers.writers.extractive import write_draft
from workers.writers.extractive.board import Board, find_actors
from workers.writers.extractive.body import choose_technical, choose_timeline
from workers.writers.extractive.candidates import Candidate, dates_of, has_main_verb, list_candidates
from workers.writers.extractive.coverage import Coverage
from workers.writers.extractive.lead import choose_headline
from workers.writers.extractive.opinions import choose_discussion
from workers.writers.extractive.salience import is_report

TITLE = "Kestrel Point relights its lamp"
LINK = "https://council.example/lamp"


def event(*pages: Document, comments: tuple[Comment, ...] = (), **changes: Any) -> tuple[Thread, Evidence]:
    """A link post about the council's page, and the pages that tell of it."""
    thread = make_thread(*comments, title=TITLE, links=(LINK,), **changes)
    return thread, make_evidence(thread, *pages)


def council(text: str) -> Document:
    return make_page("council", f"Kestrel Point council relights the lamp\n\n{text}", url=LINK)


def texts(claims: list[ClaimDraft] | tuple[ClaimDraft, ...]) -> list[str]:
    return [claim.text for claim in claims]


def holds(draft: Draft, evidence: Evidence) -> Draft:
    """All of it passes the gate."""
    assert verify_draft(draft, evidence).drops == ()
    return draft


# ---- what a sentence adds ----------------------------------------------------------------------------


def candidates(*pages: str) -> list[Candidate]:
    evidence = make_evidence(
        make_thread(), *(make_page(f"page{n}", f"A page\n\n{text}") for n, text in enumerate(pages))
    )
    return [c for c in list_candidates(evidence) if c.source > 1]


def test_a_sentence_adds_nothing_once_it_is_told() -> None:
    """Nor does another that is made of the same pairs of words."""
    one, two = candidates("The council bought nine new lenses.", "In June the council bought nine new lenses.")
    coverage = Coverage([one, two], first_hand=())
    assert coverage.gain(two) == 1.0
    coverage.cover(two)
    assert (coverage.gain(one), coverage.gain(two)) == (0.0, 0.0)


def test_what_several_sites_tell_or_the_first_hand_page_adds_more() -> None:
    """Of sentences of one length."""
    shared, again, lone, own = candidates(
        "The council bought nine new lenses.",
        "The council bought nine new lenses.",
        "A baker painted two old boats.",
        "The keeper cleaned every stone step.",
    )
    coverage = Coverage([shared, again, lone, own], first_hand={own.source})
    assert coverage.gain(lone) < coverage.gain(shared)
    assert coverage.gain(lone) < coverage.gain(own)


def test_words_said_elsewhere_on_the_card_count_as_told() -> None:
    """The headline's, for one."""
    (one,) = candidates("The council bought nine new lenses.")
    coverage = Coverage([one], first_hand=())
    coverage.cover_text("Council bought nine new lenses")
    assert coverage.gain(one) == 0.0


def test_takeaways_tell_different_figures_before_one_figure_twice() -> None:
    """Three reports of one number are one fact."""
    cost = (
        "Relighting the lamp of Kestrel Point will cost the council 41,000 crowns over three years, the board said.",
        "The board said on Monday that the lamp of Kestrel Point costs its council 41,000 crowns in three years.",
        "Kestrel Point will pay 41,000 crowns for three years of light from its lamp, according to the board.",
    )
    ships = "Last winter 412 ships passed Kestrel Point beside its dark lamp, the pilots of the coast have counted."
    birds = "A keeper of the museum said that 30,000 birds a year flew into the lamp of Kestrel Point before."
    pages = [make_page(f"paper{n}", f"Lamp\n\n{text}") for n, text in enumerate(cost)]
    last = make_page("ships", f"Ships\n\n{ships}\n\n{birds}")
    thread, evidence = event(council("The lamp of Kestrel Point is lit again."), *pages, last)
    draft = write_draft(thread, evidence)
    told = " ".join(texts([draft.what_changed, *draft.takeaways] if draft.what_changed else []))
    assert "412" in told
    assert "30,000" in told
    assert told.count("41,000") == 1


# ---- first-hand pages --------------------------------------------------------------------------------

OWN = """The council of Kestrel Point relit the lamp of its lighthouse on 23 February 2026 after 28 dark years.

We read the server log of the light sensor every 40 seconds, which shows each failure of the old lamp."""


def test_what_a_first_hand_page_says_of_its_own_means_is_technical() -> None:
    """In its own "we", quoted, under what it is and the name of who speaks."""
    thread, evidence = event(council(OWN))
    (claim,) = choose_technical(Board(thread, evidence))
    assert claim.label == "Measurement, Council"
    assert claim.text.startswith("“We read the server log")


def test_a_strangers_we_is_not() -> None:
    """A reader would not know whose it is."""
    thread, evidence = event(council("The lamp is lit."), make_page("blog", f"A visit\n\n{OWN}"))
    assert not any("We read" in text for text in texts(choose_technical(Board(thread, evidence))))


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ("The council said that the lamp is lit.", True),
        ("I saw the lamp, and it was fine.", False),
        ("The lamp is lit.", False),
    ],
    ids=["reports", "says I", "names nobody"],
)
def test_a_report_names_who_says_so(said: str, is_one: bool) -> None:
    """As newspapers do; a page that says "I" tells what its writer thinks."""
    page = make_page("paper", f"Lamp\n\n{said} The lamp shone over the harbour.")
    assert is_report(make_evidence(make_thread(), page).source(2)) == is_one


def test_a_report_gives_the_headline_before_whoever_comments_on_it() -> None:
    """Though the comment's title has more of the event's words."""
    story = "The council of Kestrel Point said on Monday that its lamp is lit. The harbour board said ships need it."
    view = "I went to look at the lamp of Kestrel Point. I think my council relights it for nobody."
    thread, evidence = event(
        make_page("diary", f"Kestrel Point council relights its old lamp for nobody\n\n{view}"),
        make_page("paper", f"Kestrel Point council relights lamp after 28 years\n\n{story}"),
        text="",
    )
    assert choose_headline(Board(thread, evidence)).text == "Kestrel Point council relights lamp after 28 years"


def test_what_is_everybodys_is_no_actor() -> None:
    """ "AI" stands in "said" as well, and countries do nothing."""
    found = find_actors(candidates("Osprey Lines of China sells AI lamps.", "Osprey Lines from China has an AI lamp."))
    assert found == {"osprey lines"}


# ---- dates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "published", "iso"),
    [
        ("Earlier this month, the board bought a lens.", "2026-02-23", "2026-02"),
        ("Last month, the board bought a lens.", "2026-01-09", "2025-12"),
        ("Last year the board bought a lens.", "2026-01-09T08:00:00Z", "2025"),
        ("Last month, on 3 March 2025, the board bought a lens.", "2026-01-09", "2025-03-03"),
        ("Last month, the board bought a lens.", None, None),
        ("The board bought a lens.", "2026-02-23", None),
    ],
)
def test_months_and_years_are_told_from_the_pages_own(text: str, published: str | None, iso: str | None) -> None:
    """Where the sentence gives no date, and the page has one."""
    assert next((day.iso for day in dates_of(text, published)), None) == iso


def test_a_timeline_takes_them_and_leaves_what_leans_on_another_sentence() -> None:
    """ "The firm" of the sentence before is nobody on a card."""
    page = make_page(
        "paper",
        "Lamp\n\nEarlier this month, the Kestrel Point council bought a lens for its lamp. "
        "On 3 January 2026, the firm offered a lamp to Kestrel Point. "
        "In May 2025, the Kestrel Point council rejected a first plan for the lamp.",
    )
    thread, evidence = event(council("The lamp of Kestrel Point is lit again."), page)
    assert [entry.date for entry in choose_timeline(Board(thread, evidence))] == ["2025-05", "2026-02"]


# ---- what stands alone -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_item", "has_one"),
    [
        ("The lamp burns oil.", False, True),
        ("For a keeper, lighting the lamp is an easy thing.", False, True),
        ("To light the lamp, the keeper climbs 90 steps and has a match.", False, True),
        ("To allow us to light the lamp, without being tied to the bakery.", False, False),
        ("A candle or a lantern, depending on the use of the room.", False, False),
        ("Speed: we save on oil when the wind blows.", False, False),
        ("The council says: the lamp is lit.", False, True),
        ("Logic for choosing how the lamp is lit.", True, False),
        ("Add a second lamp to the tower.", True, True),
        ("The lamp is lit by a sensor.", True, True),
    ],
)
def test_somebody_does_something_in_a_sentence(text: str, is_item: bool, has_one: bool) -> None:
    """Entries of lists and half sentences are none."""
    assert has_main_verb(text, is_item=is_item) == has_one


# ---- who dissents ------------------------------------------------------------------------------------

AGREES = "The lamp of Kestrel Point saves ships, because every pilot on the coast steers by it at night."
ALSO = "The lamp of Kestrel Point is worth its oil, since it costs the harbour less than one lost boat."


def test_the_strongest_dissent_is_heard_though_it_is_long() -> None:
    """Where no clause of it can be left out, in full."""
    dissent = (
        "This decision is wrong for Kestrel Point as the lamp of the tower harms thousands of birds every autumn and "
        "nobody on the council has ever counted them."
    )
    thread, evidence = event(comments=(make_comment(AGREES), make_comment(dissent, 2, score=9), make_comment(ALSO, 3)))
    said = choose_discussion(Board(thread, evidence))
    assert dissent in texts(said)
    holds(Draft(headline=said[0], what_changed=said[0], discussion=tuple(said)), evidence)


def test_a_long_one_ends_where_a_clause_does() -> None:
    """And its quotation is the whole sentence."""
    dissent = (
        "The lamp of Kestrel Point is a bad idea because the birds of the coast fly into it; the council has heard "
        "that from keepers, from fishermen and from the harbour board for a year now."
    )
    thread, evidence = event(comments=(make_comment(AGREES), make_comment(dissent, 2, score=9), make_comment(ALSO, 3)))
    said = choose_discussion(Board(thread, evidence))
    (cut,) = (claim for claim in said if "bad idea" in claim.text)
    assert cut.text == "The lamp of Kestrel Point is a bad idea because the birds of the coast fly into it."
    (span,) = cut.spans
    assert evidence.source(1).document.text[span.start : span.end] == dissent
    holds(Draft(headline=said[0], what_changed=said[0], discussion=tuple(said)), evidence)


def test_one_of_the_right_length_comes_first() -> None:
    """Equally strong."""
    short = "The lamp of Kestrel Point is a bad idea because the birds of the coast fly into it at night."
    long = short.replace(
        "at night", "at night and nobody who lives beside the tower can sleep in its light for weeks on end"
    )
    thread, evidence = event(comments=(make_comment(AGREES), make_comment(short, 2), make_comment(long, 3)))
    said = texts(choose_discussion(Board(thread, evidence)))
    assert short in said


# ---- what somebody expects ---------------------------------------------------------------------------


def test_a_prediction_is_its_speakers_whatever_is_told_of_them_between() -> None:
    """ "Ines Okerveld, who builds lamps, warned that …"."""
    told = (
        "Ines Okerveld, chief builder of Osprey Lines, warned that other councils could face the same cost when the "
        "lamps of their towers have to be lit again."
    )
    thread, evidence = event(council("The lamp of Kestrel Point is lit again."), make_page("paper", f"Cost\n\n{told}"))
    (found,) = holds(write_draft(thread, evidence), evidence).implications
    assert (found.prediction, found.rationale.text) == ("What Ines Okerveld expects", told)


# ---- who says so -------------------------------------------------------------------------------------


def test_the_labels_of_quoted_claims_stand() -> None:
    """The name of a page's writer, though it stands nowhere in the page, and the day of a page of another time."""
    lamps = "The council of Kestrel Point has paid for 412 lamps of its lighthouse since the harbour was built there."
    page = make_page("lamps", f"Lamps\n\n{lamps}", site="lamps.example", author="Ada Finch", published_at="2019-05-03")
    thread, evidence = event(council("The lamp of Kestrel Point is lit again."), page)
    draft = write_draft(thread, evidence)
    vetted = vet_headings(draft, PassageFinder(evidence), lambda *_: None)
    labels = {claim.label for claim in vetted.takeaways}
    assert "Ada Finch, 3 May 2019" in labels
    assert vetted.takeaways == draft.takeaways
