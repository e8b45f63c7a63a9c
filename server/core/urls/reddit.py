"""Reddit's addresses. Post and comment ids are base 36 without case; share tokens and video ids have case."""

import re

from server.core.urls.address import Address
from server.core.urls.canonical import CanonicalUrl
from server.core.urls.pages import asked

# Every subdomain answers for every thread: www, old, new, np, m, i, amp, pay, languages, once even communities.
_HOST = re.compile(r"(?:.+\.)?reddit\.com|(?:www\.)?redditmedia\.com")
_SHORT_HOST = re.compile(r"(?:www\.)?redd\.it")
_VIDEO_HOST = "v.redd.it"
_FORMAT = re.compile(r"\.(?:json|rss|xml|compact|mobile|embed|html)\Z", re.IGNORECASE)
_ID = re.compile(r"(?:t3_)?([0-9a-z]{1,13})")
_COMMENT = re.compile(r"(?:t1_)?([0-9a-z]{2,13})")
_BARE_ID = re.compile(r"(?=[a-z]*\d)[0-9a-z]{5,8}")  # reddit.com/2gmzqe; needs a digit, or "login" would be a post


def reddit(address: Address) -> CanonicalUrl | None:
    """The thread, share link or video an address of Reddit's names; None for its other pages and other hosts."""
    if _SHORT_HOST.fullmatch(address.host):
        first = _FORMAT.sub("", "".join(address.segments[:1])).lower()
        return _thread(address, first, None) if _ID.fullmatch(first) else None
    if address.host == _VIDEO_HOST and len(address.segments) == 1:
        return _lookup(address, f"https://v.redd.it/{address.segments[0]}")
    if not _HOST.fullmatch(address.host):
        return None
    return _by_path(address)


def _by_path(address: Address) -> CanonicalUrl | None:
    parts = _FORMAT.sub("", address.path.removesuffix("/")).lstrip("/").split("/")
    place, rest = _split_place(parts)
    word, after = (rest[0].lower(), rest[1:]) if rest else ("", [])
    named = [part for part in after if part]
    first = named[0].lower() if named else ""
    if word in ("comments", "gallery", "tb", "by_id") and _ID.fullmatch(first):
        return _thread(address, first, _comment(after[after.index(named[0]) + 1 :]) if word == "comments" else None)
    if word == "s" and named:
        return _lookup(address, f"https://www.reddit.com{place}/s/{named[0]}")
    if word == "video" and named and not place:
        return _lookup(address, f"https://v.redd.it/{named[0]}")
    if not place and not named and _BARE_ID.fullmatch(word):
        return _thread(address, word, None)
    return None


def _split_place(parts: list[str]) -> tuple[str, list[str]]:
    """The community or profile in front, as "/r/name" in lower case, and the segments behind it."""
    named = [number for number, part in enumerate(parts) if part]
    if len(named) >= 2 and parts[named[0]].lower() in ("r", "u", "user"):
        kind = "r" if parts[named[0]].lower() == "r" else "user"
        rest = parts[named[1] + 1 :]
        return f"/{kind}/{parts[named[1]].lower()}", _from_first_word(rest)
    return "", _from_first_word(parts)


def _from_first_word(parts: list[str]) -> list[str]:
    return next((parts[number:] for number, part in enumerate(parts) if part), [])


def _comment(rest: list[str]) -> str | None:
    """The comment behind a post's id: after its slug, after an empty slug, or after the word "comment"."""
    named = [part.lower() for part in rest if part]
    behind_the_slug = named[1:] if (rest and rest[0]) or len(named) > 1 else named
    match = _COMMENT.fullmatch("".join(behind_the_slug[:1]))
    return match[1] if match else None


def _thread(address: Address, post: str, comment: str | None) -> CanonicalUrl:
    match = _ID.fullmatch(post)
    thread = match[1] if match else post
    return CanonicalUrl(
        key=f"https://www.reddit.com/comments/{thread}/",
        site="reddit.com",
        kind="reddit",
        thread_id=thread,
        comment=comment,
        asked=asked(address),
    )


def _lookup(address: Address, key: str) -> CanonicalUrl:
    return CanonicalUrl(key=key, site="reddit.com", kind="reddit", needs_lookup=True, asked=asked(address))
