"""Reddit's listing with the comments that `/api/morechildren` adds to it."""

import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from server.core.errors import ThreadError, ThreadUnreadable
from server.core.thread import Thread
from server.core.urls import canonical_url
from workers.readers import join_answers, reddit_json, reddit_more
from workers.readers.reddit_more import BATCH, MOST_CALLS, MOST_TOLD, further

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CANONICAL = canonical_url("https://www.reddit.com/comments/1abcde/")
LISTING = (Path(__file__).parents[2] / "cases/pages/reddit-listing.json").read_bytes()
Json = dict[str, Any]


def said(name: str, parent: str = "t3_1abcde", *replies: Json, **fields: Any) -> Json:
    """A comment as Reddit writes one."""
    below = {"kind": "Listing", "data": {"children": list(replies)}} if replies else ""
    told = {"id": name, "name": f"t1_{name}", "parent_id": parent, "link_id": "t3_1abcde", "body": f"I am {name}."}
    return {"kind": "t1", "data": {**told, "author": f"by_{name}", "score": 1, "replies": below, **fields}}


def more(parent: str, *names: str, count: int | None = None) -> Json:
    """A stub for comments left out; without names the branch goes on elsewhere."""
    told = {"id": names[0] if names else "_", "name": "t1__", "parent_id": parent, "depth": 1}
    return {"kind": "more", "data": {**told, "children": list(names), "count": count or len(names)}}


def listing(*things: Json) -> list[Json]:
    post = {"id": "1abcde", "title": "A kiln", "subreddit": "kilnlog", "author": "fern", "num_comments": 9}
    return [
        {"kind": "Listing", "data": {"children": [{"kind": "t3", "data": post}]}},
        {"kind": "Listing", "data": {"children": list(things)}},
    ]


def answer(*things: Json) -> Json:
    """What `/api/morechildren` says with `api_type=json`."""
    return {"json": {"errors": [], "data": {"things": list(things)}}}


def parse(*documents: Any) -> Thread:
    bodies = [json.dumps(document).encode() for document in documents]
    body = join_answers(bodies) if len(bodies) > 1 else bodies[0]
    return reddit_more.parse(body, "application/json", CANONICAL, NOW)


def tree(thread: Thread) -> list[tuple[str, str | None, int]]:
    return [(comment.id, comment.parent, comment.depth) for comment in thread.comments]


def asked(urls: list[str]) -> list[list[str]]:
    """The ids each address asks for."""
    return [parse_qs(urlsplit(url).query).get("children", [""])[0].split(",") for url in urls]


# ---- merging ----------------------------------------------------------------------------------------


def test_a_listing_alone_is_read_as_the_plain_json_is() -> None:
    """Nothing was left out, or nothing further came."""
    assert reddit_more.parse(LISTING, "", CANONICAL, NOW) == reddit_json.parse(LISTING, "", CANONICAL, NOW)


def test_what_came_later_stands_below_its_parent() -> None:
    """Flat things name their parents, in whatever order; replies to what came later included."""
    thread = parse(
        listing(said("a", "t3_1abcde", said("b", "t1_a"), more("t1_a", "c", "d")), said("e"), more("t3_1abcde", "f")),
        answer(said("g", "t1_c"), said("c", "t1_a"), said("d", "t1_a"), said("f")),
    )
    assert tree(thread) == [
        ("a", None, 0), ("b", "a", 1), ("c", "a", 1), ("g", "c", 2), ("d", "a", 1), ("e", None, 0), ("f", None, 0),
    ]  # fmt: skip
    assert (thread.capture.comments_read, thread.capture.comments_total) == (7, 9)
    assert thread.comments[3].text == "I am g."


def test_the_rest_of_a_branch_cut_for_depth_is_hung_where_it_was_cut() -> None:
    """Its document is a listing whose one root is known already."""
    thread = parse(
        listing(said("a", "t3_1abcde", said("b", "t1_a", more("t1_b")))),
        listing(said("b", "t1_a", said("c", "t1_b", said("d", "t1_c")))),
    )
    assert tree(thread) == [("a", None, 0), ("b", "a", 1), ("c", "b", 2), ("d", "c", 3)]


def test_what_is_there_already_is_not_told_twice() -> None:
    """The first telling stands, across documents too."""
    thread = parse(listing(said("a")), answer(said("a", body="Again."), said("b")), answer(said("b", "t1_a")))
    assert tree(thread) == [("a", None, 0), ("b", None, 0)]
    assert thread.comments[0].text == "I am a."


def test_a_comment_of_another_post_is_left_out() -> None:
    """Whatever an answer holds, a thread is one post's."""
    assert tree(parse(listing(said("a")), answer(said("b", "t1_a", link_id="t3_zzzzz")))) == [("a", None, 0)]


def test_a_lost_parent_or_a_circle_of_parents_makes_a_comment_top_level() -> None:
    """Nothing that was said is lost, and nothing runs for ever."""
    thread = parse(
        listing(said("a")),
        answer(said("x", "t1_gone"), said("y", "t1_x"), said("c", "t1_d"), said("d", "t1_c"), said("s", "t1_s")),
    )
    assert tree(thread) == [
        ("a", None, 0), ("x", None, 0), ("y", "x", 1), ("c", None, 0), ("d", None, 0), ("s", None, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        {"json": {"errors": [["RATELIMIT", "slow down", "ratelimit"]]}},
        {"json": {"errors": [], "data": {}}},
        {"json": {"data": {"things": [None, 5, {"kind": "t1", "data": None}, {"kind": "t1", "data": {"id": 7}}]}}},
        {"json": []},
        {"message": "Too Many Requests", "error": 429},
        [],
        [None, None],
        None,
        "x",
    ],
)
def test_an_answer_that_brings_nothing_takes_nothing_away(document: Any) -> None:
    """The listing stands as it came, and the receipt tells how much was read."""
    assert tree(parse(listing(said("a")), document)) == [("a", None, 0)]


