import pytest

from server.core.source import Document
from tests.workers.adapters.worlds import LIGHTHOUSE, page
from workers.extract.article import read_article
from workers.extract.layout import LONGEST_BLOCK, MOST_CHARACTERS, Piece, bound_pieces
from workers.extract.main_text import choose_pieces

LONG = " ".join(LIGHTHOUSE)
LATER = "The keeper, who had lived there for thirty years, left on Friday with his dog and two suitcases."


def read(inner: str, around: str = "") -> Document:
    body = f"<article><h1>The lamp</h1><p>{LONG}</p>{inner}<p>{LATER}</p></article>{around}"
    return read_article(page(f"<html><head><title>The lamp</title></head><body>{body}</body></html>"))


def blocks(document: Document) -> list[tuple[str, str]]:
    """Those between the first and the last paragraph."""
    cut = [(block.kind, document.text[block.start : block.end]) for block in document.blocks]
    assert cut[:2] == [("title", "The lamp"), ("paragraph", LONG)]
    assert cut[-1] == ("paragraph", LATER)
    return cut[2:-1]


def test_a_table_comes_whole() -> None:
    """Cells that say "Twitter" or "Facebook" are names of rows, not of share buttons."""
    rows = (
        "<tr><th>file<th>ours<th>theirs<tr><td>github<td>2.5 GB/s<td>0.09 GB/s<tr><td>twitter<td>2.2 GB/s<td>0.1 GB/s"
    )
    assert blocks(read(f"<table><caption>Speeds of both</caption>{rows}</table>")) == [
        ("paragraph", "Speeds of both"),
        ("row", "file | ours | theirs"),
        ("row", "github | 2.5 GB/s | 0.09 GB/s"),
        ("row", "twitter | 2.2 GB/s | 0.1 GB/s"),
    ]


def test_a_table_that_sets_columns_is_read_as_blocks() -> None:
    """Old pages put whole articles into cells."""
    cell = f"<p>{LONG}</p><ul><li>One lamp<li>Two keepers who had a dog each</ul><p>{LATER}</p>"
    table = f"<table><tr><td>Menu<td>{cell}</table>"
    document = read_article(page(f"<html><title>The lamp</title><body><h1>The lamp</h1>{table}</body></html>"))
    kinds = [block.kind for block in document.blocks]
    assert kinds == ["title", "paragraph", "item", "item", "paragraph"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>See <a href='/x'>the report</a>for more of the same, as the board had said.</p>",
         "See the reportfor more of the same, as the board had said."),
        ("<p>See <a href='/x'>the report</a> for <b>more</b> of it, as the board had said.</p>",
         "See the report for more of it, as the board had said."),
        ("<p>The lamp&shy;house was one of the bright\u200best on that coast, people said.</p>",
         "The lamphouse was one of the brightest on that coast, people said."),
        ("<p>In <button>Figure 1</button>, the lamp is seen from the sea at a distance of ten miles.</p>",
         "In Figure 1, the lamp is seen from the sea at a distance of ten miles."),
        ("<p>Run <code>lamp --off</code> when the ships have passed the point, said the manual.</p>",
         "Run lamp --off when the ships have passed the point, said the manual."),
        ("<p>H<sub>2</sub>O froze on the lamp's panes in the winter of the year 1963, says the log.</p>",
         "H2O froze on the lamp's panes in the winter of the year 1963, says the log."),
    ],
)  # fmt: skip
def test_a_paragraph_is_the_pages_own_words(markup: str, text: str) -> None:
    """Links, buttons, code and marks inside it change nothing; invisible breaks are left out."""
    assert blocks(read(markup)) == [("paragraph", text)]


def test_line_breaks_end_paragraphs_where_there_are_two() -> None:
    """As in the markup of old days; a single one is a space."""
    lines = "The lamp went out.<br>The board said nothing.<br><br>On Friday <b>the keeper</b> locked the door for good."
    assert blocks(read(f"<div>{lines}</div>")) == [
        ("paragraph", "The lamp went out. The board said nothing."),
        ("paragraph", "On Friday the keeper locked the door for good."),
    ]


def test_lists_quotes_and_code_keep_their_kinds() -> None:
    """Nested ones, definition lists, code set line by line."""
    inner = """<ul><li>The first lamp<ul><li>of oil and wick</li></ul></li><li><p>The second lamp</p></li></ul>
      <dl><dt>Lamp</dt><dd>What burns in the tower at night</dd></dl>
      <blockquote><p>It was the brightest on that coast, said the keeper.</p><p>And the last.</p></blockquote>
      <pre><div>lamp.off()</div><div>  door.lock()</div></pre><pre>1
2
3</pre>"""
    assert blocks(read(inner)) == [
        ("item", "The first lamp"),
        ("item", "of oil and wick"),
        ("item", "The second lamp"),
        ("item", "Lamp"),
        ("item", "What burns in the tower at night"),
        ("quote", "It was the brightest on that coast, said the keeper."),
        ("quote", "And the last."),
        ("code", "lamp.off()\n  door.lock()"),
    ]


