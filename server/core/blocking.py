"""The operator's blocklists: sites and communities whose threads become no cards here."""

from collections.abc import Iterable

import msgspec

from server.core.errors import Blocked
from server.core.setting_aside import is_blocked
from server.core.thread import Thread
from server.core.urls import CanonicalUrl

NEXT = "It is on this server's blocklist. Ask the operator, or run your own server: make run."


class Blocklist(msgspec.Struct, frozen=True):
    """Sites, everything below them included, and communities as their sites write them: "r/name", "!name@host",
    "owner/repository", in upper or lower case; "site/community" means that site's alone."""

    sites: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()

    def check_address(self, canonical: CanonicalUrl) -> None:
        """Blocked where the address alone tells. Which community a thread belongs to often shows only when it is read,
        so whoever reads it asks again."""
        if is_blocked(canonical.site, self.sites):
            raise Blocked(f"No cards are made of threads at {canonical.site} here. {NEXT}")
        for community in _named_in(canonical):
            self._check_community(canonical.site, community)

    def check_thread(self, thread: Thread) -> None:
        """Blocked where the thread's site or community is."""
        if is_blocked(thread.site, self.sites):
            raise Blocked(f"No cards are made of threads at {thread.site} here. {NEXT}")
        if thread.community:
            self._check_community(thread.site, thread.community)

    def _check_community(self, site: str, community: str) -> None:
        name = _folded(community)
        if any(_folded(entry) in (name, f"{site}/{name}") for entry in self.communities):
            raise Blocked(f"No cards are made of threads in {community} here. {NEXT}")


OPEN = Blocklist()


def _folded(community: str) -> str:
    return community.strip().strip("/").casefold()


def _named_in(canonical: CanonicalUrl) -> Iterable[str]:
    """The community that an address names, by its site's own form."""
    segments = canonical.asked.partition("://")[2].partition("?")[0].split("/")[1:]
    if canonical.kind == "reddit" and len(segments) > 1 and segments[0].lower() in ("r", "u", "user"):
        kind = "r" if segments[0].lower() == "r" else "u"
        return (f"{kind}/{segments[1]}",)
    if canonical.kind == "github" and len(segments) > 1:
        return (f"{segments[0]}/{segments[1]}",)
    return ()
