"""Reddit's API for those who have keys: the listing, then the comments that its `more` stubs leave out.

`/api/morechildren` answers with a flat list of things that name their parents. Here they are put back into the tree,
so that `reddit_json` reads one listing. Calls are few on purpose: Reddit gives a key 100 a minute for all it does.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from server.core.errors import ThreadUnreadable
from server.core.thread import Thread
from server.core.urls import CanonicalUrl
from workers.readers import reddit_json
from workers.readers.reader import JSON, Way
from workers.readers.reddit import KINDS, WAY_OUT
from workers.readers.reddit_listing import Children, Listing, Scalar, Thing, Told, children
from workers.readers.values import field, rows, text

__all__ = ["KINDS", "WAYS", "WAY_OUT", "addresses", "further", "parse"]

API = "https://oauth.reddit.com"
MOST_CALLS = 12  # after the listing: an eighth of a minute's allowance, and at half a second each within FURTHER_S
MOST_TOLD = 1500  # comments after which no more are asked for: a model is shown a few hundred of them
BATCH = 100  # the most that /api/morechildren takes
_ID = re.compile(r"[0-9a-z]{1,13}")
_JOINED = re.compile(rb"\s*\[\s*\[")


class Answer(msgspec.Struct, gc=False):
    """What `/api/morechildren` says with `api_type=json`."""

    json: "Inside | Scalar | list[Any]" = None


class Inside(msgspec.Struct, gc=False):
    """Its envelope."""

    data: "Things | Scalar | list[Any]" = None


class Things(msgspec.Struct, gc=False):
    """Comments and further stubs, flat."""

    things: "list[Thing | Scalar | list[Any]] | Scalar | Listing" = None


_Document = list[Listing | Scalar | list[Any]] | Answer | Scalar
_DOCUMENTS = msgspec.json.Decoder(list[_Document])


def addresses(canonical: CanonicalUrl) -> list[str]:
    """The thread's listing; 500 comments are the most that one answer holds."""
    return [f"{API}/comments/{canonical.thread_id}?raw_json=1&limit=500"]


def further(canonical: CanonicalUrl, told: Sequence[Any]) -> list[str]:
    """Where the comments are that the documents so far only mention: batches of ids, then branches cut for depth.

    A document's batches stay the same when others follow it, so whoever fetches can tell which it has.
    """
    known: set[str] = set()
    batches: list[str] = []
    cut: list[str] = []
    for document in told:
        stubs = list(_stubs(document, known))
        wanted = _choose_fairly([names for _, names in stubs], known)
        batches += [_more_address(canonical, wanted[at : at + BATCH]) for at in range(0, len(wanted), BATCH)]
        cut += [_branch_address(canonical, parent) for parent, names in stubs if parent and not names]
    return [] if len(known) >= MOST_TOLD else [*batches, *cut]


