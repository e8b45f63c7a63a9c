"""What each site's listing tells, from saved answers written for these tests."""

from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from server.core.errors import ThreadUnreadable
from server.core.targets import parse_target
from server.core.urls import canonical_url
from server.core.watching import Listed
from workers.listings import LISTINGS, listing_of

CASES = Path(__file__).parents[2] / "cases" / "listings"
SAVED = {
    "reddit-hot.json": "r/Lighthouses",
    "reddit-hot.atom": "r/Lighthouses",
    "hackernews-front.json": "hn",
    "hackernews-numbers.json": "hn/best",
    "lobsters-hottest.json": "lobsters",
    "lemmy-posts.json": "!lighthouses@lamps.example",
    "discourse-latest.json": "discourse:forum.example",
}


def parse(name: str) -> list[Listed]:
    """The threads in a saved answer."""
    target = parse_target(SAVED[name])
    return listing_of(target.kind).parse((CASES / name).read_bytes(), target)


def told(name: str) -> list[tuple[str, str | None]]:
    """Each thread's key without its site, and why it is set aside."""
    return [(canonical_url(listed.url).key.split("/", 3)[3], listed.set_aside) for listed in parse(name)]


def test_reddits_json_names_posts_and_sets_aside_what_is_no_news() -> None:
    """Pinned, adult, removed and paid posts; what has no address of Reddit's is no post at all."""
    assert told("reddit-hot.json") == [
        ("comments/1lamp1/", "pinned"),
        ("comments/1lamp2/", None),
        ("comments/1lamp3/", "adult"),
        ("comments/1lamp4/", "removed"),
        ("comments/1lamp5/", "promoted"),
        ("comments/1lamp6/", None),
        ("comments/1lamp7/", "removed"),
        ("comments/1lamp8/", None),
    ]
    listed = parse("reddit-hot.json")[1]
    assert (listed.title, listed.score, listed.comment_count) == ("Kestrel Point relights its lamp", 98, 38)


def test_reddits_feed_names_the_same_posts_as_far_as_it_tells() -> None:
    """It has no flags: the robot's posts count as pinned, titles and texts tell of the rest."""
    assert told("reddit-hot.atom") == [
        ("comments/1lamp1/", "pinned"),
        ("comments/1lamp2/", None),
        ("comments/1lamp3/", "adult"),
        ("comments/1lamp4/", "removed"),
        ("comments/1lamp6/", None),
        ("comments/1lamp8/", None),
    ]
    assert parse("reddit-hot.atom")[4].title == "Fresnel & friends: what a “second order” lens means"


def test_hacker_news_stories_come_without_its_advertisements() -> None:
    """Jobs cannot be answered; what is flagged is gone; the bare numbers tell neither."""
    assert told("hackernews-front.json") == [
        ("item?id=47000001", None),
        ("item?id=47000002", "promoted"),
        ("item?id=47000003", None),
        ("item?id=47000004", "removed"),
    ]
    assert told("hackernews-numbers.json") == [(f"item?id=4700000{n}", None) for n in (1, 3, 5)]


def test_lobsters_stories_are_named_by_their_short_ids() -> None:
    """Those that were merged or removed are set aside; a name that is a path is none."""
    assert told("lobsters-hottest.json") == [("s/lamp1", None), ("s/lamp2", "removed"), ("s/lamp3", None)]


def test_lemmys_posts_carry_their_flags() -> None:
    """Featured, adult and removed."""
    assert told("lemmy-posts.json") == [
        ("post/501", "pinned"),
        ("post/502", None),
        ("post/503", "adult"),
        ("post/504", "removed"),
        ("post/505", None),
    ]


def test_a_forums_topics_are_its_regular_ones() -> None:
    """Pinned and hidden ones are set aside, private words are not even named."""
    assert told("discourse-latest.json") == [
        ("t/901", "pinned"),
        ("t/902", None),
        ("t/903", "removed"),
        ("t/904", None),
    ]
    assert parse("discourse-latest.json")[1].comment_count == 7


@pytest.mark.parametrize("name", SAVED)
def test_every_listed_address_is_the_thread_of_its_own_site(name: str) -> None:
    """Whatever the answer says: nothing in it can send us elsewhere."""
    target = parse_target(SAVED[name])
    for listed in parse(name):
        canonical = canonical_url(listed.url)
        assert canonical.kind == target.kind
        assert canonical.site == target.host.removeprefix("www.")


@pytest.mark.parametrize(
    "body", [b"", b"null", b"{}", b"[[[", b"<html><title>Blocked</title>", b'{"posts": 3}', b"\xff\xfe"]
)
@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.KIND)
def test_what_is_no_listing_is_refused_in_words(listing: object, body: bytes) -> None:
    """A wall, an error or half an answer never counts as an empty list."""
    target = next(parse_target(name) for name in SAVED.values() if listing_of(parse_target(name).kind) is listing)
    with pytest.raises(ThreadUnreadable):
        listing.parse(body, target)  # type: ignore[attr-defined]


HOSTILE = (
    "javascript:alert(1)",
    "//evil.example/r/x/comments/1a/",
    "/r/x/../../etc",
    "https://evil.example/",
    "x" * 9000,
    7,
)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_in_every_field_are_no_thread_elsewhere(value: object) -> None:
    """Each field of each post in turn says something else than it should; what is listed stays on its site."""
    for name in (name for name in SAVED if name.endswith(".json")):
        target = parse_target(SAVED[name])
        document = msgspec.json.decode((CASES / name).read_bytes())
        body = msgspec.json.encode(spoiled(document, value))
        with suppress(ThreadUnreadable):
            for listed in listing_of(target.kind).parse(body, target):
                assert canonical_url(listed.url).site == target.host.removeprefix("www.")


def spoiled(value: object, by: object, *, depth: int = 0) -> object:
    """The same shape with every leaf replaced."""
    if isinstance(value, dict):
        return {key: spoiled(inner, by, depth=depth + 1) for key, inner in value.items()}
    if isinstance(value, list) and depth < 9:
        return [spoiled(inner, by, depth=depth + 1) for inner in value]
    return by
