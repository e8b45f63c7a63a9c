"""Who said what: sentences, the comments they stand in, and the post."""

from server.core.thread import Comment
from tests.evidence import make_comment, make_evidence, make_thread
from workers.writers.extractive.board import Board


def board_of(*comments: Comment, text: str = "") -> Board:
    """The candidates of an invented thread and nothing else."""
    thread = make_thread(*comments, text=text)
    return Board(thread, make_evidence(thread))


def test_a_strangers_marked_up_comment_is_not_the_posters() -> None:
    """Bold words at its start once hid which comment it stands in."""
    board = board_of(
        make_comment("**Never** trust the old lamps, because their relays corrode in salt air."),
        text="I measured twelve lamps on the north pier last week.",
    )
    own = {candidate.speaker: board.is_posters(candidate) for candidate in board.candidates}
    assert own == {"keeper_of_logs": True, "neighbour_1": False}


def test_a_nameless_comment_is_nobodys_post() -> None:
    """An account that is gone leaves its words, not its name, and certainly not the poster's."""
    board = board_of(make_comment("The relays corrode in salt air, as everybody on the pier knows.", author=None))
    (candidate,) = board.candidates
    assert not board.is_posters(candidate)
    assert candidate.speaker == "A commenter"


def test_what_a_commenter_takes_back_is_not_said() -> None:
    """Their own "I stand corrected" further down withdraws it."""
    board = board_of(
        make_comment("The lamps flicker because the cable is too thin for the load.", 1, author="gull"),
        make_comment("The cable was replaced in May with a thicker one.", 2, parent="c1", depth=1),
        make_comment("I stand corrected, thanks for the pointer.", 3, author="gull", parent="c2", depth=2),
    )
    assert not [c for c in board.candidates if "cable is too thin" in c.text]


def test_a_bot_has_no_voice() -> None:
    """Automatic notices are in many threads and say nothing of any."""
    board = board_of(make_comment("Posts about harbour lamps must carry the flair Lamps.", author="AutoModerator"))
    assert board.candidates == []
