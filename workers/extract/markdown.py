"""Text that was written to be read as it is: Markdown, MDX, reStructuredText, plain.

The stored text stays as it came, since quotations are checked against it; understanding the marks only decides which
runs of it are blocks. Marks at a block's edge are left out of it, those inside it stay.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from urllib.parse import urlsplit

from server.core.errors import SourceUnreadable
from server.core.language import find_language
from server.core.ports import Page
from server.core.source import Block, Document
from workers.extract.authors import clean_names, join_names
from workers.extract.charset import decode_page
from workers.extract.dates import spell_date
from workers.extract.front_matter import FrontMatter
from workers.extract.layout import MOST_CHARACTERS, cut_spans, is_stacked
from workers.extract.markdown_blocks import find_blocks
from workers.extract.sites import find_site, host_of
from workers.extract.walls import TOO_SHORT

LINK = re.compile(r"\]\(\s*<?(https?://[^\s)>]+)|<(https?://[^\s>]+)>|(?m:^\.\. _.*?:\s+(https?://\S+))")
MOST_LINKS = 200
FIRST = 5  # blocks of plain text, among which its title may stand
LONGEST_TITLE = 100  # characters of a title of plain text


def read_markdown(page: Page) -> Document:
    """The stored text as it came, with blocks over the runs that say something. SourceUnreadable when too little."""
    text = decode_page(page.body, page.charset)[:MOST_CHARACTERS]
    matter, is_plain = FrontMatter(text), urlsplit(page.url).path.endswith(".txt")
    blocks = tuple(each for block in find_blocks(text, plain=is_plain) for each in _bound(text, block))
    if sum(block.end - block.start for block in blocks) < TOO_SHORT:
        raise SourceUnreadable(f"Not read: no main text at {page.url}.")
    title, blocks = _name_title(matter.get("title"), text, blocks, plain=is_plain)
    authors = matter.names("author", "authors", "by")
    return Document(
        url=page.url,
        title=_plain(title) or _last_segment(page.url),
        site=_site(page.url),
        author=join_names([name for raw in authors for name in clean_names(raw, "")]),
        published_at=matter.date() or _dated_name(page.url),
        retrieved_at=page.retrieved_at,
        language=find_language(_prose(text, blocks), [matter.get("lang", "language", "locale")]),
        text=text,
        blocks=blocks,
        links=tuple(dict.fromkeys(next(filter(None, found)) for found in LINK.findall(text)))[:MOST_LINKS],
    )


# ---- metadata ---------------------------------------------------------------------------------


def _name_title(stated: str, text: str, blocks: tuple[Block, ...], *, plain: bool) -> tuple[str, tuple[Block, ...]]:
    """The front matter's title, else the first heading, which then is the title's block; of plain text, a lone line."""
    for number, block in enumerate(blocks[:FIRST] if plain else blocks):
        words = " ".join(text[block.start : block.end].split())
        if (plain and _is_line_alone(text, block)) or (block.kind == "heading" and (not stated or words == stated)):
            return words, (*blocks[:number], Block(block.start, block.end, "title"), *blocks[number + 1 :])
    return stated, blocks


def _is_line_alone(text: str, block: Block) -> bool:
    line = text[block.start : block.end]
    return "\n" not in line and len(line) <= LONGEST_TITLE and not line.endswith((".", ":", ",", ";"))


def _plain(title: str) -> str:
    """A title without the marks of its links and emphasis."""
    title = re.sub(r"!?\[([^\]]*)\]\([^)]*\)|`([^`]*)`(?:_\w*)?", lambda match: match[1] or match[2] or "", title)
    title = re.sub(r"<[^<>]{1,200}>|(?<!\w)([*_]{1,3})(?=\S)|(?<=\S)[*_]{1,3}(?!\w)", "", title)
    return " ".join(unescape(title).split())


def _prose(text: str, blocks: tuple[Block, ...]) -> str:
    told = (text[block.start : block.end] for block in blocks if block.kind in ("paragraph", "item", "quote"))
    return " ".join(islice(told, MOST_LINKS))


def _bound(text: str, block: Block) -> Iterator[Block]:
    """The block, or its parts when it is overlong; none of stacked marks."""
    run = text[block.start : block.end]
    if not is_stacked(run):
        for start, end in cut_spans(run):
            yield Block(block.start + start, block.start + end, block.kind)


def _site(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path.strip("/").split("/")
    if parts.hostname == "raw.githubusercontent.com" and len(path) > 2:
        return f"{path[0]}/{path[1]} on GitHub"
    return find_site(url, (), ())


def _dated_name(url: str) -> str | None:
    """The date in front of a post's file name, as Jekyll and its like have it."""
    return spell_date(match[0]) if (match := re.match(r"\d{4}-\d\d-\d\d(?=-)", _last_segment(url))) else None


def _last_segment(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2] or host_of(url)
