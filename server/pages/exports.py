"""A card as text, and as Markdown with footnotes."""

import re
from collections.abc import Callable, Iterator

from server.core.card import Card, Claim
from server.pages.card_page import CardPage, byline, linked, name_of
from server.pages.markdown import link, plain
from server.pages.words import KINDS, date_words

RIGHTS = "Rights to the quoted content remain with its publishers."


# ---- Markdown -----------------------------------------------------------------------------------


def to_markdown(card: Card) -> str:
    """The card as Markdown; each quotation is a footnote. No string of the card can become markup or a link."""
    return "\n\n".join(block for block in _markdown_blocks(CardPage(card)) if block) + "\n"


def _markdown_blocks(page: CardPage) -> Iterator[str]:
    card = page.card
    yield f"# {plain(attributed(card.headline))}{_notes(card.headline)}"
    if card.hook:
        yield f"**{plain(attributed(card.hook))}**{_notes(card.hook)} *({KINDS[card.hook.kind]})*"
    badges = [card.category or "", card.thread.community or card.thread.site, *page.facts, page.freshness]
    yield plain(" · ".join(badge for badge in badges if badge))
    for title, lines in _sections(page, _claim_markdown, plain):
        yield f"## {title}"
        yield "\n".join(lines) if lines[0].startswith("- ") else "\n\n".join(lines)
    yield from _markdown_sources(page)
    yield plain(page.closing)
    if card.related:
        yield "## Related updates"
        yield "\n".join(f"- {link(other.headline, other.permalink)}" for other in card.related)
    yield f"{link(page.original, card.thread.url)} · {link('Permalink', card.permalink)} · {RIGHTS}"
    yield "\n".join(_footnotes(card))


def _markdown_sources(page: CardPage) -> Iterator[str]:
    card = page.card
    yield "## Sources"
    yield grounding(page)
    yield "\n".join(
        f"{source.n}. {link(source.title or source.url, source.url)}: "
        + plain(", ".join([*byline(source), *([date_words(source.published_at)] if source.published_at else [])]))
        + (" (the thread)" if source.n == 1 else "")
        for source in card.sources
    )
    if card.unread:
        yield "Found but not cited:"
        yield "\n".join(f"- {link(item.title or item.url, item.url)}: {plain(item.reason)}" for item in card.unread)
    yield plain(" · ".join([page.verdict, *page.made_by]))
    yield plain(card.verification.method)


def _claim_markdown(claim: Claim) -> str:
    label = f"**{plain(claim.label)}:** " if claim.label else ""
    marks = [KINDS[claim.kind], *(["two independent origins"] if claim.corroborated else [])]
    marks += ["supported in part"] if claim.support == "partial" else []
    return f"{label}{plain(claim.text)}{_notes(claim)} *({', '.join(marks)})*"


def _notes(claim: Claim) -> str:
    return "".join(f"[^{_note(c.source, c.quote)}]" for c in claim.citations)


def _note(n: int, quote: str) -> str:
    return f"{n}{re.sub(r'[^A-Za-z0-9]', '', quote)}"


def _footnotes(card: Card) -> Iterator[str]:
    for source in card.sources:
        for quote in source.quotes:
            speaker = f"{plain(quote.by)}, " if quote.by else ""
            where = linked(quote, source)
            way = f" [In the page](<{where}>)" if where else ""
            yield f"[^{_note(source.n, quote.id)}]: {speaker}{plain(name_of(source))}: “{plain(quote.text)}”{way}"


def attributed(claim: Claim) -> str:
    """The sentence with whoever says it in front, where somebody is named."""
    return f"{claim.label}: {claim.text}" if claim.label else claim.text


def closed(prediction: str) -> str:
    """With a colon where it is but a heading: "What Mara Ellisen expects"."""
    return prediction if prediction.endswith((".", "!", "”", '"')) else f"{prediction}:"


