"""Names of places that can be watched: one spelling for each, however it is written.

`r/LocalLLaMA`, `hn`, `hn/show`, `lobsters`, `lobsters/t/ai`, `!technology@lemmy.world`, `discourse:forum.example` and
the addresses of such pages. A name is a name and never a path: nothing in it can lead to another page of the site.
"""

import re
from typing import Literal

import msgspec

from server.core.errors import InvalidRequest, InvalidUrl
from server.core.urls.address import Address, parse_address

TargetKind = Literal["reddit", "hackernews", "lobsters", "lemmy", "discourse"]

HN_LISTS = ("front", "new", "best", "ask", "show")
_HN_PAGES = {"": "front", "news": "front", "newest": "new", "best": "best", "ask": "ask", "show": "show"}
_REDDIT = re.compile(r"/?[rR]/([A-Za-z0-9][A-Za-z0-9_]{1,20})/?")
_TAG = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,40}")
_LEMMY = re.compile(r"!?([a-z0-9_]{1,64})@([a-z0-9.-]{3,253}(?::\d{1,5})?)", re.IGNORECASE)
_CATEGORY = re.compile(r"/c/((?:[\w%~-]{1,80}/){1,3}\d{1,9})(?:/.*)?", re.ASCII)
EXAMPLES = "r/LocalLLaMA, hn, lobsters, !technology@lemmy.world, discourse:forum.example"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A place that lists threads. Two that are the same place have the same `name`, but for upper and lower case."""

    kind: TargetKind
    name: str  # the one spelling: "r/LocalLLaMA"
    host: str  # with its port where it is not the usual one
    place: str = ""  # within the site, as its addresses say it: "LocalLLaMA", "t/ai", "technology", "c/general/4"

    @property
    def key(self) -> str:
        """The same for the same place."""
        return self.name.casefold()


def parse_target(text: str) -> Target:
    """The place that is meant; InvalidRequest with examples where none is."""
    told = " ".join(text.split())
    found = _named(told) or _addressed(told)
    if found is None:
        raise InvalidRequest(f"{told[:80]!r} is no community that can be watched. Name one like these: {EXAMPLES}.")
    return found


def _named(told: str) -> Target | None:
    lower = told.lower().strip("/")
    if match := _REDDIT.fullmatch(told):
        return _reddit(match[1])
    head, _, rest = lower.partition("/")
    if head in ("hn", "hackernews"):
        return _hackernews(rest or "front")
    if head == "lobsters":
        return _lobsters(rest)
    if match := _LEMMY.fullmatch(told):
        return _lemmy(match[1], match[2])
    if lower.startswith("discourse:"):
        return _discourse(_parsed(told[len("discourse:") :]))
    return None


def _addressed(told: str) -> Target | None:
    address = _parsed(told)
    if address is None or "." not in address.host:
        return None
    site, segments = address.site, address.segments
    if site in ("reddit.com", "old.reddit.com", "new.reddit.com", "redd.it"):
        match = _REDDIT.match("/".join(segments[:2]))
        return _reddit(match[1]) if match and match.end() == len("/".join(segments[:2])) else None
    if site == "news.ycombinator.com":
        page = "/".join(segments)
        return _hackernews(_HN_PAGES[page]) if page in _HN_PAGES else None
    if site == "lobste.rs":
        return _lobsters("/".join(segments))
    if match := _CATEGORY.fullmatch(address.path):
        return _discourse(address)
    if len(segments) == 2 and segments[0] == "c":
        name, _, home = segments[1].partition("@")
        return _lemmy(name, home or _host(address)) if _LEMMY.fullmatch(f"{name}@{home or _host(address)}") else None
    return _discourse(address) if segments[:1] in (("latest",), ("top",)) and len(segments) == 1 else None


def _reddit(name: str) -> Target:
    return Target(kind="reddit", name=f"r/{name}", host="www.reddit.com", place=name)


def _hackernews(which: str) -> Target | None:
    if which not in HN_LISTS:
        return None
    name = "hn" if which == "front" else f"hn/{which}"
    return Target(kind="hackernews", name=name, host="news.ycombinator.com", place=which)


def _lobsters(rest: str) -> Target | None:
    tag = rest.removeprefix("t/") if rest.startswith("t/") else ""
    if rest not in ("", "newest", "hottest") and not _TAG.fullmatch(tag):
        return None
    place = f"t/{tag}" if tag else "" if rest == "hottest" else rest
    return Target(kind="lobsters", name=f"lobsters/{place}" if place else "lobsters", host="lobste.rs", place=place)


def _lemmy(name: str, home: str) -> Target | None:
    address = _parsed(f"https://{home}/")
    if address is None or "." not in address.host:
        return None
    host = _host(address)
    return Target(kind="lemmy", name=f"!{name.lower()}@{host}", host=host, place=name.lower())


def _discourse(address: Address | None) -> Target | None:
    if address is None or "." not in address.host:
        return None
    match = _CATEGORY.fullmatch(address.path)
    place = f"c/{match[1]}" if match else ""
    host = _host(address)
    name = f"discourse:{host}/{place}" if place else f"discourse:{host}"
    return Target(kind="discourse", name=name, host=host, place=place)


def _parsed(text: str) -> Address | None:
    try:
        return parse_address(text)
    except InvalidUrl:
        return None


def _host(address: Address) -> str:
    return f"{address.host}:{address.port}" if address.port else address.host
