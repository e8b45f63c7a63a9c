"""Recaps over HTTP: `/recap/2026-W09` and `/recap/2026-02-23`, as page, mail, text, Markdown and picture."""

import re
from typing import Annotated

from litestar import Controller, get
from litestar.params import Dependency
from litestar.types import ASGIApp

from server.core.errors import NotFound
from server.core.following import RecapStore
from server.core.periods import Period, parse_period
from server.core.recaps import COUNTED, LOOKED_AT, MOST, compose
from server.pages.answers import ready_page
from server.pages.feed_entries import to_atom, to_json
from server.pages.preview.recap_drawing import draw_recap
from server.pages.recap_exports import MAIL_CSP, to_mail, to_markdown, to_text
from server.pages.recap_feed import WEEKS, feed_of
from server.pages.recap_page import RecapPage, current_week, path_of, title_of
from server.pages.rendering import render
from server.parts import Parts, PartsArgument
from server.ready_answers import ATOM, HTML, JSON_FEED, PNG, TEXT, PassingAnswer, ReadyAnswer, moved

CACHE = "no-cache"
ADDRESS = re.compile(r"(?P<name>[^.]{1,20})(?:\.(?P<form>[a-z]{2,4}))?")
RecapsArgument = Annotated[RecapStore, Dependency(skip_validation=True)]


class RecapController(Controller):
    """Under /recap."""

    path = "/recap"
    include_in_schema = False

    @get("/")
    async def latest(self, parts: PartsArgument) -> ASGIApp:
        """To the week that is under way."""
        return PassingAnswer(302, _there(path_of(current_week(parts.clock()))))

    @get("/{reference:str}")
    async def read(self, reference: str, parts: PartsArgument, recaps: RecapsArgument) -> ASGIApp:
        """A period's recap; with a dot and a form behind it, an export."""
        if reference in ("feed.atom", "feed.json"):
            return await _feed(parts, recaps, reference)
        match = ADDRESS.fullmatch(reference)
        if match is None:
            raise NotFound("There is no recap at this address. Weeks are written 2026-W09, days 2026-02-23.")
        period = parse_period(match["name"])
        if not period.has_begun(parts.clock()):
            raise NotFound(f"{title_of(period)} has not begun yet. /recap leads to the week that is under way.")
        if period.name != match["name"]:
            return moved(path_of(period) + (f".{match['form']}" if match["form"] else ""))
        return await _answer(parts, await load_page(parts, recaps, period), match["form"])


async def load_page(parts: Parts, recaps: RecapStore, period: Period) -> RecapPage:
    """A period's recap out of the lines there are now."""
    most = MOST[period.kind]
    lines = await recaps.lines_of(period, limit=most * LOOKED_AT)
    total = await recaps.count_lines(period, most=COUNTED) if len(lines) >= most else len(lines)
    return RecapPage(compose(period, lines, total=total), parts.address, parts.clock())


async def _feed(parts: Parts, recaps: RecapStore, name: str) -> ReadyAnswer:
    """The weeks up to the one under way, the newest first."""
    pages: list[RecapPage] = []
    week: Period | None = current_week(parts.clock())
    while week is not None and len(pages) < WEEKS:
        pages.append(await load_page(parts, recaps, week))
        week = week.beside(-1)
    feed = feed_of(pages, parts.address)
    body, media = (to_atom(feed), ATOM) if name == "feed.atom" else (to_json(feed), JSON_FEED)
    return ReadyAnswer(body, media, cache=CACHE, packs=True)


async def _answer(parts: Parts, page: RecapPage, form: str | None) -> ReadyAnswer:
    if form is None:
        return ready_page(render("recap.html", page=page), cache=CACHE)
    if form == "html":
        headers = {"content-security-policy": MAIL_CSP}
        return ReadyAnswer(to_mail(page).encode(), HTML, cache=CACHE, headers=headers, packs=True)
    if form in ("md", "txt"):
        text = to_markdown(page) if form == "md" else to_text(page)
        return ReadyAnswer(text.encode(), TEXT, cache=CACHE, packs=True)
    if form == "png":
        drawing = draw_recap(page)
        return ReadyAnswer(await parts.images.picture(drawing.svg, lambda: drawing), PNG, cache=CACHE)
    raise NotFound("A recap is exported as .html (for mail), .txt, .md or .png.")


def _there(path: str) -> list[tuple[bytes, bytes]]:
    return [(b"location", path.encode()), (b"cache-control", b"no-cache")]
