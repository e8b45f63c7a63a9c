"""Who said what: sentences, the comments they stand in, and the post."""

from datetime import UTC, datetime

from server.core.source import Evidence, cut_sentences
from server.core.thread import CaptureReceipt, Comment, Thread
from workers.adapters.sentences import split_sentences
from workers.readers.as_document import thread_document
from workers.writers.extractive.board import Board

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def board_of(*comments: Comment, text: str = "") -> Board:
    """The candidates of an invented thread by fen_keeper."""
    thread = Thread(
        url="https://www.reddit.com/r/Lamps/comments/1abc/lamps/",
        site="reddit.com",
        community="r/Lamps",
        title="The harbour lamps flicker at low tide",
        author="fen_keeper",
        posted_at=NOON,
        text=text,
        comments=comments,
        capture=CaptureReceipt(
            via="json", captured_at=NOON, comments_read=len(comments), comments_total=len(comments), fingerprint="f"
        ),
    )
    document = thread_document(thread)
    return Board(thread, Evidence((cut_sentences(1, document, split_sentences),)))


def test_a_strangers_marked_up_comment_is_not_the_posters() -> None:
    """Bold words at its start once hid which comment it stands in."""
    board = board_of(
        Comment(
            id="a", author="gull_17", text="**Never** trust the old lamps, because their relays corrode in salt air."
        ),
        text="I measured twelve lamps on the north pier last week.",
    )
    own = {candidate.speaker: board.is_posters(candidate) for candidate in board.candidates}
    assert own == {"fen_keeper": True, "gull_17": False}


def test_a_nameless_comment_is_nobodys_post() -> None:
    """An account that is gone leaves its words, not its name, and certainly not the poster's."""
    board = board_of(Comment(id="a", text="The relays corrode in salt air, as everybody on the pier knows."))
    (candidate,) = board.candidates
    assert not board.is_posters(candidate)
    assert candidate.speaker == "A commenter"


def test_what_a_commenter_takes_back_is_not_said() -> None:
    """Their own "I stand corrected" further down withdraws it."""
    board = board_of(
        Comment(id="a", author="gull_17", text="The lamps flicker because the cable is too thin for the load."),
        Comment(id="b", author="tern_3", parent="a", depth=1, text="The cable was replaced in May with a thicker one."),
        Comment(id="c", author="gull_17", parent="b", depth=2, text="I stand corrected, thanks for the pointer."),
    )
    assert "gull_17" not in {c.speaker for c in board.candidates if "cable is too thin" in c.text}


def test_a_bot_has_no_voice() -> None:
    """Automatic notices are in many threads and say nothing of any."""
    board = board_of(
        Comment(id="a", author="AutoModerator", text="Posts about harbour lamps must carry the flair Lamps.")
    )
    assert board.candidates == []
