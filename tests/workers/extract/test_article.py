import importlib.util
import json
from types import ModuleType

import pytest

from server.core.errors import SourceUnavailable, SourceUnreadable
from server.core.source import Document
from tests.workers.adapters.worlds import LIGHTHOUSE, SHARED, article, page
from workers.adapters.recorded_web import RecordedWeb
from workers.extract.article import read_article
from workers.extract.document import read_document

LONG = " ".join(LIGHTHOUSE)


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def test_a_page_becomes_its_title_and_blocks_in_order() -> None:
    """Headings, paragraphs, items, quotes, code and rows, joined by blank lines, items by line breaks."""
    markup = f"""<html lang="en-GB"><head><title>Corran Point goes dark | The Harbour</title>
      <meta property="og:site_name" content="The Harbour"></head><body><nav>Menu</nav><article>
      <h1>Corran Point goes dark</h1><p>{LONG}</p><h2>Figures</h2>
      <ul><li>One lamp &amp; one keeper</li><li>22 nautical miles</li></ul>
      <blockquote><p>It was the brightest on that coast, said the keeper.</p></blockquote>
      <pre><code>lamp off
  at 06:00</code></pre><table><tr><td>1885</td><td>built</td></tr><tr><td>2026</td><td>dark</td></tr></table>
      <p>{LONG}</p></article><footer>Imprint</footer></body></html>"""
    document = read_article(page(markup))
    assert blocks(document) == [
        ("title", "Corran Point goes dark"),
        ("paragraph", LONG),
        ("heading", "Figures"),
        ("item", "One lamp & one keeper"),
        ("item", "22 nautical miles"),
        ("quote", "It was the brightest on that coast, said the keeper."),
        ("code", "lamp off\n  at 06:00"),
        ("row", "1885 | built"),
        ("row", "2026 | dark"),
        ("paragraph", LONG),
    ]
    assert "Figures\n\nOne lamp & one keeper\n22 nautical miles\n\nIt was" in document.text
    assert (document.title, document.site, document.language) == ("Corran Point goes dark", "The Harbour", "en")


def test_a_paragraph_stands_as_in_the_page_or_in_those_sentences_that_do() -> None:
    """A footnote mark stays where it is; a sentence that something hidden interrupts stands nowhere in one run."""
    interrupted = "The keeper left<i hidden> on Monday</i> with his dog. His house is for sale."
    document = read_article(page(article("Corran Point", f"{LONG} It was seen<sup>[1]</sup> by all.", interrupted)))
    assert [text for _, text in blocks(document)] == [
        "Corran Point",
        f"{LONG} It was seen[1] by all.",
        "His house is for sale.",
    ]


def test_a_title_that_the_page_does_not_show_is_no_block() -> None:
    """og:title may be written for social networks; what is quoted must stand in the page."""
    head = '<meta property="og:title" content="You will not believe this lamp">'
    shown = read_article(page(article("Corran Point goes dark", *LIGHTHOUSE, head=head)))
    assert (shown.title, shown.blocks[0].kind) == ("Corran Point goes dark", "title")
    hidden = read_article(page(f"<html><head>{head}</head><body><article><p>{LONG}</p><p>{LONG}</p></article></body>"))
    assert (hidden.title, hidden.blocks[0].kind) == ("You will not believe this lamp", "paragraph")


def test_links_of_the_text_are_absolute_and_named_once() -> None:
    """Neither the page itself nor its furniture."""
    text = (
        '<a href="https://board.example/minutes#p2">minutes</a> <a href="/other">more</a> '
        '<a href="https://board.example/minutes">again</a> <a href="#top">up</a> <a href="mailto:a@b.example">mail</a>'
    )
    document = read_article(page(article("Corran Point goes dark", *LIGHTHOUSE, f"{LONG} {text}")))
    assert document.links == ("https://board.example/minutes", "https://news.example/other")


