"""A card's preview image as SVG: the head of its page, at the size that other places show.

Every colour is a token of the page's style, every figure one of the page's, and every text is measured before it is
set. Whatever a site or a model wrote goes through `drawable` and is escaped: no string can become markup.
"""

import re
from functools import cache
from xml.sax.saxutils import escape, quoteattr

import msgspec

from server.core.card import Card
from server.pages.card_page import CardPage, comments_read
from server.pages.exports import attributed
from server.pages.preview.faces import BOLD, FACES, SANS, SERIF, Face, Run, run_width, runs, width_of
from server.pages.preview.lines import cut, drawable, fit, is_right_to_left
from server.pages.rendering import STYLE, static_text
from server.pages.words import KINDS, count_words, date_words, span_words
from server.pages.writing_systems import direction_of

WIDTH, HEIGHT = 1200, 630  # what Open Graph's and Twitter's readers ask for
LEFT, RIGHT = 64, 1136
HEAD_TOP, HEAD_HEIGHT, HEAD_WIDTH = 200, 262, 760
MARGIN = 864  # where the evidence stands, beside the headline
SIZES = (92, 84, 76, 70, 64, 58, 52, 46)
TIGHT, LOOSE = 1.1, 1.34  # line heights: Latin, Greek and Cyrillic; scripts with more above and below
TRACKING = -0.018  # em; scripts whose letters join are not spaced
SMALL = 25
OPEN_RIGHT_TO_LEFT, CLOSE = "\u202b", "\u202c"
CELLS = ((LEFT, 468), (492, 824), (848, RIGHT))
FACTS_TOP = 496
MOST_CITED = 3


class Drawing(msgspec.Struct, frozen=True):
    """An SVG and the font files it needs."""

    svg: str
    fonts: list[str]


class Canvas:
    """Where things go: mirrored in a card that is read from the right."""

    def __init__(self) -> None:
        self.mirrored = False
        self.shapes: list[str] = []
        self.used: set[Face] = set()

    def at(self, x: float) -> float:
        """A distance from the side where reading begins, as a place."""
        return WIDTH - x if self.mirrored else x

    def rule(self, x1: float, y1: float, x2: float, y2: float, color: str, width: float = 1.5) -> None:
        """A straight line."""
        self.shapes.append(
            f'<path d="M{self.at(x1):.1f} {y1:.1f}L{self.at(x2):.1f} {y2:.1f}" '
            f'stroke="{_tokens()[color]}" stroke-width="{width}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        face: Face,
        size: float,
        color: str,
        *,
        tracking: float = 0,
        from_right: bool | None = None,
    ) -> float:
        """One line of drawable text; returns where it ends. A line by itself tells where it is read from."""
        from_right = self.mirrored and (is_right_to_left(text) if from_right is None else from_right)
        parts = in_visual_order(runs(text, face), from_right=from_right)
        end = x + sum(map(run_width, parts)) * size
        left = self.at(end) if self.mirrored else x
        for part in parts:
            before, after = (run_width(Run(spaces, part.face)) * size for spaces in outer_spaces(part.text))
            right = left + run_width(part) * size
            at = right - (before if from_right else after) if self.mirrored else left + before
            hold = "end" if self.mirrored else "start"  # what is narrower than measured keeps to where reading begins
            place = f'x="{at:.1f}" y="{y:.1f}" text-anchor="{hold}"'
            self._run(part, f'{place} font-size="{size}" fill="{_tokens()[color]}"', tracking * size)
            left = right
        return end

    def _run(self, run: Run, attributes: str, spacing: float) -> None:
        """A run of its own: the renderer takes all text to run from the left unless told."""
        text = run.text.strip()
        text = f"{OPEN_RIGHT_TO_LEFT}{text}{CLOSE}" if is_right_to_left(text) else text
        spaced = f' letter-spacing="{spacing:.2f}"' if spacing else ""
        self.shapes.append(f"<text {attributes} font-family={quoteattr(run.face.family)}{spaced}>{escape(text)}</text>")
        self.used.add(run.face)

    def drawing(self) -> Drawing:
        """All of it."""
        body = "".join(self.shapes)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
            f'<path d="M0 0h{WIDTH}v{HEIGHT}H0z" fill="{_tokens()["paper"]}"/>{body}</svg>'
        )
        return Drawing(svg, [face.path for face in FACES if face in self.used])


