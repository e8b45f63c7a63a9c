"""Names of places that can be watched."""

import pytest

from server.core.errors import InvalidRequest
from server.core.targets import parse_target

SAME = {
    "r/LocalLLaMA": (
        "/r/LocalLLaMA/", "https://www.reddit.com/r/LocalLLaMA/top/?t=week", "old.reddit.com/r/LocalLLaMA",
    ),
    "hn": ("HN", "hackernews", "https://news.ycombinator.com/", "https://news.ycombinator.com/news"),
    "hn/show": ("hackernews/show", "https://news.ycombinator.com/show"),
    "lobsters": ("lobste.rs", "https://lobste.rs/", "lobsters/hottest"),
    "lobsters/t/ai": ("https://lobste.rs/t/ai",),
    "!technology@lemmy.world": (
        "technology@lemmy.world", "https://lemmy.world/c/technology", "https://lemmy.ml/c/technology@lemmy.world",
    ),
    "discourse:meta.example": ("https://meta.example/latest", "discourse:https://meta.example/"),
    "discourse:meta.example/c/general/4": ("https://meta.example/c/general/4", "https://meta.example/c/general/4/l/top"),
}  # fmt: skip
NO_PLACE = (
    "", "r/", "r/a", "r/../../etc/passwd", "r/a b", "r/x?limit=9", "r/x/comments/1a", "hn/../admin", "hn/jobs",
    "lobsters/../x", "lobsters/t/../..", "!a@b", "!a/b@lemmy.world", "https://evil.example/", "https://www.reddit.com/",
    "javascript:alert(1)", "https://www.reddit.com/user/somebody", "https://lemmy.world/c/a%2fb", "discourse:",
    "discourse:localhost", "r/" + "x" * 40, "<script>alert(1)</script>", "\u202er/x", "r/名前",
)  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_every_spelling_of_a_place_is_one_name(name: str) -> None:
    """Its name reads back as itself."""
    assert [parse_target(spelling).name for spelling in (name, *SAME[name])] == [name] * (len(SAME[name]) + 1)


def test_upper_and_lower_case_are_one_place() -> None:
    """The name keeps the case that a person wrote, the key does not."""
    assert parse_target("r/localllama").key == parse_target("r/LocalLLaMA").key


@pytest.mark.parametrize("text", NO_PLACE)
def test_what_is_no_place_is_refused_with_examples(text: str) -> None:
    """Paths, other pages of the same sites, and hosts that are none among them."""
    with pytest.raises(InvalidRequest, match="r/LocalLLaMA, hn"):
        parse_target(text)
