"""The part of Reddit's JSON that a thread is made of, decoded without the rest.

An answer of 640 kB holds 140 kB of words; decoded as dicts it takes 2.7 times its size, as these structs 0.3 times.
Texts stay `Raw`, a view of the answer, until one is read. Every field takes any value: nobody promised types.
"""

from typing import Any

import msgspec

from server.core.errors import ThreadUnreadable
from workers.readers.values import text

Scalar = str | int | float | bool | None
NOTHING = msgspec.Raw(b"null")


class Listing(msgspec.Struct, gc=False):
    """A listing, or an error in the place of one."""

    data: "Children | Scalar | list[Any]" = None
    reason: Any = None
    error: Any = None


class Children(msgspec.Struct, gc=False):
    """A listing's inside."""

    children: "list[Thing | Scalar | list[Any]] | Scalar | Listing" = None


class Thing(msgspec.Struct, gc=False):
    """What Reddit calls a thing: `t1` a comment, `t3` a post, `more` a stub for comments left out."""

    kind: Any = None
    data: "Told | Scalar | list[Any]" = None


class Told(msgspec.Struct, gc=False):
    """A post's or a comment's fields."""

    id: Any = None
    author: Any = None
    created_utc: Any = None
    score: Any = None
    permalink: Any = None
    edited: Any = None
    # a comment's
    parent_id: Any = None
    link_id: Any = None
    body: msgspec.Raw = NOTHING
    body_html: msgspec.Raw = NOTHING
    replies: "Listing | Scalar | list[Any]" = None
    score_hidden: Any = None
    collapsed: Any = None
    is_submitter: Any = None
    distinguished: Any = None
    # a post's
    title: Any = None
    selftext: msgspec.Raw = NOTHING
    selftext_html: msgspec.Raw = NOTHING
    url: Any = None
    url_overridden_by_dest: Any = None
    num_comments: Any = None
    subreddit: Any = None
    subreddit_name_prefixed: Any = None
    subreddit_type: Any = None
    link_flair_text: Any = None
    hide_score: Any = None
    quarantine: Any = None
    over_18: Any = None
    spoiler: Any = None
    locked: Any = None
    archived: Any = None
    contest_mode: Any = None
    is_gallery: Any = None
    is_video: Any = None
    discussion_type: Any = None
    removed_by_category: Any = None
    poll_data: Any = None
    gallery_data: Any = None
    crosspost_parent_list: Any = None


_Answer = list[Listing | Scalar | list[Any]] | Listing | Scalar
_LISTINGS = msgspec.json.Decoder(_Answer)
_TEXT = msgspec.json.Decoder(Any)


def decode_listings(body: bytes, what: str) -> list[Any]:
    """The answer's listings, one alone as a list of one; ThreadUnreadable for anything that is no JSON."""
    try:
        answer = _LISTINGS.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ThreadUnreadable(f"What came is not {what}: truncated, damaged or another page. Try again.") from error
    return answer if isinstance(answer, list) else [answer]


def children(listing: Any) -> list[Thing]:
    """The things of a listing, nothing else that may stand among them."""
    inside = listing.data if isinstance(listing, Listing) else None
    found = inside.children if isinstance(inside, Children) else None
    return [thing for thing in found if isinstance(thing, Thing)] if isinstance(found, list) else []


def raw_text(value: msgspec.Raw) -> str:
    """A text left undecoded until now."""
    try:
        return text(_TEXT.decode(value))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""
