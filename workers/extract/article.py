"""An HTML page as a document: its main text in blocks that stand in the page word for word."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urldefrag, urljoin

import msgspec
from lxml import html

from server.core.language import find_language
from server.core.ports import Page
from server.core.source import Document
from workers.extract.authors import find_author
from workers.extract.blocks import list_pieces, words_of
from workers.extract.charset import decode_page
from workers.extract.dates import find_published_at
from workers.extract.furniture import remove_furniture, remove_menus
from workers.extract.hidden import remove_hidden
from workers.extract.layout import Piece, bound_pieces, lay_out
from workers.extract.linked_data import LinkedArticle, find_linked_article
from workers.extract.main_text import find_main_text, size_of
from workers.extract.markup import cut_short, parse_markup, strip_unread
from workers.extract.metas import read_metas
from workers.extract.sites import find_site
from workers.extract.stylesheets import find_hiding
from workers.extract.teasers import drop_teasers
from workers.extract.titles import find_title
from workers.extract.visible import VisibleText, fold
from workers.extract.walls import TOO_SHORT, refuse_walls

MOST_LINKS = 200
NEXT = 6  # pieces below the text, where a demand for money stands
SENTENCE_BREAK = re.compile(r"(?<=[.!?…。！？])[\"'”’)]*\s+")


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says of itself, read before its furniture is taken away."""

    title: str
    title_shown: bool
    site: str
    author: str | None
    published_at: str | None
    languages: tuple[str | None, ...]
    linked: LinkedArticle


def read_article(page: Page) -> Document:
    """The page's title, blocks, links and byline. SourceUnreadable when a wall or nothing stands there."""
    markup = decode_page(page.body, page.charset)
    tree, shown = parse_markup(markup, page.url), VisibleText(markup)
    about = _read_about(tree, page, shown)
    pieces = _read_pieces(tree, page.url, about, shown)
    if about.title_shown:
        pieces = [Piece("title", about.title), *(piece for piece in pieces if not _repeats(piece, about.title))]
    text, blocks = lay_out(bound_pieces(pieces))
    return Document(
        url=page.url,
        title=about.title or page.url,
        site=about.site,
        author=about.author,
        published_at=about.published_at,
        retrieved_at=page.retrieved_at,
        language=find_language(text, about.languages),
        text=text,
        blocks=blocks,
        links=_list_links(pieces, page.url),
    )


def _read_about(tree: html.HtmlElement, page: Page, shown: VisibleText) -> About:
    metas, linked = read_metas(tree), find_linked_article(tree)
    titles = [*metas.get("og:title", [])[:1], linked.headline]
    site = find_site(
        page.url,
        [*metas.get("og:site_name", [])[:1], linked.publisher],
        [*titles, *map(words_of, tree.xpath("//head/title[1]"))],
    )
    title, title_shown = find_title(tree, page.url, titles, site, shown)
    return About(
        title=title,
        title_shown=title_shown,
        site=site,
        author=find_author(tree, metas, linked, site),
        published_at=find_published_at(tree, page.url, metas, linked, page.retrieved_at),
        languages=(tree.get("lang"), linked.language, *metas.get("og:locale", []), *metas.get("content-language", [])),
        linked=linked,
    )


def _read_pieces(tree: html.HtmlElement, url: str, about: About, shown: VisibleText) -> list[Piece]:
    """The main text; what hides or surrounds it is taken out of the tree. SourceUnreadable for a wall."""
    hiding = find_hiding(tree)
    strip_unread(tree)
    remove_menus(tree)
    remove_hidden(tree, hiding)
    boxes = remove_furniture(tree)
    cut_short(tree)
    everything = list_pieces(next(tree.iter("body"), tree))
    found = drop_teasers(find_main_text(tree, everything), everything)
    pieces = [kept for piece in found for kept in keep_standing(piece, shown)]
    if size_of(pieces) < TOO_SHORT and about.linked.free:
        pieces = max(pieces, _stated(about.linked), key=size_of)
    refuse_walls(
        url,
        about.title,
        [piece.text for piece in pieces],
        below=[piece.text for piece in _following(everything, found)],
        around=_around(boxes, everything, found),
        free=about.linked.free,
        words=about.linked.words,
    )
    return pieces


def _around(boxes: Sequence[str], everything: Sequence[Piece], found: Sequence[Piece]) -> Iterator[str]:
    """The page's words that are not its main text."""
    yield from boxes
    main = set(map(id, found))
    yield from (piece.text for piece in everything if id(piece) not in main)


def _following(everything: Sequence[Piece], found: Sequence[Piece]) -> Sequence[Piece]:
    """The first pieces below the main text."""
    end = next((number for number, piece in enumerate(everything, 1) if found and piece is found[-1]), len(everything))
    return everything[end : end + NEXT]


def _stated(linked: LinkedArticle) -> list[Piece]:
    """What the page states to be its text: sites that render in the browser tell search engines."""
    lines = (" ".join(line.split()) for line in linked.body.splitlines())
    return [Piece("paragraph", line) for line in lines if line]


def keep_standing(piece: Piece, shown: VisibleText) -> Iterator[Piece]:
    """The piece as it stands in the page: whole, or those of its sentences that do.

    What does not was set apart by something the page hides. A row's cells are checked one by one, since the bars
    between them are ours.
    """
    if piece.kind == "row":
        cells = [cell for cell in piece.text.split(" | ") if shown.holds(cell)]
        if cells:
            yield piece._replace(text=" | ".join(cells))
    elif shown.holds(piece.text):
        yield piece
    elif piece.kind != "code":
        yield from (piece._replace(text=run) for run in _standing_sentences(piece, shown))


def _standing_sentences(piece: Piece, shown: VisibleText) -> Iterator[str]:
    run = ""
    for sentence in SENTENCE_BREAK.split(piece.text):
        longer = f"{run} {sentence}" if run else sentence
        if shown.holds(longer):
            run = longer
            continue
        if run:
            yield run
        run = sentence if shown.holds(sentence) else ""
    if run:
        yield run


def _repeats(piece: Piece, title: str) -> bool:
    return piece.kind in ("heading", "paragraph") and fold(piece.text).casefold() == fold(title).casefold()


def _list_links(pieces: Sequence[Piece], url: str) -> tuple[str, ...]:
    """Addresses of other pages that the text links to, each once, in order."""
    here = urldefrag(url)[0]
    links: dict[str, None] = {}
    for target in dict.fromkeys(target for piece in pieces for target in piece.links):
        try:
            link = urldefrag(urljoin(url, target))[0]
        except ValueError:
            continue
        if link.startswith(("http://", "https://")) and link != here:
            links[link] = None
    return tuple(links)[:MOST_LINKS]