def test_random_answers_give_a_tree_or_a_named_error() -> None:
    """Parents first, each comment once, whoever answers whom."""
    dice = random.Random(5)
    for _ in range(300):
        names = [f"c{number}" for number in range(dice.randint(1, 30))]
        things = [said(dice.choice(names), f"t1_{dice.choice(names)}") for _ in names]
        cut = dice.randint(0, len(things))
        thread = parse(listing(said("a"), *things[:cut]), answer(*things[cut:]))
        told = [comment.id for comment in thread.comments]
        assert sorted(told) == sorted({"a", *(thing["data"]["id"] for thing in things)})
        for place, comment in enumerate(thread.comments):
            assert comment.parent is None or comment.parent in told[:place]


@pytest.mark.parametrize("body", [b"[[", b"[[],", b"[[]]", b'[[{"data": 5}], 5]', b"[" * 100_000, b'[["\xff"]]'])
def test_damaged_documents_are_a_named_error(body: bytes) -> None:
    """Never a card of half a thread's JSON."""
    with pytest.raises(ThreadError):
        reddit_more.parse(body, "", CANONICAL, NOW)


def test_a_private_community_is_named_in_a_joined_answer_too() -> None:
    """The first document decides."""
    with pytest.raises(ThreadUnreadable):
        parse([{"kind": "Listing"}], answer(said("a")))


def test_two_thousand_late_comments_are_hung_in_time() -> None:
    """Every one of them below the one before, which is the deepest there can be."""
    chain = [said(f"c{number}", f"t1_c{number - 1}") for number in range(1, 2000)]
    began = time.process_time()
    thread = parse(listing(said("c0")), *(answer(*chain[at : at + BATCH]) for at in range(0, 2000, BATCH)))
    assert thread.comments[-1].depth == 1999
    assert time.process_time() - began < 2


# ---- what to ask for --------------------------------------------------------------------------------


def test_stubs_become_batches_of_at_most_a_hundred_ids() -> None:
    """On Reddit's API, with the post they belong to and the answer's form."""
    names = [f"k{number}" for number in range(250)]
    urls = further(CANONICAL, [listing(said("a"), more("t3_1abcde", *names))])
    assert [len(ids) for ids in asked(urls)] == [100, 100, 50]
    assert [name for ids in asked(urls) for name in ids] == names
    query = parse_qs(urlsplit(urls[0]).query)
    assert urls[0].startswith("https://oauth.reddit.com/api/morechildren?")
    assert (query["link_id"], query["api_type"], query["raw_json"]) == (["t3_1abcde"], ["json"], ["1"])


def test_every_stub_gives_its_first_before_any_gives_its_second() -> None:
    """A post's endless tail does not crowd out the answers below its best comments."""
    tail = more("t3_1abcde", *(f"t{number}" for number in range(500)))
    urls = further(CANONICAL, [listing(said("a", "t3_1abcde", more("t1_a", "x", "y")), tail)])
    assert asked(urls)[0][:4] == ["x", "t0", "y", "t1"]


def test_a_branch_cut_for_depth_is_asked_for_last() -> None:
    """It costs a call for what is often one comment."""
    urls = further(CANONICAL, [listing(said("a", "t3_1abcde", more("t1_a")), more("t3_1abcde", "b"))])
    assert asked(urls)[0] == ["b"]
    assert urls[1] == "https://oauth.reddit.com/comments/1abcde?comment=a&raw_json=1&limit=500"


def test_a_documents_addresses_stay_when_others_follow_it() -> None:
    """Whoever fetches knows by the address what it has; stubs among later answers come behind."""
    first = listing(said("a", "t3_1abcde", more("t1_a", "b", "c")))
    second = answer(said("b", "t1_a"), said("c", "t1_a"), more("t1_b", "d"))
    assert asked(further(CANONICAL, [first, second])) == [["b", "c"], ["d"]]
    assert further(CANONICAL, [first, second])[:1] == further(CANONICAL, [first])


def test_a_thread_without_stubs_leads_nowhere() -> None:
    """As does anything that is no listing."""
    for document in (listing(said("a")), None, {}, [], [1, 2], {"json": {"data": {"things": "x"}}}):
        assert further(CANONICAL, [document]) == []


def test_enough_is_enough() -> None:
    """Past the bound no more is asked for, and no document names more than the calls can fetch."""
    endless = more("t3_1abcde", *(f"k{number}" for number in range(9000)))
    assert len(further(CANONICAL, [listing(endless)])) == MOST_CALLS
    told = [said(f"c{number}") for number in range(MOST_TOLD)]
    assert further(CANONICAL, [listing(*told, endless)]) == []


def test_only_ids_go_into_an_address() -> None:
    """An id that could end the query, or start another, is none."""
    stub = more("t3_1abcde", "ok1", "a&children=b", "../x", "", "ü")
    assert asked(further(CANONICAL, [listing(stub, more("t1_a&b"))])) == [["ok1"]]
