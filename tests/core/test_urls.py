"""Spellings of addresses: our own table, read by the extension's tests too, and the shared hostile list when it is
there."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from server.core.errors import InvalidUrl
from server.core.urls import canonical_url

ROOT = Path(__file__).parents[2]
CASES = json.loads((ROOT / "tests/cases/urls.json").read_text())
HOSTILE = ROOT / "../shared/hostile"


def key_of(url: str) -> str | None:
    try:
        return canonical_url(url).key
    except InvalidUrl:
        return None


@pytest.mark.parametrize("thread", CASES["threads"], ids=lambda thread: thread["key"])
def test_every_spelling_of_a_thread_gives_one_key(thread: dict[str, Any]) -> None:
    """All spellings in the table agree on key, kind, site and id, and the key canonicalises to itself."""
    for spelling in [*thread["spellings"], thread["key"]]:
        found = canonical_url(spelling)
        assert [found.key, found.kind, found.site, found.thread_id] == [
            thread["key"], thread["kind"], thread["site"], thread["thread_id"],
        ], spelling  # fmt: skip
        assert not found.needs_lookup


@pytest.mark.parametrize("case", CASES["comments"], ids=lambda case: case["url"])
def test_a_comment_permalink_remembers_its_comment_and_belongs_to_its_thread(case: dict[str, str]) -> None:
    """The thread is the key; the comment is beside it."""
    found = canonical_url(case["url"])
    assert (found.key, found.comment, found.needs_lookup) == (case["key"], case["comment"], False)


@pytest.mark.parametrize("case", CASES["lookups"], ids=lambda case: case["url"])
def test_an_address_that_hides_its_thread_says_that_a_look_up_is_needed(case: dict[str, str]) -> None:
    """Its key is its own one spelling, tokens with their case kept."""
    found = canonical_url(case["url"])
    assert (found.key, found.needs_lookup) == (case["key"], True)


@pytest.mark.parametrize("pair", CASES["different"], ids=lambda pair: pair[0])
def test_addresses_of_different_things_keep_different_keys(pair: list[str]) -> None:
    """Look-alike hosts, other instances, other numbers and meaningful parameters never meet."""
    assert key_of(pair[0]) != key_of(pair[1])


@pytest.mark.parametrize("text", CASES["invalid"])
def test_what_is_no_web_address_is_refused_by_name(text: str) -> None:
    """InvalidUrl, with a message that says what to give instead."""
    with pytest.raises(InvalidUrl, match="web address"):
        canonical_url(text)


def test_an_endless_address_is_refused() -> None:
    """8,192 characters are the most we read."""
    with pytest.raises(InvalidUrl, match="characters"):
        canonical_url("https://example.com/" + "a" * 9000)


def test_any_text_at_all_gives_a_key_or_invalid_url() -> None:
    """Ten thousand random strings of awkward pieces raise nothing else, and keys are fixed points."""
    pieces = [
        "https://", "http:", "//", "www.reddit.com", "/r/x/comments/", "1k9xyz", "?", "#", "&", "=", "%", "%2e", "..",
        "\\", "@", ":", "[", "]", "\ud800", "é", "。", "\x00", "item?id=", "/t/", "/post/", "/@a/", "9" * 30, "xn--",
        "news.ycombinator.com", "github.com/a/b/issues/", "/s/", "\u202e", ".json", "٣", "url=", "out.reddit.com/?",
    ]  # fmt: skip
    dice = random.Random(7)
    for _ in range(10_000):
        key = key_of("".join(dice.choices(pieces, k=dice.randint(1, 9))))
        assert key is None or key_of(key) == key


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the shared hostile lists are not on this machine")
def test_the_shared_pairs_agree() -> None:
    """Every pair of the shared list is the same thread, or not, as the list says."""
    for line in (HOSTILE / "canonical_urls.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["needs"] != "none":
            assert canonical_url(row["url"]).needs_lookup, row["id"]
        url = row.get("redirect_to", row["url"])
        keys = key_of(url), key_of(row["other"])
        assert (keys[0] == keys[1] and None not in keys) is row["same"], row["id"]
        assert "comment" not in row or canonical_url(url).comment == row["comment"], row["id"]


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the shared hostile lists are not on this machine")
def test_hostile_addresses_raise_nothing_unnamed() -> None:
    """Every string of the shared lists gives a key or InvalidUrl."""
    for name in ("ssrf_urls", "naughty_strings", "xss_strings"):
        for line in (HOSTILE / f"{name}.jsonl").read_text().splitlines():
            row = json.loads(line)
            key_of(row.get("url", row.get("text", "")))
