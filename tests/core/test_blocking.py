"""The operator's blocklists."""

import pytest

from server.core.blocking import OPEN, Blocklist
from server.core.errors import Blocked
from server.core.thread import CaptureReceipt, Thread
from server.core.urls import canonical_url
from tests.fakes import NOON, THREAD_URL

LIST = Blocklist(("farm.example",), ("r/Lighthouses", "!gulls@lemmy.example", "github.com/owner/repo"))


def thread(site: str, community: str | None) -> Thread:
    """One that was read."""
    receipt = CaptureReceipt(via="json", captured_at=NOON, comments_read=0, comments_total=0, fingerprint="x")
    return Thread(url=THREAD_URL, site=site, community=community, title="", capture=receipt)


@pytest.mark.parametrize(
    "url",
    [
        "https://farm.example/a",
        "https://www.deep.farm.example/a",
        "https://old.reddit.com/r/lighthouses/comments/1kestrel/",
        "https://www.reddit.com/r/LIGHTHOUSES/s/abcdef",
        "https://github.com/Owner/Repo/issues/3",
    ],
)
def test_an_address_that_tells_its_place_is_refused_before_anything_is_made(url: str) -> None:
    """Sites with everything below them; communities in any case."""
    with pytest.raises(Blocked):
        LIST.check_address(canonical_url(url))
    OPEN.check_address(canonical_url(url))


@pytest.mark.parametrize("url", ["https://notfarm.example/a", "https://www.reddit.com/r/Lighthouse/comments/1kestrel/"])
def test_a_name_that_only_looks_like_it_is_another(url: str) -> None:
    """No prefixes, no suffixes."""
    LIST.check_address(canonical_url(url))


@pytest.mark.parametrize(
    ("site", "community", "blocked"),
    [
        ("reddit.com", "r/Lighthouses", True),
        ("lemmy.example", "!gulls@lemmy.example", True),
        ("github.com", "owner/repo", True),
        ("codeberg.org", "owner/repo", False),
        ("farm.example", None, True),
        ("reddit.com", None, False),
        ("reddit.com", "r/Keepers", False),
    ],
)
def test_a_thread_that_was_read_is_judged_by_where_it_really_stands(
    site: str, community: str | None, blocked: bool
) -> None:
    """A short link tells nothing; what it led to does."""
    if blocked:
        with pytest.raises(Blocked):
            LIST.check_thread(thread(site, community))
    else:
        LIST.check_thread(thread(site, community))
