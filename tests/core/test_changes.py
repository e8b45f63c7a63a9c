"""What a version of a card changed."""

import msgspec

from server.core.card import Card
from server.core.changes import MOST_KEPT, tell_changes
from tests.fakes import PAGE_TEXT, make_card, make_claim, make_source

FIRST = make_card()


def second(**changes: object) -> Card:
    return make_card(version=2, **changes)


def test_new_and_missing_sentences_and_sources_are_told() -> None:
    """In full for this version, and counted in a sentence."""
    sources = (FIRST.sources[0], make_source(2, "https://other.example/", PAGE_TEXT, "will be lit on 1 March"))
    read_more = msgspec.structs.replace(FIRST.capture, comments_read=69)
    later = second(hook=make_claim("The council voted again."), sources=sources, capture=read_more)
    (told,) = tell_changes(FIRST, later)
    assert told == {
        "version": 2,
        "summary": "1 new sentence, 1 sentence gone, 1 new source, 1 source no longer cited, 31 more comments read.",
        "added": ["The council voted again."],
        "dropped": ["The council voted 7 to 2."],
        "sources_added": ["Lamp to shine again"],
        "sources_dropped": ["Lamp to shine again"],
    }


def test_typography_is_no_change() -> None:
    """Quotes and capitals come and go with whoever writes."""
    (told,) = tell_changes(FIRST, second(hook=make_claim("The Council voted 7 to 2.")))
    assert told["summary"] == "Read again; it says the same."


def test_earlier_changes_are_kept_in_a_sentence_each() -> None:
    """The newest last, and not without end."""
    card = FIRST
    for version in range(2, 50):
        card = make_card(
            version=version, changes=tell_changes(card, make_card(version=version, hook=make_claim(f"{version}")))
        )
    assert [change["version"] for change in card.changes] == list(range(49 - MOST_KEPT, 50))
    assert all(set(change) == {"version", "summary"} for change in card.changes[:-1])
    assert "added" in card.changes[-1]
