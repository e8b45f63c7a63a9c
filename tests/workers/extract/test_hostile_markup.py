"""Pages made to keep a parser busy: each is read or refused in a child's time and memory, and the next page is read."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from server.core.errors import SourceUnreadable
from tests.workers.adapters.worlds import LIGHTHOUSE, page
from workers.adapters.extraction import SocketExtractor
from workers.adapters.extraction_server import DEADLINE_S, ExtractionServer
from workers.extract.markup import MOST_ELEMENTS, MOST_TAGS, cut_short, parse_markup

LONG = " ".join(LIGHTHOUSE)


def story(inner: str) -> str:
    return (
        f"<html><title>The lamp</title><body><article><h1>The lamp</h1><p>{LONG}</p>{inner}<p>End. {LONG}</p></article>"
    )


@pytest.fixture(scope="module")
def server() -> Iterator[ExtractionServer]:
    with ExtractionServer.start() as running:
        yield running


HOSTILE = {
    "many attributes": "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</div>",
    "the same attribute": "<div " + "a=1 " * 100_000 + ">x</div>",
    "a large attribute": f"<div title='{'x' * 4_800_000}'>x</div>",
    "a picture in an attribute": f"<img src='data:image/png;base64,{'QUJD' * 1_000_000}'>",
    "an attribute left open": '<div title="' + "x" * 2_000_000,
    "comments": "<!-- c -->" * 200_000,
    "comments between words": "x<!-- c -->" * 200_000,
    "comments left open": "<!--" * 400_000,
    "elements for comments": "<div class=comment>a</div>" * 150_000,
    "list items": "<li class=comment><p>word word</p></li>" * 100_000,
    "entities": "<p>" + "&lt;" * 1_000_000,
    "numbered entities": "<p>" + "&#97;" * 800_000,
    "marks on one letter": "<p>a" + "\u0301" * 100_000,
    "paragraphs": "<p>x" * 750_000,
    "paragraphs left open": "<p><i>word " * 270_000,
    "links left open": "<a href=x>word" * 200_000,
    "bold left open": "<b>word" * 400_000,
    "depth": "<div>" * 200_000 + "x" + "</div>" * 200_000,
    "inline depth": "<span>" * 300_000 + "x",
    "brackets": "<" * 4_000_000,
    "tags inside tags": "<a" * 2_000_000,
    "scripts left open": "<script>" * 400_000,
    "tables inside tables": "<table><tr><td>" * 200_000,
    "options": "<select>" + "<option>x" * 400_000,
    "rules of style": "<style>" + ".a{display:none}" * 250_000 + "</style>",
    "braces of style": "<style>" + "{" * 4_000_000 + "</style>",
    "classes": '<p class="' + "a " * 2_000_000 + '">x',
    "brackets of data": "<script type='application/ld+json'>" + "[" * 2_000_000 + "</script>",
    "data": "<script type='application/ld+json'>[" + '{"a":1},' * 500_000 + "1]</script>",
    "scripts of data": "<script type='application/ld+json'>{}</script>" * 100_000,
    "a long paragraph": "<p>" + "word " * 900_000,
    "a long word": "<p>" + "w" * 4_000_000,
    "line breaks": "<br>" * 1_000_000,
    "hidden words": "<i hidden>x</i>y" * 200_000,
    "named boxes": "<div class='related-posts'>x</div>" * 120_000,
    "headings that point": "<h3><a href=/x>Read more</a></h3>" * 120_000,
}


def outcome(extractor: SocketExtractor, markup: str) -> str:
    """The text, or why there is none."""
    try:
        return asyncio.run(extractor.extract(page(story(markup)))).text
    except SourceUnreadable as error:
        return error.message


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_costs_no_more_than_a_page_may(server: ExtractionServer, name: str) -> None:
    """It is read, or has no text, without the deadline's help; and then the next page is read."""
    extractor = SocketExtractor(server.path)
    began = time.monotonic()
    assert outcome(extractor, HOSTILE[name]).startswith((f"The lamp\n\n{LONG}", "Not read: no main text"))
    assert time.monotonic() - began < DEADLINE_S
    assert outcome(extractor, "").endswith(f"End. {LONG}")


@pytest.mark.parametrize(
    "text",
    [
        "[a](" * 1_000_000,
        "* " * 2_000_000,
        "a\n" * 2_000_000,
        "```\n" * 1_000_000,
        "<a\n" * 1_500_000,
        "> " * 2_000_000,
        "```\n```\n<!---->\n" * 250_000,
        ".. x\n" * 900_000,
        "|a" * 2_000_000,
        "---\n" + "a: b\n" * 900_000,
        "# " + "*" * 4_000_000,
        "\n    x" * 700_000,
        "![](" * 1_000_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_text_costs_no_more_than_a_page_may(server: ExtractionServer, text: str) -> None:
    """Marks without end are read or found to say nothing, without the deadline's help."""
    began = time.monotonic()
    try:
        asyncio.run(SocketExtractor(server.path).extract(page(text, media_type="text/markdown")))
    except SourceUnreadable as error:
        reason = error.message
    else:
        reason = ""
    assert reason in ("", "Not read: no main text at https://news.example/story.")
    assert time.monotonic() - began < DEADLINE_S


def test_a_page_is_cut_where_no_page_of_text_goes_on() -> None:
    """Its article stands near its top; comments count for nothing."""
    tree = parse_markup(
        "<body>" + "<!-- x -->" * MOST_TAGS + "<p>kept</p>" + "<i>x</i>" * MOST_TAGS, "https://x.example"
    )
    assert tree.findtext(".//p") == "kept"
    assert len(list(tree.iter("i"))) <= MOST_TAGS // 2
    cut_short(tree)
    assert len(list(tree.iter())) == MOST_ELEMENTS


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p title='{}'>kept</p>", "kept"),
        ('<p data-x=\'{{"a": "{} > b"}}\'>kept</p>', "kept"),
        ("<p {}>kept</p>", "kept"),
        ("<p id=a {} class=b>kept", "kept"),
    ],
)
def test_a_long_tag_loses_attributes_and_never_words(markup: str, text: str) -> None:
    """What is in an attribute does not become text, whatever stands in it."""
    long = parse_markup(f"<body>{markup.format('x' * 20_000)}</body>", "https://x.example")
    assert " ".join(long.itertext()) == text
    many = parse_markup(f"<body>{markup.format(' '.join(f'a{n}=1' for n in range(9_000)))}</body>", "https://x.example")
    assert " ".join(many.itertext()) == text
