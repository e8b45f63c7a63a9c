"""Where lists and their feeds are found. Names come from strangers' sites and may look like paths."""

import re
from urllib.parse import quote, unquote, urlencode

from server.core.card import AUDIENCES, CATEGORIES
from server.core.presentation import slug
from server.core.shelves import EVERYTHING, Shelf

REDDIT = "reddit.com"
SUBREDDIT = re.compile(r"r/([A-Za-z0-9_]{1,50})")
# Segments that no browser or proxy takes for something else: "..", "" and what is encoded twice are not among them.
PLAIN_PATH = re.compile(r"[\w!@~-][\w.!@~+-]*(?:/[\w!@~-][\w.!@~+-]*)*")
CATEGORY_OF = {slug(name): name for name in CATEGORIES}
AUDIENCE_OF = {slug(name): name for name in AUDIENCES}
FEEDS = ("site", "community", "category", "audience", "q")  # what a feed's address may name, in this order


def path_of(shelf: Shelf) -> str | None:
    """A shelf's own page; None where it has none."""
    if shelf == EVERYTHING:
        return "/"
    if shelf.category is not None:
        return f"/category/{slug(shelf.category)}" if shelf.category in CATEGORIES else None
    if shelf.audience is not None:
        return f"/for/{slug(shelf.audience)}" if shelf.audience in AUDIENCES else None
    return _path_of_place(shelf.site, shelf.community) if shelf.site and PLAIN_PATH.fullmatch(shelf.site) else None


def feed_path(form: str, shelf: Shelf = EVERYTHING, q: str | None = None) -> str:
    """The feed of a shelf, or of a search on it; `form` is "atom" or "json"."""
    told = {**{name: getattr(shelf, name) for name in FEEDS[:-1]}, "q": q}
    query = urlencode({name: value for name, value in told.items() if value}, safe="/!@", errors="replace")
    return f"/feed.{form}" + (f"?{query}" if query else "")


def search_path(q: str | None, shelf: Shelf = EVERYTHING, before: str | None = None) -> str:
    """The page of a search."""
    told = {"q": q, "site": shelf.site, "community": shelf.community, "before": before}
    query = urlencode({name: value for name, value in told.items() if value}, safe="/!@:", errors="replace")
    return "/search" + (f"?{query}" if query else "")


def is_path_of(shelf: Shelf, asked: str) -> bool:
    """Whether a decoded path with its query is the very address of a shelf's page."""
    proper = path_of(shelf)
    return proper is not None and unquote(proper) == asked


def going_on(path: str, before: str) -> str:
    """The same list from a place on."""
    return f"{path}{'&' if '?' in path else '?'}before={quote(before, safe=':~')}"


def _path_of_place(site: str, community: str | None) -> str:
    base = f"/s/{quote(site, safe='')}"
    if not community:
        return base
    if site == REDDIT and (match := SUBREDDIT.fullmatch(community)):
        return f"/r/{match[1]}"
    if PLAIN_PATH.fullmatch(community):
        return f"{base}/{quote(community, safe='/!@~', errors='replace')}"
    return f"{base}?community={quote(community, safe='', errors='replace')}"