def test_the_lead_above_the_text_belongs_to_it() -> None:
    """Sites set it apart from the article's body; the menu above the title does not belong to it."""
    lead = "A lamp that burned for 141 years was switched off this week, and nobody came to watch it go out."
    body = f"<p>{LONG}</p><p>{LATER}</p>"
    markup = (
        f"<body><div class=menu><p>Harbour</p></div><h1>The lamp</h1><div><p>{lead}</p></div><div>{body}</div></body>"
    )
    assert read_article(page(f"<html><title>The lamp</title>{markup}</html>")).text.startswith(f"The lamp\n\n{lead}")


def test_what_stands_twice_is_read_once() -> None:
    """Pages carry their text for small screens as well; what trafilatura found twice stands twice."""
    pieces = [Piece("paragraph", LONG), Piece("paragraph", LATER), Piece("paragraph", LONG)]
    assert choose_pieces(pieces, f"{LONG} {LATER}") == pieces[:2]
    assert choose_pieces(pieces, f"{LONG} {LATER} {LONG}") == pieces
    assert choose_pieces([Piece("item", "Menu"), *pieces], f"{LATER} {LONG}") == [pieces[1], pieces[2]]


def test_short_pieces_count_only_near_the_found_ones() -> None:
    """A menu's words are in any text."""
    pieces = [
        Piece("item", "The"),
        Piece("paragraph", LONG),
        Piece("heading", "On Friday"),
        Piece("paragraph", LATER),
        Piece("item", "the dog"),
    ]
    assert choose_pieces(pieces, f"{LONG} On Friday {LATER}") == pieces[1:4]


LINK = "<a href=/a>The dog of the keeper</a>"


@pytest.mark.parametrize(
    "around",
    [
        f"<h2>Related articles</h2><ul><li>{LINK}</li><li><a href=/b>Two suitcases</a></li></ul>",
        "<div class='article-recirc__box'><p>Gunmakers tweak their rifles, and sales go on growing.</p></div>",
        "<div class='newsletterSignup'><p>The best of the harbour, each morning, in your mailbox, for free.</p></div>",
        "<section id=comments><p>I liked the lamp very much, and so did my late mother.</p></section>",
        "<div class='author-bio'><p>Ada Keel is an editor of the Harbour and lives near the point.</p></div>",
        "<p>Advertisement</p>",
        "<p>Read more</p>",
        "<p>Copyright 2026 Harbour Press. All rights reserved.</p>",
        "<p><a href=/a>RELATED: THE DOG OF THE KEEPER</a></p>",
        "<p>Write to Ada Keel at ada.keel@harbour.example</p>",
        "<p>Sign up for our newsletter to get all news of the harbour in your inbox.</p>",
        "<p>___</p><p>.</p><p>42</p>",
        f"<h3>{LINK}</h3><p>February 12, 2026</p>",
        "<div class='social-share'>Share on Mastodon</div>",
        "<nav class=crumbs><a href=/>Home</a> / <a href=/news>News</a></nav>",
    ],
)
def test_what_stands_around_an_article_is_not_its_text(around: str) -> None:
    """Wherever it stands: inside the article or below it."""
    expected = f"The lamp\n\n{LONG}\n\n{LATER}"
    assert read(around).text == expected
    assert read("", around).text == expected


@pytest.mark.parametrize(
    "content",
    [
        "<h2>More than a lamp</h2><p>It was a home for thirty years, and the board had promised to keep it.</p>",
        "<h2>Comment</h2><p>It was a home for thirty years, and the board had promised to keep it.</p>",
        "<ul><li>Facebook</li><li>Twitter</li><li>The lighthouse board of the northern coast</li></ul>",
        "<p>2. <a href=/a>The dog of the keeper is well, and lives with its master in the town of Dunmere.</a></p>",
        "<p>Subscribers pay 20 pounds a month for the lamp's newsletter, which has ten thousand readers.</p>",
    ],
)
def test_content_that_looks_like_furniture_is_kept(content: str) -> None:
    """Names and words mean something else there."""
    assert read(content).text != read("").text


def test_overlong_text_is_cut_where_words_end() -> None:
    """Nobody quotes a block of a million letters, and whoever cuts sentences reads a block in one go."""
    whole = [Piece("paragraph", "The lamp is off. " * 3_000), Piece("code", "x" * 50_000)]
    cut = list(bound_pieces(whole))
    assert max(len(piece.text) for piece in cut) <= LONGEST_BLOCK
    assert [piece.text[-9:] for piece in cut[:2]] == ["p is off."] * 2
    assert "".join(piece.text for piece in cut if piece.kind == "code") == "x" * 50_000
    assert sum(len(piece.text) for piece in bound_pieces([Piece("paragraph", "ab " * 500_000)])) <= MOST_CHARACTERS
    assert list(bound_pieces([Piece("item", "Z" + "\u0301" * 100), Piece("item", "e\u0301")])) == [
        Piece("item", "e\u0301")
    ]
