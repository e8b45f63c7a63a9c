"""What two readings of one thread have in common, and that nothing else gets through."""

import time
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from server.core.agreement import common_thread
from server.core.thread import CaptureReceipt, Comment, Mark, Thread, fingerprint
from tests.fakes import NOON

POST = "The council voted 7 to 2 on Monday.\n\nThe lamp will be lit on 1 March.\n\nIt needs 40 percent less power."
replace = msgspec.structs.replace


def comment(name: str, text: str, **told: Any) -> Comment:
    return Comment(
        id=name, text=text, **{"author": f"author_{name}", "permalink": f"https://www.reddit.com/{name}", **told}
    )


COMMENTS = (
    comment("c1", "I was there. It was close."),
    comment("c2", "The old lamp failed in 1988.", parent="c1", depth=1),
    comment("c3", "Good news for the ferry."),
)


def thread(comments: tuple[Comment, ...] = COMMENTS, **told: Any) -> Thread:
    """A reading of the lighthouse thread."""
    receipt = CaptureReceipt(via="browser", captured_at=NOON, comments_read=3, comments_total=38, fingerprint="x")
    usual = {
        "url": "https://www.reddit.com/r/Lighthouses/comments/1kestrel/",
        "site": "reddit.com",
        "community": "r/Lighthouses",
        "title": "Kestrel Point relights its lamp",
        "author": "keeper",
        "posted_at": NOON - timedelta(hours=4),
        "score": 214,
        "comment_count": 38,
        "language": "en",
        "text": POST,
        "links": ("https://kestrel.example/lamp",),
        "flair": "News",
        "labels": ("locked",),
        "capture": receipt,
    }
    return Thread(**{**usual, "comments": comments, **told})


def agreed(one: Thread, two: Thread) -> Thread:
    """Both ways round say the same, but for the order of things."""
    found, other = common_thread(one, two), common_thread(two, one)
    assert found is not None
    assert other is not None
    assert {part.text for part in found.comments} == {part.text for part in other.comments}
    assert sorted(found.text.split("\n\n")) == sorted(other.text.split("\n\n"))
    return found


# ---- one and the same -------------------------------------------------------------------------------


def test_two_equal_readings_are_the_thread() -> None:
    """Corroborated, with a receipt of its own."""
    found = agreed(thread(), thread())
    assert replace(found, capture=thread().capture) == thread()
    assert (found.capture.verified, found.capture.comments_read, found.capture.comments_total) == (
        "corroborated", 3, 38,
    )  # fmt: skip
    assert found.capture.fingerprint == fingerprint(found.title, found.text, found.comments)


def test_votes_and_order_do_not_matter() -> None:
    """Near numbers give the smaller, which both vouch for; distant ones none."""
    later = replace(thread().capture, captured_at=NOON + timedelta(hours=1), comments_total=40)
    moved = thread(tuple(reversed(COMMENTS[::2])) + COMMENTS[1:2], score=231, comment_count=40, capture=later)
    found = agreed(thread(), moved)
    assert (found.score, found.comment_count, found.capture.comments_total) == (214, 38, 38)
    assert (found.capture.captured_at, len(found.comments)) == (NOON, 3)
    assert agreed(thread(), thread(score=90_000)).score is None
    assert agreed(thread(), thread(score=None)).score is None


@pytest.mark.parametrize(
    ("one", "two", "kept"),
    [
        ("It’s “lit” — at last…", 'It\'s "lit" - at last...', 'It\'s "lit" - at last...'),
        ("It is **lit** at _last_.", "It is lit at last.", "It is lit at last."),
        ("- It needs 40 percent", "It needs 40 percent", "It needs 40 percent"),
        ("It  is\nlit", "It is lit", "It is lit"),
        (r"a\_b costs 5\*", "a_b costs 5*", None),
    ],
)
def test_typography_and_markup_do_not_matter(one: str, two: str, kept: str | None) -> None:
    """What is kept is the plain form of both."""
    found = common_thread(thread((comment("c1", one),)), thread((comment("c1", two),)))
    assert found is not None
    assert [part.text for part in found.comments] == ([kept] if kept else [found.comments[0].text])


def test_an_edited_post_is_what_stood_in_both() -> None:
    """An addition is left out, and so is the paragraph it replaced."""
    edited = f"{POST.replace('40 percent', '60 percent')}\n\nEDIT: thanks for the gold."
    assert agreed(thread(), thread(text=edited)).text == POST.rpartition("\n\n")[0]


def test_a_comment_that_came_later_is_left_out() -> None:
    """With what answers it, which then stands for itself."""
    late = (COMMENTS[0], comment("c9", "Who pays?"), replace(COMMENTS[1], parent="c9", depth=1), COMMENTS[2])
    found = agreed(thread(), thread(late))
    assert [(part.id, part.parent, part.depth) for part in found.comments] == [
        ("c1", None, 0), ("c2", None, 0), ("c3", None, 0),
    ]  # fmt: skip


