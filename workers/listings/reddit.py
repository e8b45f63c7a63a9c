"""A subreddit's hot posts: by the API where there are keys, else its Atom feed, else the public JSON.

The feed tells neither scores nor labels. Who pins posts there is told by the name alone: Reddit's own robot posts what
stands at the top of every week.
"""

import re

from lxml import etree

from server.core.errors import ThreadUnreadable
from server.core.targets import Target, TargetKind
from server.core.watching import Listed, Skipped
from workers.listings.listing import Form
from workers.readers.dom import LARGEST_BYTES
from workers.readers.prose import prose_of_html
from workers.readers.reader import JSON
from workers.readers.reddit import SITE, permalink, state_of
from workers.readers.values import count, decode_json, epoch, field, instant, line, text, whole
from workers.readers.walls import refuse_page

KIND: TargetKind = "reddit"
WANTED = "a subreddit's listing"
WAY_OUT = (
    "Reddit turns most servers away. Give this one keys to Reddit's API (THREADPROOF_REDDIT_CLIENT_ID), "
    "or watch it less often."
)
ATOM = "{http://www.w3.org/2005/Atom}"
FEED_LENGTH = 25  # what the feed and the JSON hold unless asked for more
ROBOT = "AutoModerator"
_NSFW = re.compile(r"[\[(]\s*nsfw\s*[\])]|^nsfw\b", re.IGNORECASE)
_GONE_BY = ("moderator", "reddit", "automod_filtered", "content_takedown", "copyright_takedown", "deleted", "author")


def api_addresses(target: Target, most: int) -> list[str]:
    """Pinned posts come on top of the number."""
    return [f"https://oauth.reddit.com/r/{target.place}/hot?limit={min(100, most + 10)}&raw_json=1"]


def feed_addresses(target: Target, most: int) -> list[str]:
    """The feed of hot posts under its usual spellings; its length is asked for only where the usual is too short."""
    place = f"{SITE}/r/{target.place}"
    longer = [f"{place}/.rss?limit={min(100, most + 10)}"] if most > FEED_LENGTH - 5 else []
    return [*longer, f"{place}/.rss", f"{place}/hot/.rss", f"{place}/hot.rss", f"{place}.rss"]


def json_addresses(target: Target, most: int) -> list[str]:
    """What browsers get; servers are mostly refused."""
    place = f"{SITE}/r/{target.place}"
    longer = [f"{place}/hot.json?limit={min(100, most + 10)}&raw_json=1"] if most > FEED_LENGTH - 5 else []
    return [*longer, f"{place}/hot.json?raw_json=1", f"{place}/hot.json", f"{place}/.json", f"{place}.json"]


FORMS: tuple[Form, ...] = (
    Form("oauth", JSON, api_addresses),
    Form("atom", "application/atom+xml", feed_addresses),
    Form("json", JSON, json_addresses),
)


def parse(body: bytes, target: Target) -> list[Listed]:
    """The posts in either form. See `Listing.parse`."""
    start = body.lstrip()[:1]
    return _parse_feed(body, target) if start == b"<" else _parse_json(body, target)


# ---- JSON -----------------------------------------------------------------------------------------


def _parse_json(body: bytes, target: Target) -> list[Listed]:
    answer = decode_json(body, WANTED)
    reason = line(field(answer, "reason"))
    if reason in ("private", "quarantined", "banned", "gated"):
        raise ThreadUnreadable(f"{target.name} is {reason}: it lists nothing to strangers.")
    things = field(field(answer, "data"), "children")
    if type(things) is not list:
        raise ThreadUnreadable(f"What came is not {WANTED}: it has no posts. {WAY_OUT}")
    return [listed for thing in things if (listed := _of_thing(thing)) is not None]


def _of_thing(thing: object) -> Listed | None:
    post = field(thing, "data")
    url = permalink(field(post, "permalink"))
    if field(thing, "kind") != "t3" or url is None:
        return None
    return Listed(
        url=url,
        title=line(field(post, "title")) or "",
        score=whole(field(post, "score")),
        comment_count=count(field(post, "num_comments")),
        posted_at=epoch(field(post, "created_utc")),
        set_aside=_flag(post),
    )


def _flag(post: object) -> Skipped | None:
    gone = field(post, "removed_by_category") in _GONE_BY or state_of(text(field(post, "selftext"))) is not None
    flags: tuple[tuple[bool, Skipped], ...] = (
        (field(post, "stickied") is True or field(post, "pinned") is True, "pinned"),
        (field(post, "promoted") is True or field(post, "is_created_from_ads_ui") is True, "promoted"),
        (gone, "removed"),
        (field(post, "over_18") is True, "adult"),
    )
    return next((reason for holds, reason in flags if holds), None)


# ---- the feed -------------------------------------------------------------------------------------


def _parse_feed(body: bytes, target: Target) -> list[Listed]:
    if b"<feed" not in body[:2000]:
        refuse_page(body, WANTED)
    if len(body) > LARGEST_BYTES:
        raise ThreadUnreadable(f"What came instead of {WANTED} is larger than {LARGEST_BYTES:,} bytes.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, recover=False)
    try:
        feed = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ThreadUnreadable(f"What came is not {WANTED}: truncated, damaged or another page.") from error
    return [listed for entry in feed.iterfind(f"{ATOM}entry") if (listed := _of_entry(entry)) is not None]


def _of_entry(entry: etree._Element) -> Listed | None:
    link = entry.find(f"{ATOM}link")
    url = permalink(link.get("href", "").removeprefix(SITE)) if link is not None else None
    if url is None or not _text(entry, "id").startswith("t3_"):
        return None
    return Listed(
        url=url,
        title=_text(entry, "title"),
        posted_at=instant(_text(entry, "published") or _text(entry, "updated")),
        set_aside=_flag_of_entry(entry),
    )


def _flag_of_entry(entry: etree._Element) -> Skipped | None:
    author = (entry.findtext(f"{ATOM}author/{ATOM}name") or "").strip().removeprefix("/u/")
    written = re.search(r"<!-- SC_OFF -->(.*?)<!-- SC_ON -->", entry.findtext(f"{ATOM}content") or "", re.DOTALL)
    if author == ROBOT:
        return "pinned"
    if written and state_of(prose_of_html(written[1]).text) is not None:
        return "removed"
    return "adult" if _NSFW.search(_text(entry, "title")) else None


def _text(entry: etree._Element, name: str) -> str:
    return " ".join((entry.findtext(f"{ATOM}{name}") or "").split())
