"""Hacker News: the front page by Algolia's search, the other lists by Algolia too, else Firebase's bare numbers."""

from server.core.errors import ThreadUnreadable
from server.core.targets import Target, TargetKind
from server.core.watching import Listed, Skipped
from workers.listings.listing import Form
from workers.readers.reader import JSON
from workers.readers.values import count, decode_json, epoch, field, line, rows, text, whole

KIND: TargetKind = "hackernews"
WANTED = "a list of Hacker News"
WAY_OUT = "Both of its public APIs are free of keys: look at it again later, or less often."
SITE = "https://news.ycombinator.com"
ALGOLIA = "https://hn.algolia.com/api/v1"
TAGS = {"front": "front_page", "ask": "ask_hn", "show": "show_hn", "new": "story"}
FIREBASE = {"front": "top", "new": "new", "best": "best", "ask": "ask", "show": "show"}
MOST = 100
_GONE = ("[flagged]", "[dead]", "[deleted]")


def search_addresses(target: Target, most: int) -> list[str]:
    """Newest first but for the front page, which Algolia gives whole; there is no list of the best."""
    tag = TAGS.get(target.place)
    if tag is None:
        return []
    way = "search" if target.place == "front" else "search_by_date"
    return [f"{ALGOLIA}/{way}?tags={tag}&hitsPerPage={min(MOST, max(30, most + 10))}", f"{ALGOLIA}/{way}?tags={tag}"]


def number_addresses(target: Target, most: int) -> list[str]:
    """Up to 500 numbers in the order of the page."""
    return [f"https://hacker-news.firebaseio.com/v0/{FIREBASE[target.place]}stories.json"]


FORMS: tuple[Form, ...] = (Form("api", JSON, search_addresses), Form("api", JSON, number_addresses))


def parse(body: bytes, target: Target) -> list[Listed]:
    """Stories, in either form. A list of numbers tells neither titles nor what is no story. See `Listing.parse`."""
    answer = decode_json(body, WANTED)
    if type(answer) is list:
        numbers = [number for number in map(whole, answer[:MOST]) if number is not None and number > 0]
        if answer and not numbers:
            raise ThreadUnreadable(f"What came is not {WANTED}: it holds no numbers of stories.")
        return [Listed(url=f"{SITE}/item?id={number}") for number in numbers]
    if type(field(answer, "hits")) is not list:
        raise ThreadUnreadable(f"What came is not {WANTED}: it has no hits.")
    return [listed for hit in rows(field(answer, "hits")) if (listed := _of_hit(hit)) is not None]


def _of_hit(hit: object) -> Listed | None:
    number = text(field(hit, "objectID")) or str(whole(field(hit, "story_id")) or "")
    title = line(field(hit, "title"))
    if not (number.isascii() and number.isdecimal() and len(number) <= 12) or title is None:
        return None
    return Listed(
        url=f"{SITE}/item?id={number}",
        title=title,
        score=whole(field(hit, "points")),
        comment_count=count(field(hit, "num_comments")),
        posted_at=epoch(field(hit, "created_at_i")),
        set_aside=_flag(title, rows(field(hit, "_tags"))),
    )


def _flag(title: str, tags: list[object]) -> Skipped | None:
    """Jobs are the companies' own advertisements: nobody may answer them."""
    if title.startswith(_GONE):
        return "removed"
    return "promoted" if "job" in tags else None
