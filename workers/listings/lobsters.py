"""Lobsters: its hottest stories, the newest, or those of one tag, as JSON."""

import re

from server.core.errors import ThreadUnreadable
from server.core.targets import Target, TargetKind
from server.core.watching import Listed
from workers.listings.listing import Form
from workers.readers.reader import JSON
from workers.readers.values import count, decode_json, field, instant, line, rows, text, whole

KIND: TargetKind = "lobsters"
WANTED = "Lobsters' list of stories"
WAY_OUT = "It is free of keys: look at it again later, or less often."
SITE = "https://lobste.rs"
_NAME = re.compile(r"[0-9a-z]{4,12}")


def addresses(target: Target, most: int) -> list[str]:
    """One page of 25 stories."""
    return [f"{SITE}/{target.place or 'hottest'}.json"]


FORMS: tuple[Form, ...] = (Form("json", JSON, addresses),)


def parse(body: bytes, target: Target) -> list[Listed]:
    """See `Listing.parse`."""
    answer = decode_json(body, WANTED)
    if type(answer) is not list:
        raise ThreadUnreadable(f"What came is not {WANTED}.")
    return [listed for story in rows(answer) if (listed := _of_story(story)) is not None]


def _of_story(story: object) -> Listed | None:
    name = text(field(story, "short_id"))
    if not _NAME.fullmatch(name):
        return None
    return Listed(
        url=f"{SITE}/s/{name}",
        title=line(field(story, "title")) or "",
        score=whole(field(story, "score")),
        comment_count=count(field(story, "comment_count")),
        posted_at=instant(field(story, "created_at")),
        set_aside="removed" if field(story, "is_deleted") is True or field(story, "is_moderated") is True else None,
    )