WAYS: tuple[Way, ...] = (Way("oauth", JSON, addresses, further, MOST_CALLS),)


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The thread in a listing, alone or with the documents that `further` led to. See `Reader.parse`."""
    if not _JOINED.match(body):
        return reddit_json.parse(body, media_type, canonical, captured_at)
    try:
        first, *answers = _DOCUMENTS.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ThreadUnreadable(f"What came is not {reddit_json.WANTED}: truncated or damaged. Try again.") from error
    listings = first if isinstance(first, list) else [first]
    merge(listings, answers, canonical.thread_id or "")
    return reddit_json.thread_of_listings(listings, canonical, captured_at)


def merge(listings: Sequence[Any], answers: Sequence[Any], post: str) -> None:
    """Hang comments that came later into the tree of a listing, each below its parent.

    One whose parent is nowhere, or answers itself in a circle, stands at top level; one that is there already, or
    belongs to another post, is left out.
    """
    top = listings[1] if len(listings) > 1 else None
    if not isinstance(top, Listing):
        return
    placed: dict[str, Told] = {}
    for told, _ in _walk(children(top)):
        placed.setdefault(told.id, told)  # the first telling is the one that is read
    names = set(placed)
    late: dict[str, list[Told]] = {}
    for told, above in (found for answer in answers for found in _walk(_things(answer))):
        if told.id not in names and text(told.link_id) in ("", f"t3_{post}"):
            names.add(told.id)
            late.setdefault(above, []).append(told)
            told.replies = None
    orphans = [told for above in list(late) if above not in names for told in late.pop(above)]
    _hang_below([*placed.values(), *orphans], late)
    _hang(top, [*orphans, *(told for circle in late.values() for told in circle)])


def _hang_below(placed: list[Told], late: dict[str, list[Told]]) -> None:
    """Move out of `late` what leads to a placed comment. A parent takes its children once: no tree closes on itself."""
    waiting = placed
    while waiting:
        told = waiting.pop()
        if found := late.pop(told.id, None):
            told.replies = _hang(told.replies, found)
            waiting += found


def _hang(listing: Any, comments: Sequence[Told]) -> Listing:
    """A listing with more comments in it: the same one, where there is one."""
    below = listing if isinstance(listing, Listing) else Listing()
    below.data = Children(children=[*children(below), *(Thing("t1", told) for told in comments)])
    return below


def _things(answer: Any) -> list[Any]:
    """The things of a `morechildren` answer, or of one branch's listing."""
    if isinstance(answer, list):
        return children(answer[1]) if len(answer) > 1 else []
    inside = answer.json if isinstance(answer, Answer) else None
    data = inside.data if isinstance(inside, Inside) else None
    found = data.things if isinstance(data, Things) else None
    return [thing for thing in found if isinstance(thing, Thing)] if isinstance(found, list) else []


def _walk(things: Sequence[Thing]) -> Iterator[tuple[Told, str]]:
    """Comments with a name, and their parent's: the one they stand below, else the one they tell."""
    waiting = [(thing, "") for thing in reversed(things)]
    while waiting:
        thing, above = waiting.pop()
        told = thing.data
        if thing.kind == "t1" and isinstance(told, Told) and text(told.id):
            waiting += [(reply, told.id) for reply in reversed(children(told.replies))]
            yield told, above or text(told.parent_id).removeprefix("t1_")


def _choose_fairly(stubs: Sequence[Sequence[str]], known: set[str]) -> list[str]:
    """The first of every stub, then the second of every stub: Reddit puts the best first, and no branch is starved."""
    chosen: dict[str, None] = {}
    place = 0
    while stubs and len(chosen) < BATCH * MOST_CALLS:
        stubs = [names for names in stubs if place < len(names)]
        chosen |= dict.fromkeys(names[place] for names in stubs if names[place] not in known)
        place += 1
    return list(chosen)[: BATCH * MOST_CALLS]


def _stubs(document: Any, known: set[str]) -> Iterator[tuple[str, list[str]]]:
    """The `more` stubs of a decoded document as (parent, ids); names of comments that are there go into `known`."""
    listing = document[1] if type(document) is list and len(document) > 1 else None
    told = field(field(document, "json"), "data")
    waiting = [*reversed(rows(field(told, "things")) or rows(field(field(listing, "data"), "children")))]
    while waiting:
        thing = waiting.pop()
        data = field(thing, "data")
        if field(thing, "kind") == "t1":
            known.add(text(field(data, "id")))
            waiting += reversed(rows(field(field(field(data, "replies"), "data"), "children")))
        elif field(thing, "kind") == "more":
            parent = text(field(data, "parent_id")).removeprefix("t1_")
            names = [name for name in rows(field(data, "children")) if _is_id(name)]
            yield parent if _is_id(parent) else "", names


def _is_id(value: Any) -> bool:
    return _ID.fullmatch(text(value)) is not None


def _more_address(canonical: CanonicalUrl, names: Sequence[str]) -> str:
    """`/api/morechildren` for some ids; they may belong to several stubs."""
    listed = ",".join(names)
    return f"{API}/api/morechildren?link_id=t3_{canonical.thread_id}&children={listed}&api_type=json&raw_json=1"


def _branch_address(canonical: CanonicalUrl, parent: str) -> str:
    """What Reddit shows as "continue this thread"."""
    return f"{API}/comments/{canonical.thread_id}?comment={parent}&raw_json=1&limit=500"
