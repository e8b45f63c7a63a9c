"""A recap as Markdown, as plain text, and as one HTML file for mail. No string of a card can become markup."""

from collections.abc import Iterator

from server.pages.markdown import link, plain
from server.pages.recap_page import RecapLine, RecapPage
from server.pages.rendering import render
from server.pages.words import KINDS

RIGHTS = "Rights to the quoted content remain with its publishers."
# The file's styles stand inline, as mail programs want them; nothing else may load or run.
MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# Controls, which drive terminals, and what turns the direction of text.
UNPRINTED = dict.fromkeys((*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def to_mail(page: RecapPage) -> str:
    """One HTML file of tables and inline styles, readable in any mail program and by itself."""
    return render("recap_mail.html", page=page)


# ---- Markdown ---------------------------------------------------------------------------------------------


def to_markdown(page: RecapPage) -> str:
    """With a link to each card and to each passage."""
    return "\n\n".join(_markdown(page)) + "\n"


def _markdown(page: RecapPage) -> Iterator[str]:
    yield f"# {page.title}"
    yield plain(page.span)
    yield plain(page.standfirst)
    if page.lead:
        yield f"## {_headline(page.lead)}"
        yield _claim(page.lead)
    for category, lines in page.groups:
        yield f"## {plain(category)}"
        for line in lines:
            yield f"### {_headline(line)}"
            yield _claim(line)
    yield f"{link('This recap', page.href)} · {plain(page.weighed)}"
    yield RIGHTS


def _headline(line: RecapLine) -> str:
    by = f"{line.line.headline_by}: " if line.line.headline_by else ""
    return link(f"{by}{line.line.headline}", line.href)


def _claim(line: RecapLine) -> str:
    by = f"{plain(line.line.said_by)}: " if line.line.said_by else ""
    marks = ", ".join([KINDS[line.line.kind], *line.marks])
    cites = " ".join(f"\\[{cite.n}\\] {link(cite.name, cite.url)}" for cite in line.line.cites)
    facts = plain(" · ".join([line.place, *line.facts]))
    others = ", ".join(link(name, other.href) for name, other in line.elsewhere)
    return f"{by}{plain(line.line.said)} *({marks})* {cites}  \n{facts}" + (
        f"  \nOn the same: {others}" if others else ""
    )


# ---- plain text -------------------------------------------------------------------------------------------


def to_text(page: RecapPage) -> str:
    """The part of a letter that has no markup."""
    return "\n".join(_text(page)) + "\n"


def _text(page: RecapPage) -> Iterator[str]:
    yield from (f"Threadproof: {page.title}", page.span, "", page.standfirst)
    if page.lead:
        yield from _text_of(page.lead)
    for category, lines in page.groups:
        yield f"\n\n{category.upper()}"
        for line in lines:
            yield from _text_of(line)
    yield from ("", "", page.weighed, RIGHTS, page.href)


def _text_of(line: RecapLine) -> Iterator[str]:
    told = line.line
    by = f"{_line(told.headline_by)}: " if told.headline_by else ""
    yield f"\n{by}{_line(told.headline)}"
    said_by = f"{_line(told.said_by)}: " if told.said_by else ""
    cites = ", ".join(f"[{cite.n}] {_line(cite.name)}" for cite in told.cites)
    marks = ", ".join([KINDS[told.kind], *line.marks])
    yield f"{said_by}{_line(told.said)} ({marks}{': ' if cites else ''}{cites})"
    yield _line(" · ".join([line.place, *line.facts]))
    yield line.href
    yield from (f"On the same, {_line(name)}: {other.href}" for name, other in line.elsewhere)


def _line(text: str) -> str:
    """On one line, without control characters and turns of direction."""
    return " ".join(text.split()).translate(UNPRINTED)