def test_an_account_that_was_deleted_leaves_words_without_a_name() -> None:
    """In the thread's head as in a comment."""
    found = agreed(thread(), thread((replace(COMMENTS[0], author=None), *COMMENTS[1:]), author=None))
    assert (found.author, found.comments[0].author) == (None, None)
    assert found.comments[0].text == COMMENTS[0].text


def test_comments_without_an_id_are_matched_by_author_and_words() -> None:
    """Each once, however often somebody says the same."""
    unnamed = tuple(comment(f"unnamed-{n}", "Nice.", author="bo") for n in range(3))
    found = agreed(thread(unnamed), thread((*unnamed[:1], comment("c7", "Nice.", author="bo"))))
    assert len(found.comments) == 2


def test_marks_follow_their_paragraphs() -> None:
    """Words that either reading shows as quoted are nobody's own."""
    text = "He said it.\n\nThe lamp is safe.\n\nlamp --on"
    one = comment("c1", text, marks=(Mark(13, 30, "quote"), Mark(32, 41, "code")))
    two = comment("c1", f"New.\n\n{text}", marks=(Mark(38, 47, "code"),))
    (found,) = agreed(thread((one,)), thread((two,))).comments
    assert [(found.text[mark.start : mark.end], mark.kind) for mark in found.marks] == [
        ("The lamp is safe.", "quote"), ("lamp --on", "code"),
    ]  # fmt: skip


# ---- not one and the same ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Kestrel Point sells its lamp"},
        {"title": "Kestrel Point relights its lamp!"},
        {"text": ""},
        {"text": "The council was bribed. Everybody knows it, and nobody says a word about it in this town."},
        {"text": POST.replace("Monday", "Tuesday").replace("March", "May").replace("40", "90")},
        {"author": "somebody_else"},
        {"url": "https://www.reddit.com/r/Lighthouses/comments/2dunnock/"},
        {"url": "no address"},
        {"private": True},
    ],
)
def test_another_post_is_no_agreement(changes: dict[str, Any]) -> None:
    """Whichever of the two is the honest one."""
    assert common_thread(thread(), thread(**changes)) is None
    assert common_thread(thread(**changes), thread()) is None


@pytest.mark.parametrize(
    "forged",
    [
        replace(COMMENTS[0], text="I was there. It was bought."),
        replace(COMMENTS[0], author="mayor_finch"),
        replace(COMMENTS[0], text=""),
        replace(COMMENTS[0], state="removed"),
        replace(COMMENTS[0], id="c8"),
        replace(COMMENTS[0], text="The number is 10²."),
    ],
)
def test_a_comment_that_only_one_reading_has_is_dropped(forged: Comment) -> None:
    """Changed words, another author, removed, or under another id."""
    found = agreed(thread(), thread((forged, *COMMENTS[1:])))
    assert [part.id for part in found.comments] == ["c2", "c3"]


@pytest.mark.parametrize(("one", "two"), [("10² metres", "102 metres"), ("C# code", "C code"), ("US aid", "us aid")])
def test_signs_that_mean_something_are_no_markup(one: str, two: str) -> None:
    """A power, a language, a country."""
    assert agreed(thread((comment("c1", one),)), thread((comment("c1", two),))).comments == ()


def test_nothing_else_of_one_reading_alone_survives() -> None:
    """Addresses, links, names of places, marks of rank, words hidden in an address."""
    forged = thread(
        (
            replace(COMMENTS[0], by_moderator=True, permalink="https://www.reddit.com/evil", score=9),
            replace(COMMENTS[1], by_poster=True, posted_at=NOON),
            replace(COMMENTS[2], parent="c1", depth=1),
        ),
        url="https://www.reddit.com/r/Lighthouses/comments/1kestrel/evil_words/",
        community="r/Evil",
        links=("https://evil.example/", "https://kestrel.example/lamp"),
        flair="EVIL",
        labels=("locked", "nsfw"),
        language="xx-evil",
        posted_at=NOON,
    )
    found = agreed(thread(), forged)
    assert found.links == ("https://kestrel.example/lamp",)
    assert (found.community, found.flair, found.language, found.posted_at, found.labels) == (
        None, None, None, None, ("locked",),
    )  # fmt: skip
    assert not [part for part in found.comments if part.by_moderator or part.by_poster or part.score]
    assert (found.comments[0].permalink, found.comments[2].parent) == (None, None)
    assert b"evil" not in msgspec.json.encode(found).lower()


def test_a_great_many_equal_comments_are_no_burden() -> None:
    """Twenty thousand, in well under the time that a square of them would take."""
    for name in ("c{}", "unnamed-{}"):
        crowd = tuple(comment(name.format(n), "Nice.", author="bo") for n in range(20_000))
        began = time.process_time()
        assert len(agreed(thread(crowd), thread(crowd)).comments) == 20_000
        assert time.process_time() - began < 20
