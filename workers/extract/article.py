"""An HTML page as a document: its main text in blocks that stand in the page word for word."""

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin

from lxml import etree, html
from trafilatura import bare_extraction, load_html
from trafilatura.settings import Document as Extracted

from server.core.errors import SourceUnreadable
from server.core.ports import Page
from server.core.source import Document
from workers.extract.blocks import EXTRACTED, HTML, list_pieces
from workers.extract.bylines import find_author, find_published_at, find_site, find_title, read_metas
from workers.extract.charset import decode_page
from workers.extract.layout import Piece, lay_out
from workers.extract.linked_data import LinkedArticle, find_linked_article
from workers.extract.tags import FURNITURE, strip_tags
from workers.extract.visible import VisibleText, fold
from workers.extract.walls import TOO_SHORT, refuse_walls

MOST_LINKS = 200
SENTENCE_BREAK = re.compile(r"(?<=[.!?…。！？])[\"'”’)]*\s+")


def read_article(page: Page) -> Document:
    """The page's title, blocks, links and byline. SourceUnreadable when a wall or nothing stands there."""
    markup = decode_page(page.body, page.charset)
    tree = _parse(markup, page.url)
    shown = VisibleText(markup)
    metas, linked = read_metas(tree), find_linked_article(tree)
    site = find_site(page.url, metas, linked)
    title, title_shown = find_title(tree, page.url, metas, site, shown)
    pieces, main = _read_main_text(tree, linked)
    pieces = [kept for piece in pieces for kept in keep_standing(piece, shown)]
    if title_shown:
        pieces = [Piece("title", title), *(piece for piece in pieces if not _repeats(piece, title))]
    text, blocks = lay_out(pieces)
    refuse_walls(page.url, title, text, whole=strip_tags(markup, unshown=FURNITURE), free=linked.free)
    return Document(
        url=page.url,
        title=title or page.url,
        site=site,
        author=find_author(tree, metas, linked, site),
        published_at=find_published_at(tree, page.url, metas, linked, page.retrieved_at),
        retrieved_at=page.retrieved_at,
        language=_language(tree, metas),
        text=text,
        blocks=blocks,
        links=_list_links(main, page.url),
    )


def _parse(markup: str, url: str) -> html.HtmlElement:
    tree = load_html(markup)
    if tree is None:
        raise SourceUnreadable(f"Not read: {url} is no HTML page.")
    # Discord's "<t:1771905600:f>" pasted into an article is an element to the parser and makes trafilatura give up.
    for element in list(tree.iter()):
        if isinstance(element.tag, str) and not re.fullmatch(r"[A-Za-z][\w-]*", element.tag):
            element.drop_tag()
    return tree


def _read_main_text(tree: html.HtmlElement, linked: LinkedArticle) -> tuple[list[Piece], etree._Element]:
    """The main text's pieces and the element they came from.

    Where trafilatura finds too little, the longest of its find, the JSON-LD's own text and the page's plain blocks.
    """
    found = bare_extraction(tree, include_comments=False, include_links=True)
    body: etree._Element | None = found.body if isinstance(found, Extracted) else None
    pieces = list(list_pieces(body, EXTRACTED)) if body is not None else []
    if body is not None and _size(pieces) >= TOO_SHORT:
        return pieces, body
    main = next(iter(tree.xpath("//article | //main | //*[@role='main'] | //body")), tree)
    stated = [Piece("paragraph", line) for part in linked.body.splitlines() if (line := " ".join(part.split()))]
    return max(pieces, stated, list(list_pieces(main, HTML)), key=_size), main


def _size(pieces: list[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces)


def keep_standing(piece: Piece, shown: VisibleText) -> Iterator[Piece]:
    """The piece as it stands in the page: whole, completed from the page, or those of its sentences that do.

    A row's cells are checked one by one, since the bars between them are ours.
    """
    if piece.kind == "row":
        cells = [cell for cell in piece.text.split(" | ") if shown.holds(cell)]
        if cells:
            yield Piece("row", " | ".join(cells))
    elif shown.holds(piece.text):
        yield piece
    elif piece.kind != "code" and (whole := shown.restore(piece.text)):
        yield Piece(piece.kind, whole)
    elif piece.kind != "code":
        yield from _standing_sentences(piece, shown)


def _standing_sentences(piece: Piece, shown: VisibleText) -> Iterator[Piece]:
    run = ""
    for sentence in SENTENCE_BREAK.split(piece.text):
        longer = f"{run} {sentence}" if run else sentence
        if shown.holds(longer):
            run = longer
            continue
        if run:
            yield Piece(piece.kind, run)
        run = sentence if shown.holds(sentence) else ""
    if run:
        yield Piece(piece.kind, run)


def _repeats(piece: Piece, title: str) -> bool:
    return piece.kind in ("heading", "paragraph") and fold(piece.text).casefold() == fold(title).casefold()


def _list_links(body: etree._Element, url: str) -> tuple[str, ...]:
    """Addresses the main text links to on other pages, each once, in order."""
    here = urldefrag(url)[0]
    links: dict[str, None] = {}
    for element in body.iter("ref", "a"):
        try:
            link = urldefrag(urljoin(url, (element.get("target") or element.get("href") or "").strip()))[0]
        except ValueError:
            continue
        if link.startswith(("http://", "https://")) and link != here:
            links[link] = None
    return tuple(links)[:MOST_LINKS]


def _language(tree: html.HtmlElement, metas: dict[str, list[str]]) -> str | None:
    said = next((element.get("lang") for element in tree.iter("html") if element.get("lang")), None)
    said = said or next(iter(metas.get("og:locale", []) + metas.get("content-language", [])), "")
    tag = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", said or "")
    return tag[0].lower() if tag else None
