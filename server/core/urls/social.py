"""Posts on X and videos on YouTube: read as pages, but with many spellings of one address."""

import re

from server.core.urls.address import Address
from server.core.urls.canonical import CanonicalUrl
from server.core.urls.pages import asked

_TWITTER = re.compile(r"(?:(?:www|mobile|m)\.)?(?:twitter|x|fxtwitter|vxtwitter|fixupx)\.com")
_STATUS = re.compile(r"/(?:i/web|i|[^/]+)/status(?:es)?/(\d{1,20})(?:/.*)?")
_YOUTUBE = re.compile(r"(?:(?:www|m|music)\.)?youtube(?:-nocookie)?\.com")
_VIDEO = re.compile(r"[\w-]{11}", re.ASCII)


def twitter(address: Address) -> CanonicalUrl | None:
    """A post on X, whoever's name stands in its address."""
    match = _STATUS.fullmatch(address.path) if _TWITTER.fullmatch(address.host) else None
    if match is None:
        return None
    return _page(address, f"https://x.com/i/web/status/{match[1]}", "x.com", match[1])


def youtube(address: Address) -> CanonicalUrl | None:
    """A video, whether watched, short, live or embedded."""
    video = _video(address)
    if video is None or not _VIDEO.fullmatch(video):
        return None
    return _page(address, f"https://www.youtube.com/watch?v={video}", "youtube.com", video)


def _video(address: Address) -> str | None:
    parts = address.segments
    if address.host in ("youtu.be", "www.youtu.be"):
        return parts[0] if parts else None
    if not _YOUTUBE.fullmatch(address.host):
        return None
    if parts == ("watch",):
        return address.parameter("v")
    return parts[1] if len(parts) >= 2 and parts[0] in ("shorts", "embed", "live", "v") else None


def _page(address: Address, key: str, site: str, thread: str) -> CanonicalUrl:
    return CanonicalUrl(key=key, site=site, kind="page", thread_id=thread, asked=asked(address))
