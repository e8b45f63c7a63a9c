"""Sentences that can stand on a card by themselves, as they stand in their source."""

import time
from typing import Any

import pytest

from server.core.source import Document
from server.core.speech import plain_markup, speaker_of
from tests.evidence import make_comment, make_evidence, make_page, make_thread
from tests.workers.writers.hostile import NASTY
from workers.writers.extractive.candidates import (
    Candidate,
    is_whole_sentence,
    list_candidates,
    said_by,
)

SENTENCE = "The council of Kestrel Point voted to relight the lamp."


def candidates(text: str, **changes: Any) -> list[Candidate]:
    """Of a page with one paragraph."""
    evidence = make_evidence(make_thread(), make_page("courier", f"Title\n\n{text}", **changes))
    found = [c for c in list_candidates(evidence) if c.source == 2]
    document = evidence.source(2).document
    for c in found:
        assert "".join(c.text.split()).lower() in "".join(plain_markup(document.text[c.start : c.end]).split()).lower()
    return found


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        "“We voted,” said the mayor of Kestrel Point.",
        "41,000 crowns were paid for the lamp.",
        "eBay sold the old lamp in 2019.",
        "The lamp of the tower (lit in 1851) went dark in 1998.",
        "灯台 が 光る と 船 が 言う。",
    ],
)
def test_a_whole_sentence_is_one(text: str) -> None:
    """With quotation marks, digits, brackets or another script at its start."""
    assert is_whole_sentence(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "voted to relight the lamp of Kestrel Point.", "The council voted to relight the",
        "Is the lamp of Kestrel Point lit?",
        "The council voted to relight the lamp...", "The lamp is lit.", "Read more at https://a.example/lamp about it.",
        "The lamp (lit in 1851 went dark in 1998.", "The “lamp went dark in 1998.",
        "Lamp | Price | Range | Weight | Year.",
        "Subscribe to our newsletter for lamps and more.", "Click here to see how the lamp was lit.",
        "KESTREL POINT COUNCIL VOTES TO RELIGHT ITS LAMP NOW.", "1 2 3 4 5 6 7 8 9.",
        "The " + "very " * 70 + "old lamp is lit.",
        "“Words of somebody who is not named here.”", "Mail @keeper at once about the lamp there.",
    ],
)  # fmt: skip
def test_what_is_cut_asked_furniture_or_a_table_is_no_sentence(text: str) -> None:
    """Nor is a shout, a fragment, half a quotation or one without its speaker."""
    assert not is_whole_sentence(text)


@pytest.mark.parametrize("lead", ["But ", "And ", "Still ", "Also, ", "Meanwhile, ", "In short, "])
def test_a_leading_connective_is_trimmed_and_the_quote_with_it(lead: str) -> None:
    """The quotation begins where the claim does."""
    (found,) = candidates(lead + SENTENCE)
    assert found.text == SENTENCE
    assert f"Title\n\n{lead}{SENTENCE}"[found.start : found.end] == SENTENCE


@pytest.mark.parametrize("lead", ["However, ", "In addition, ", "Meanwhile, ", "For example, ", "As a result, "])
def test_what_follows_a_connective_opens_with_a_capital(lead: str) -> None:
    """ "However, the council …" becomes "The council …"."""
    (found,) = candidates(f"{lead}the council of Kestrel Point voted to relight the lamp.")
    assert found.text == SENTENCE


def test_a_word_that_only_looks_like_a_connective_stays() -> None:
    """ "So-called", "Andes" and "Nowhere" open sentences of their own."""
    for text in ("Andes keepers of the lamp voted last night.", "Nowhere on the coast is a lamp as bright."):
        assert [c.text for c in candidates(text)] == [text]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("The **old** lamp is _lit_ again.", "The old lamp is lit again."),
        ("The [lamp](https://a.example/x_(y)) is lit.", "The lamp is lit."),
        ("The `snake_case` lamp of `a*b` is lit.", "The snake_case lamp of a*b is lit."),
        ("The lamp[1] is lit[[2]].", "The lamp is lit."),
        ("2 * 3 is 6 and a_b is c.", "2 * 3 is 6 and a_b is c."),
        ("", ""),
    ],
)
def test_markup_goes_and_words_stay(marked: str, plain: str) -> None:
    """Emphasis, links and foot-note marks are no words; signs within words and sums are."""
    assert plain_markup(marked) == plain


def test_titles_headings_quotes_code_and_rows_are_no_candidates() -> None:
    """Only paragraphs and items are sentences to quote."""
    thread = make_thread(text=SENTENCE, title=SENTENCE)
    evidence = make_evidence(thread)
    assert [c.text for c in list_candidates(evidence)] == [SENTENCE]
    assert list_candidates(evidence)[0].start > len(SENTENCE)


def test_a_candidate_knows_what_it_says() -> None:
    """Numbers, names, dates resolved against its page, persons and place."""
    (c,) = candidates("On Monday Ines Okerveld paid us 24k crowns for your lamp.", published_at="2026-02-25")
    assert c.numbers == {24_000}
    assert (c.names, [d.iso for d in c.dates]) == (("Monday Ines Okerveld",), ["2026-02-23"])
    assert (c.first_person, c.second_person, c.relative_time, c.kind, c.site) == (True, True, True, "web", "Courier")


def test_a_commenter_speaks_for_themselves_and_a_gone_one_for_nobody_else() -> None:
    """The poster never lends a name to a comment whose account was deleted."""
    thread = make_thread(make_comment(SENTENCE, author=None), make_comment(SENTENCE, 2), text=SENTENCE)
    assert [c.speaker for c in list_candidates(make_evidence(thread))] == [
        "keeper_of_logs", "A commenter", "neighbour_2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("site", "author", "speaker"),
    [
        ("The Courier", "Ines Okerveld", "The Courier"),
        ("okerveld.example", "Ines Okerveld", "Ines Okerveld"),
        ("okerveld.example", "ines", "okerveld.example"),
        ("okerveld.example", "mail@okerveld.example", "okerveld.example"),
        ("okerveld.example", None, "okerveld.example"),
        ("", None, ""),
    ],
)
def test_a_page_speaks_as_its_site_or_its_person(site: str, author: str | None, speaker: str) -> None:
    """A person where the site is but an address."""
    page: Document = make_page("p", f"T\n\n{SENTENCE}", site=site, author=author)
    evidence = make_evidence(make_thread(), page)
    assert speaker_of(page, evidence.source(2).sentences[0]) == speaker


def test_first_person_is_quoted_and_named() -> None:
    """ "We" is somebody's; marks within are single."""
    (c,) = candidates("We say “lamp” and mean the light of Kestrel Point.")
    claim = said_by(c)
    assert claim.text == "“We say ‘lamp’ and mean the light of Kestrel Point.”"
    assert claim.label == "Courier"
    assert said_by(candidates(SENTENCE)[0]).text == SENTENCE


def test_a_claim_of_another_site_cites_its_own_words() -> None:
    """The first quotation is the sentence itself."""
    (c,) = candidates(SENTENCE)
    (span,) = said_by(c).spans
    assert (span.source, span.start, span.end) == (2, c.start, c.end)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_hostile_texts_give_candidates_or_none_but_no_fault(text: str) -> None:
    """As title, post, comment, commenter, page, site and author."""
    began = time.perf_counter()
    thread = make_thread(make_comment(text, author=text), title=text, text=text)
    page = make_page("p", f"T\n\n{text}", site=text, author=text, published_at=text)
    for c in list_candidates(make_evidence(thread, page)):
        assert said_by(c).text
        assert 0 <= c.start < c.end
    assert time.perf_counter() - began < 2
