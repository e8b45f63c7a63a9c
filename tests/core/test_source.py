"""Pages as evidence: sentences that stand where they say."""

import hashlib
from collections.abc import Sequence

import pytest

from server.core.source import Block, Evidence, cut_sentences
from tests.evidence import make_comment, make_evidence, make_page, make_thread
from tests.fakes import make_document
from workers.adapters.sentences import split_sentences


def halves(text: str, language: str | None) -> Sequence[tuple[int, int]]:
    """A splitter that cuts at the first full stop, its spans meeting."""
    border = text.find(".") + 1
    return [(0, border), (border, len(text))] if 0 < border < len(text) else [(0, len(text))]


@pytest.mark.parametrize(
    "text",
    [
        "Lamp\n\nThe lamp is lit. It shines.",
        "🚀 Lamp\n\n🚀 The lámp is lit. 🚀 It shines!  It does. ",
        "灯台\n\n灯台が光る。船が見た。",
        "منارة\n\nالمنارة مضاءة. السفن تراها.",
        "T\n\nDr. Okerveld met the U.S. team at 5 p.m. on Monday. She left.",
        "T\n\nOne.\nTwo.\n\nThree\u2028Four. \x00 Five.",
        "T\n\ne\u0301 combining. \u202e reversed. ﬃ ligature.",
        "T\n\n" + "No end " * 2_000,
    ],
)
def test_every_sentence_is_the_stored_text_at_its_place(text: str) -> None:
    """In code points, stripped, in order, never crossing another."""
    source = cut_sentences(2, make_document(text), split_sentences)
    position = 0
    for sentence in source.sentences:
        assert sentence.text == text[sentence.start : sentence.end] == sentence.text.strip() != ""
        assert sentence.start >= position
        position = sentence.end
    said = "".join("".join(sentence.text.split()) for sentence in source.sentences)
    assert said == "".join(text.split())


def test_sentences_know_their_number_and_place() -> None:
    """Source, index, block and kind."""
    source = cut_sentences(4, make_document("Lamp lit\n\nOne. Two.\n\nThree."), halves)
    assert [(s.source, s.index, s.block, s.kind, s.text) for s in source.sentences] == [
        (4, 0, 0, "title", "Lamp lit"), (4, 1, 1, "paragraph", "One."), (4, 2, 1, "paragraph", "Two."),
        (4, 3, 2, "paragraph", "Three."),
    ]  # fmt: skip


def test_titles_headings_rows_and_code_are_never_cut() -> None:
    """Though they hold a full stop; items and quotations are."""
    text = "A. B"
    kinds = ["title", "heading", "row", "code", "item", "quote", "paragraph"]
    for kind in kinds:
        document = make_document(text, blocks=(Block(0, 4, kind),))  # type: ignore[arg-type]
        whole = kind in ("title", "heading", "row", "code")
        assert len(cut_sentences(1, document, halves).sentences) == (1 if whole else 2), kind


def test_a_sentence_stands_below_the_last_heading() -> None:
    """None before the first."""
    text = "Zero. x Head One. y Next Two."
    blocks = (Block(0, 5, "paragraph"), Block(6, 12, "heading"), Block(13, 17, "paragraph"),
              Block(18, 24, "heading"), Block(25, 29, "paragraph"))  # fmt: skip
    found = cut_sentences(1, make_document(text, blocks=blocks), halves).sentences
    assert [(s.text, s.heading) for s in found if s.kind == "paragraph"] == [
        ("Zero.", None), ("One.", "x Head"), ("Two.", "y Next"),
    ]  # fmt: skip


def test_blank_blocks_and_documents_give_no_sentence() -> None:
    """Nor a fault."""
    assert cut_sentences(1, make_document(""), split_sentences).sentences == ()
    assert cut_sentences(1, make_document(" \n\n \t"), split_sentences).sentences == ()
    assert cut_sentences(1, make_document("Lamp", blocks=()), split_sentences).sentences == ()


def test_a_sentence_carries_its_blocks_speaker_and_address() -> None:
    """Commenters speak for themselves."""
    thread = make_thread(make_comment("I saw it. It shone."), make_comment("Not I.", 2), text="We lit it.")
    by = [(s.text, s.by, (s.url or "")[-4:]) for s in make_evidence(thread).source(1).sentences]
    assert by[1:] == [
        ("We lit it.", "keeper_of_logs", ""), ("I saw it.", "neighbour_1", "/c1/"),
        ("It shone.", "neighbour_1", "/c1/"),
        ("Not I.", "neighbour_2", "/c2/"),
    ]  # fmt: skip


@pytest.mark.parametrize("n", [0, -1, 3, 10**9])
def test_there_is_no_source_beyond_the_evidence(n: int) -> None:
    """KeyError, never the last one by a negative index."""
    evidence = make_evidence(make_thread(), make_page("a", "Lamp\n\nLit."))
    assert [evidence.source(1).n, evidence.source(2).n] == [1, 2]
    with pytest.raises(KeyError):
        evidence.source(n)
    with pytest.raises(KeyError):
        Evidence(()).source(1)


def test_the_digest_is_of_the_text_as_utf_8() -> None:
    """And changes with one code point."""
    document = make_document("灯台 🚀")
    assert document.sha256 == hashlib.sha256("灯台 🚀".encode()).hexdigest()
    assert document.sha256 != make_document("灯台  🚀").sha256


@pytest.mark.parametrize(
    "language", ["en", "de-AT", "ja", "ar", "zh", None, "", "xx", "tlh", "EN_us", "\x00", "e" * 99]
)
def test_any_language_code_cuts_sentences(language: str | None) -> None:
    """Unknown ones are cut as English."""
    text = "The lamp is lit. It shines."
    start, end = split_sentences(text, language)[0]
    assert text[start:end].startswith("The lamp is lit")
    assert split_sentences("", language) == []