def outer_spaces(text: str) -> tuple[str, str]:
    """Those before and behind; SVG drops them at the ends of a text."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def in_visual_order(parts: list[Run], *, from_right: bool) -> list[Run]:
    """Runs from left to right. In a line read from the right, neighbours that are not keep their order (UAX #9, L2)."""
    if not from_right:
        return parts
    placed: list[Run] = []
    together = 0
    for part in parts:
        together = 0 if is_right_to_left(part.text) else together
        placed.insert(together, part)
        together = 0 if is_right_to_left(part.text) else together + 1
    return placed


def draw(card: Card) -> Drawing:
    """The picture of one version. It depends on that version's body alone, so it never changes."""
    headline = drawable(attributed(card.headline), SERIF) or _instead(card)
    mirrored = is_right_to_left(headline) or direction_of(card.lang) == "rtl"
    canvas, page = Canvas(), CardPage(card)
    draw_masthead(canvas)
    canvas.mirrored = mirrored
    _draw_badges(canvas, card)
    _draw_headline(canvas, headline)
    _draw_evidence(canvas, page)
    _draw_facts(canvas, page)
    return canvas.drawing()


def _instead(card: Card) -> str:
    """What stands for a headline in letters that none of our fonts has."""
    place = drawable(card.thread.community or card.thread.site, SERIF)
    return f"A thread on {place}, checked against the web" if place else "A thread, checked against the web"


def draw_masthead(canvas: Canvas) -> None:
    """The product's name runs from the left whatever the card's language."""
    end = canvas.text(LEFT, 84, "Threadproof", SERIF, 38, "ink", tracking=-0.01)
    canvas.text(end - 2, 69, "[1]", BOLD, 19, "rubric")
    canvas.rule(LEFT, 114, RIGHT, 114, "line")


def _draw_badges(canvas: Canvas, card: Card) -> None:
    places = [card.thread.community, card.thread.site] if card.thread.community else [card.thread.site]
    named = [(place, BOLD if n == 0 else SANS) for n, place in enumerate([*places, card.category]) if place]
    x: float = LEFT
    for n, (name, face) in enumerate(named):
        shown = cut(drawable(name, face), face, (RIGHT - x) / 28 - 2)
        if not shown or x > RIGHT - 150:
            continue
        if n:
            x = canvas.text(x + 13, 174, "·", SANS, 28, "soft") + 13
        x = canvas.text(x, 174, shown, face, 28, "ink" if face is BOLD else "soft")


def _draw_headline(canvas: Canvas, headline: str) -> None:
    needs_room = any(ord(ch) > 0x052F and not 0x1E00 <= ord(ch) <= 0x22FF for ch in headline)
    leading = LOOSE if needs_room else TIGHT
    fitted = fit(headline, SERIF, width=HEAD_WIDTH, height=HEAD_HEIGHT, sizes=SIZES, leading=leading, most=4)
    y = HEAD_TOP + fitted.size * (0.84 + (leading - TIGHT) / 2)
    tracking, from_right = 0 if needs_room else TRACKING, is_right_to_left(headline)
    for line in fitted.lines:
        canvas.text(LEFT, y, line, SERIF, fitted.size, "ink", tracking=tracking, from_right=from_right)
        y += fitted.size * leading


def _draw_evidence(canvas: Canvas, page: CardPage) -> None:
    """Beside the headline, as on the page: what kind of sentence it is, and which sources it cites."""
    cited = {each.n: each for each in page.cited(page.card.headline)}
    rows = list(cited.values())[:MOST_CITED]
    more = len(cited) - len(rows)
    y, leading = HEAD_TOP + 40, 38
    canvas.text(MARGIN + 20, y, KINDS[page.card.headline.kind], SANS, SMALL, "soft")
    for each in rows:
        y += leading
        x = canvas.text(MARGIN + 20, y, f"[{each.n}]", BOLD, SMALL, "rubric") + 8
        canvas.text(x, y, cut(drawable(each.name, SANS), SANS, (RIGHT - x) / SMALL), SANS, SMALL, "soft")
    if more > 0:
        y += leading
        canvas.text(MARGIN + 20, y, f"and {more} more", SANS, SMALL, "soft")
    canvas.rule(MARGIN, HEAD_TOP + 16, MARGIN, y + 8, "thread", 3)


def _draw_facts(canvas: Canvas, page: CardPage) -> None:
    """The strip and the verdict, the sources and the comments, the day and how fast."""
    card, counts = page.card, page.card.verification
    collected = f"Collected in {span_words(card.collected_after_s)}" if card.collected_after_s is not None else ""
    rows = (
        ("" if page.strip else f"Version {card.version}", f"{counts.supported} of {counts.claims} claims supported"),
        (
            count_words(page.web_sources, "cited source"),
            _fitting(comments_read(card), " read", CELLS[1]),
        ),
        (_fitting(f"As of {date_words(card.capture.captured_at)}", "As of ", CELLS[2]), collected),
    )
    canvas.rule(LEFT, FACTS_TOP, RIGHT, FACTS_TOP, "line")
    for n, ((left, right), (first, second)) in enumerate(zip(CELLS, rows, strict=True)):
        if n:
            canvas.rule(left - 24, FACTS_TOP, left - 24, FACTS_TOP + 94, "line")
        face, color = (BOLD, "ink") if n == 0 else (SANS, "soft")
        room = (right - left) / SMALL
        canvas.text(left, FACTS_TOP + 46, cut(first, face, room), face, SMALL, color)
        canvas.text(left, FACTS_TOP + 82, cut(second, face, room), face, SMALL, color)
    _draw_strip(canvas, page)


def _fitting(said: str, spare: str, cell: tuple[int, int]) -> str:
    """Without the words at its end or its beginning that it can spare, where it would not fit whole."""
    fits = width_of(said, SANS) * SMALL <= cell[1] - cell[0]
    return said if fits else said.removesuffix(spare).removeprefix(spare)


def _draw_strip(canvas: Canvas, page: CardPage) -> None:
    """One mark for every claim that was proposed, as on the page."""
    strip = page.strip
    if strip is None:
        return
    scale = min(1.6, (CELLS[0][1] - LEFT) / strip.width)
    colors = {"supported": "rubric", "partial": "thread", "dropped": "line"}
    for run in strip.runs:
        for start in range(run.start, run.start + run.length, 9):
            x = LEFT + (start + 3) * scale
            canvas.rule(x, FACTS_TOP + 24, x, FACTS_TOP + 46, colors[run.fate], 6 * scale)


@cache
def _tokens() -> dict[str, str]:
    """The light theme's colours by name."""
    root = re.search(r":root \{(.*?)\}", static_text(STYLE), re.DOTALL)
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", root[1] if root else ""))
