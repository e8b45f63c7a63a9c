"""Which of the addresses in a thread lead out of it to something worth reading."""

import re
from collections.abc import Iterable

from server.core.errors import InvalidUrl
from server.core.urls import CanonicalUrl, canonical_url

MOST_LINKS = 20
MOST_SEEN = 400  # a comment of ten thousand links is not read to its end

_MEDIA_HOSTS = re.compile(
    r"(?:.+\.)?(?:redd\.it|redditstatic\.com|redditmedia\.com|imgur\.com|giphy\.com|gfycat\.com|redgifs\.com|tenor\.com|"
    r"ibb\.co|postimg\.cc|gyazo\.com|prnt\.sc|streamable\.com|twimg\.com|cloudfront\.net|quickmeme\.com|minus\.com)"
)
_MEDIA_PATH = re.compile(r"\.(?:jpe?g|png|gif|gifv|webp|svg|avif|bmp|mp4|webm|mov|mp3|ico)\Z", re.IGNORECASE)
_PROFILE = re.compile(
    r"https://(?:(?:x|twitter|facebook|instagram|github|tiktok|twitch|patreon|gitlab)\.(?:com|tv)/@?[^/?]+"
    r"|(?:linkedin\.com/in|youtube\.com/(?:user|channel|c)|reddit\.com/(?:u|user)|lobste\.rs/~)/?[^/?]*"
    r"|(?:youtube\.com|[^/]+)/@[^/?]+|news\.ycombinator\.com/user\?.*)"
)
_FAMILY = {
    "reddit.com": ("reddit.com", "redd.it", "redditmedia.com", "redditinc.com", "reddithelp.com", "reddit.zendesk.com")
}


def outbound(links: Iterable[str], home: CanonicalUrl) -> tuple[str, ...]:
    """At most 20 addresses in their order, each once, without the thread's own site, pictures and profiles.

    They are spelled as given, less tracking.
    """
    kept: dict[str, str] = {}
    for number, link in enumerate(links):
        if len(kept) == MOST_LINKS or number == MOST_SEEN:
            break
        try:
            found = canonical_url(link)
        except InvalidUrl:
            continue
        if found.key not in kept and _leads_out(found, home):
            kept[found.key] = found.asked
    return tuple(kept.values())


def _leads_out(link: CanonicalUrl, home: CanonicalUrl) -> bool:
    family = _FAMILY.get(home.site, (home.site,))
    if any(link.site == site or link.site.endswith(f".{site}") for site in family):
        return False
    if _MEDIA_HOSTS.fullmatch(link.site) or _MEDIA_PATH.search(link.key.partition("?")[0]):
        return False
    return not _PROFILE.fullmatch(link.key)
