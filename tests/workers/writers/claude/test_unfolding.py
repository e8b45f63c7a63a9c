"""A model's JSON while it streams."""

import json

from workers.writers.claude.unfolding import Unfolding

ANSWER = {
    "queries": ["lamp vote minutes", 'the "relit" lamp'],
    "category": "Policy",
    "headline": {"text": "Council relights {lamp}", "cites": [3]},
    "discussion": [{"text": "a, b: [c]", "cites": [1, 2]}, {"text": "d", "cites": []}],
}


def unfold(texts: list[str]) -> list[tuple[str, object]]:
    """All that closes over these snapshots."""
    unfolding = Unfolding(frozenset({"queries"}))
    return [member for text in texts for member in unfolding.feed(text)]


WHOLE = [
    ("queries", "lamp vote minutes"), ("queries", 'the "relit" lamp'), ("category", "Policy"),
    ("headline", ANSWER["headline"]), ("discussion", ANSWER["discussion"]),
]  # fmt: skip


def test_every_member_comes_once_as_soon_as_it_has_closed() -> None:
    """Letter by letter, in chunks or at once, and whatever stands around the object."""
    text = json.dumps(ANSWER, indent=1)
    assert unfold([text[:end] for end in range(len(text) + 1)]) == WHOLE
    assert unfold([text[:end] for end in range(0, len(text) + 16, 16)]) == WHOLE
    assert unfold([text]) == WHOLE
    assert unfold(["Here it is:\n" + text]) == WHOLE


def test_strings_of_a_streamed_list_do_not_wait_for_the_list_to_close() -> None:
    """A search can start while the next one is still being written."""
    start = '{"queries": ["lamp vote minutes", "the'
    assert unfold([start]) == [("queries", "lamp vote minutes")]


def test_what_breaks_off_gives_what_had_closed() -> None:
    """And of the open member nothing."""
    text = json.dumps(ANSWER)
    cut = text[: text.index('"discussion"') + 30]
    assert [name for name, _ in unfold([cut])] == ["queries", "queries", "category", "headline"]


def test_a_second_attempt_gives_nothing_twice() -> None:
    """It starts over from a shorter text, and may have other words."""
    text = json.dumps(ANSWER)
    again = json.dumps({**ANSWER, "category": "Other"})
    assert unfold([text[:100], again[:20], again]) == [WHOLE[0], WHOLE[1], WHOLE[2], *WHOLE[3:]]


def test_other_things_than_an_object_give_nothing() -> None:
    """Prose, lists, numbers, nothing, nesting without end."""
    for text in ("", "I cannot do that.", "[1, 2]", "7", "{", '{"a"', "{" * 5_000, '{"a":' * 5_000, "\ud800{"):
        assert [member for member in unfold([text]) if member[1] not in ({}, None)] == []
