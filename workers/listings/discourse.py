"""A Discourse forum's latest topics, of the whole forum or of one category."""

from urllib.parse import quote

from server.core.errors import ThreadUnreadable
from server.core.targets import Target, TargetKind
from server.core.watching import Listed
from workers.listings.listing import Form
from workers.readers.reader import JSON
from workers.readers.values import count, decode_json, field, instant, line, rows, text, whole

KIND: TargetKind = "discourse"
WANTED = "a forum's list of topics"
WAY_OUT = "Check that the forum shows its topics to visitors."


def addresses(target: Target, most: int) -> list[str]:
    """Thirty topics a page."""
    place = f"{target.place}/l/latest" if target.place else "latest"
    return [f"https://{target.host}/{place}.json"] + (
        [f"https://{target.host}/{target.place}.json"] if target.place else []
    )


FORMS: tuple[Form, ...] = (Form("json", JSON, addresses),)


def parse(body: bytes, target: Target) -> list[Listed]:
    """See `Listing.parse`."""
    topics = field(field(decode_json(body, WANTED), "topic_list"), "topics")
    if type(topics) is not list:
        raise ThreadUnreadable(f"What came is not {WANTED}. {WAY_OUT}")
    return [listed for topic in rows(topics) if (listed := _of_topic(topic, target)) is not None]


def _of_topic(topic: object, target: Target) -> Listed | None:
    number = whole(field(topic, "id"))
    if number is None or number < 1 or text(field(topic, "archetype")) not in ("", "regular"):
        return None
    posts = count(field(topic, "posts_count"))
    pinned = any(field(topic, name) is True for name in ("pinned", "pinned_globally"))
    gone = field(topic, "visible") is False
    return Listed(
        url=f"https://{target.host}/t/{quote(text(field(topic, 'slug')), safe='') or 'topic'}/{number}",
        title=line(field(topic, "title")) or "",
        score=count(field(topic, "like_count")),
        comment_count=posts - 1 if posts else posts,
        posted_at=instant(field(topic, "created_at")),
        set_aside="pinned" if pinned else "removed" if gone else None,
    )