def grounding(page: CardPage) -> str:
    """How many pages beside the thread the card cites."""
    if not page.web_sources:
        return "No page beside the thread is cited"
    return f"Web-grounded analysis with {page.web_sources} cited source{'' if page.web_sources == 1 else 's'}"


# ---- plain text ---------------------------------------------------------------------------------


def to_text(card: Card) -> str:
    """The card for a terminal: sentences with their source numbers, then the sources."""
    return "\n".join(_text_lines(CardPage(card))) + "\n"


def _text_lines(page: CardPage) -> Iterator[str]:
    card = page.card
    yield _line(attributed(card.headline))
    if card.hook:
        yield _line(attributed(card.hook))
    yield _line(" · ".join(filter(None, [card.category, card.thread.community or card.thread.site, *page.facts])))
    for title, lines in _sections(page, _claim_text, _line):
        yield f"\n{title.upper()}"
        yield from lines
    yield f"\nSOURCES\n{grounding(page)}"
    for source in card.sources:
        yield f"[{source.n}] {_line(source.title or source.url)}: {_line(', '.join(byline(source)))}"
        yield f"    {_line(source.url)}"
    yield f"\n{_line(' · '.join([page.verdict, *page.made_by]))}"
    yield _line(card.verification.method)
    yield f"{page.closing}\n{_line(card.permalink)}"


def _claim_text(claim: Claim) -> str:
    numbers = "".join(f"[{n}]" for n in dict.fromkeys(citation.source for citation in claim.citations))
    label = f"{_line(claim.label)}: " if claim.label else ""
    return f"{label}{_line(claim.text)} {numbers} ({KINDS[claim.kind]})"


def _line(text: str) -> str:
    """On one line, and without the control characters that would drive a terminal (CVE-2019-9535 and its kin)."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "", " ".join(text.split()))


# ---- the order of a card, shared by both ------------------------------------------------------------


def _sections(page: CardPage, say: "Say", plain: "Plain") -> Iterator[tuple[str, list[str]]]:
    """Title and lines of each section that has any, in the page's order."""
    card, insight = page.card, page.card.insight
    yield "TL;DR", list(_tldr_lines(card, say, plain))
    found = [
        ("Takeaways", [f"- {say(claim)}" for claim in insight.takeaways] if insight else []),
        ("Technical", [f"- {say(claim)}" for claim in insight.technical] if insight else []),
        ("What the thread says", [f"- {say(claim)}" for claim in (card.discussion.points if card.discussion else ())]),
        ("Disputed", list(_dispute_lines(card, say, plain))),
        *_implications(page, say, plain),
        ("Timeline", [f"- {plain(date_words(e.date))}: {say(e.event)}" for e in insight.timeline] if insight else []),
    ]
    yield from ((title, lines) for title, lines in found if lines)


def _tldr_lines(card: Card, say: "Say", plain: "Plain") -> Iterator[str]:
    tldr = card.tldr
    yield f"What changed. {say(tldr.what_changed)}"
    if tldr.why_it_matters:
        yield f"Why it matters. {say(tldr.why_it_matters)}"
    for claim in tldr.what_to_do_next:
        yield f"What to do next. {say(claim)}"
    if tldr.who_should_care:
        yield f"Who should care. {plain(', '.join(tldr.who_should_care))}"


def _dispute_lines(card: Card, say: "Say", plain: "Plain") -> Iterator[str]:
    for dispute in card.disputed:
        for claim in (*dispute.sides, *([dispute.note] if dispute.note else [])):
            yield f"- {plain(dispute.about)}: {say(claim)}"


def _implications(page: CardPage, say: "Say", plain: "Plain") -> Iterator[tuple[str, list[str]]]:
    insight = page.card.insight
    title = "What sources expect" if page.is_extractive else "What may follow (AI reading of the cited sources)"
    foreseen = insight.implications if insight else ()
    yield title, [f"- {plain(closed(item.prediction))} {say(item.rationale)}" for item in foreseen]


Say = Callable[[Claim], str]
Plain = Callable[[str], str]
