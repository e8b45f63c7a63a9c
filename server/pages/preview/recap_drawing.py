"""A recap's preview image: its name, its days, and the headlines that weigh most, in the manner of a card's."""

from server.pages.preview.drawing import LEFT, RIGHT, Canvas, Drawing, draw_masthead
from server.pages.preview.faces import BOLD, SANS, SERIF
from server.pages.preview.lines import cut, drawable, fit, is_right_to_left
from server.pages.recap_page import RecapLine, RecapPage
from server.pages.words import count_words

TITLE_SIZE, SMALL, HEADLINE = 76, 25, 33
ROWS_TOP, ROW = 308, 88
MOST_ROWS = 3


def draw_recap(page: RecapPage) -> Drawing:
    """Out of what the page says; a headline that no font can draw leaves its row to the next."""
    canvas = Canvas()
    draw_masthead(canvas)
    end = canvas.text(LEFT, 174, "Recap", BOLD, 28, "ink")
    end = canvas.text(end + 13, 174, "·", SANS, 28, "soft") + 13
    canvas.text(end, 174, page.span, SANS, 28, "soft")
    fitted = fit(page.title, SERIF, width=RIGHT - LEFT, height=100, sizes=(TITLE_SIZE, 64, 52), leading=1.1, most=1)
    canvas.text(LEFT, 264, fitted.lines[0] if fitted.lines else page.title, SERIF, fitted.size, "ink", tracking=-0.018)
    heaviest = sorted(page.lines, key=lambda line: (-line.line.weight, line.line.card_id))
    rows = [(line, headline) for line in heaviest if (headline := drawable(_headline(line), SERIF))][:MOST_ROWS]
    for n, (line, headline) in enumerate(rows):
        _draw_row(canvas, ROWS_TOP + n * ROW, line, headline)
    more = page.recap.total - len(rows)
    told = f"and {count_words(more, 'more card')}" if rows and more > 0 else page.standfirst if not rows else ""
    if told:
        canvas.text(LEFT, 600, cut(drawable(told, SANS), SANS, (RIGHT - LEFT) / SMALL), SANS, SMALL, "soft")
    return canvas.drawing()


def _draw_row(canvas: Canvas, top: float, line: RecapLine, headline: str) -> None:
    canvas.rule(LEFT, top - 8, RIGHT, top - 8, "ink" if top == ROWS_TOP else "line")
    room = (RIGHT - LEFT) / HEADLINE
    from_right = is_right_to_left(headline)
    canvas.text(LEFT, top + 34, cut(headline, SERIF, room), SERIF, HEADLINE, "ink", from_right=from_right)
    place = cut(drawable(line.place, BOLD), BOLD, 14)
    end = canvas.text(LEFT, top + 68, place, BOLD, SMALL, "ink") if place else LEFT - 10
    facts = cut(drawable(" · ".join([line.line.category, *line.facts]), SANS), SANS, (RIGHT - end - 12) / SMALL)
    canvas.text(end + 12, top + 68, facts, SANS, SMALL, "soft")


def _headline(line: RecapLine) -> str:
    return f"{line.line.headline_by}: {line.line.headline}" if line.line.headline_by else line.line.headline