def test_a_page_whose_text_is_only_in_its_json_is_read_from_there() -> None:
    """Sites that render in the browser often state articleBody for search engines."""
    linked = {"@type": "NewsArticle", "headline": "Corran Point", "articleBody": f"<p>{LONG}</p>\n\n{LONG} Again.",
              "author": {"@type": "Person", "name": "Ada Keel"}, "datePublished": "2026-02-23T08:00:00Z"}  # fmt: skip
    script = f'<script type="application/ld+json">{json.dumps({"@graph": [linked]})}</script>'
    shell = f"<html><head>{script}</head><body><div id=root></div><noscript>Enable scripts.</noscript></body></html>"
    document = read_article(page(shell))
    assert (document.author, document.published_at) == ("Ada Keel", "2026-02-23T08:00:00Z")
    assert blocks(document) == [("paragraph", LONG), ("paragraph", f"{LONG} Again.")]
    assert document.title == "Corran Point"


@pytest.mark.parametrize("address", ["https://victim.example/thread", "http://127.0.0.1:8080/", "/other"])
def test_a_page_is_stored_under_its_own_address_whatever_it_calls_canonical(address: str) -> None:
    """A stranger's page may name any other as its own."""
    head = f'<link rel=canonical href="{address}"><meta property="og:url" content="{address}"><base href="{address}">'
    document = read_article(page(article("Corran Point", LONG, "The keeper left. " + LONG, head=head)))
    assert document.url == "https://news.example/story"
    assert document.links == ()


def test_other_types_are_refused() -> None:
    """JSON is for readers of threads, not for sources."""
    with pytest.raises(SourceUnreadable, match="application/json"):
        read_document(page("{}", media_type="application/json"))


def test_a_tag_that_is_none_does_not_empty_the_page() -> None:
    """Discord's time marks pasted into an article made trafilatura give up on all of it."""
    text = f"<ul><li>Opens <t:1771905600:f> and then <b>more</b> {LONG}</li><li>{LONG}</li></ul>"
    assert (
        LONG
        in read_article(page(article("Corran Point goes dark", LONG).replace("</article>", f"{text}</article>"))).text
    )


# ---- the shared worlds, where this machine has them -------------------------------------------


def oracle() -> ModuleType:
    """The shared checker, whose folding decides whether a quotation stands in a page."""
    spec = importlib.util.spec_from_file_location("check_card", SHARED / "tools" / "check_card.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WORLDS = sorted(path.parent for path in SHARED.glob("worlds/*/world.json"))


@pytest.mark.skipif(not WORLDS, reason="the shared recorded worlds are not on this machine")
@pytest.mark.anyio
async def test_every_relevant_page_of_the_shared_worlds_is_read_word_for_word() -> None:
    """No block holds words that do not stand in the recorded page in one run; every page has a name and a site."""
    checker = oracle()
    read = 0
    for world in WORLDS:
        web = RecordedWeb(world)
        for row in json.loads((world / "world.json").read_text())["relevant"]:
            found = await web.fetch(row["url"] if isinstance(row, dict) else row)
            document = read_document(found)
            shown = checker.page_text(f"{found.media_type}; charset={found.charset or 'utf-8'}", found.body)
            for kind, text in blocks(document):
                for part in text.split(" | ") if kind == "row" else [text]:
                    assert checker.fold(part) in shown, (found.url, text)
            assert document.title not in ("", found.url)
            assert document.site
            read += 1
    assert read >= 51


@pytest.mark.skipif(not WORLDS, reason="the shared recorded worlds are not on this machine")
@pytest.mark.anyio
async def test_no_wall_of_the_shared_worlds_is_read() -> None:
    """Gates and challenges with status 200, error answers, redirects to a search: each ends in a named error."""
    manifests = {world: json.loads((world / "world.json").read_text()) for world in WORLDS}
    walls = [(world, row["url"]) for world, manifest in manifests.items() for row in manifest.get("walls", [])]
    assert walls
    for world, url in walls:
        with pytest.raises((SourceUnreadable, SourceUnavailable), match=r"Not read: |recorded"):
            read_document(await RecordedWeb(world).fetch(url))
