"""One thread, one address: every spelling of a thread's URL gives one key.

Pure and total: a text gives a `CanonicalUrl` or `InvalidUrl`, nothing else. Where only a look-up can
tell which thread is meant (a share link, a comment without its story), `needs_lookup` says so and the
key is the link's own one spelling. A new site is one function from `Address` to `CanonicalUrl | None`
and one line in `RULES`.
"""

from server.core.urls.address import Address, parse_address
from server.core.urls.canonical import CanonicalUrl, SiteKind
from server.core.urls.pages import page
from server.core.urls.reddit import reddit
from server.core.urls.sites import discourse, github, hackernews, lemmy, lobsters, mastodon, stackexchange
from server.core.urls.social import twitter, youtube
from server.core.urls.wrappers import wrapped_address

__all__ = ["CanonicalUrl", "SiteKind", "canonical_url"]

RULES = (reddit, hackernews, lobsters, stackexchange, github, twitter, youtube, mastodon, lemmy, discourse)
MOST_WRAPPERS = 4  # a redirector inside a redirector is seen in the wild; more is somebody's joke


def canonical_url(url: str) -> CanonicalUrl:
    """The thread an address points at. InvalidUrl when the text is no http(s) address."""
    address = _unwrapped(parse_address(url))
    for rule in RULES:
        if found := rule(address):
            return found
    return page(address)


def _unwrapped(address: Address) -> Address:
    for _ in range(MOST_WRAPPERS):
        inner = wrapped_address(address)
        if inner is None:
            break
        address = inner
    return address
