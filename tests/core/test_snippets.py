"""What a search shows of a card."""

import msgspec
import pytest

from server.core.finding import Wanted, read_query
from server.core.snippets import MOST_SHOWN, mark, snippet_of
from tests.fakes import make_card, make_claim


def wanted(q: str) -> Wanted:
    found = read_query(q)
    assert found is not None
    return found


def marked(text: str, q: str) -> str:
    return "".join(f"[{part.text}]" if part.is_hit else part.text for part in mark(text, wanted(q)))


@pytest.mark.parametrize(
    ("text", "q", "shown"),
    [
        ("The council voted to relight the Lamps.", "relighting lamp", "The council voted to [relight] the [Lamps]."),
        ("The council voted.", "vote cou", "The [council] [voted]."),
        ("Le Café ferme", "cafe", "Le [Café] ferme"),
        ("They port C++ to GPT-4.5, AT&T says", "c++ at&t gpt", "They port [C++] to [GPT-4.5], [AT&T] says"),
        ("Keeper’s lamp", "keepers", "[Keeper’s] lamp"),
        ("议会投票重新点亮灯塔和灯", "点亮灯塔", "议会投票重新[点亮灯塔]和灯"),
        ("إعادة إضاءة منارة Kestrel", "منارة", "إعادة إضاءة [منارة] Kestrel"),
        ("<script>alert(1)</script>", "script", "<[script]>alert(1)</[script]>"),
        ("Nothing here", "lamp", "Nothing here"),
        ("", "lamp", ""),
        ("\x00 lamp \u202e \ud800", "lamp", "\x00 [lamp] \u202e \ud800"),
    ],
)
def test_asked_words_are_marked_in_any_form(text: str, q: str, shown: str) -> None:
    """Where they stand, and nothing else is touched."""
    assert marked(text, q) == shown


@pytest.mark.parametrize("text", ["a lamp, a lamp", "灯塔灯塔 lamp", " lamp", "lamp", "ǅ lamp İ ﬁlamp"])
def test_marked_parts_are_the_text(text: str) -> None:
    """Put together, to the letter."""
    assert "".join(part.text for part in mark(text, wanted("灯塔 lamp"))) == text


def test_the_passage_has_most_of_the_words() -> None:
    """Of equals the first in reading order."""
    shown = snippet_of(make_card(), wanted("lit march"))
    assert "".join(part.text for part in shown.passage) == "Date: The lamp will be lit on 1 March."
    assert [part.text for part in shown.passage if part.is_hit] == ["lit", "March"]
    assert [part.text for part in snippet_of(make_card(), wanted("voted")).passage if part.is_hit] == ["voted"]


def test_the_headline_is_marked_and_not_said_twice() -> None:
    """A thread that is named as its card adds nothing."""
    shown = snippet_of(make_card(), wanted("kestrel"))
    assert [part.text for part in shown.headline if part.is_hit] == ["Kestrel"]
    assert shown.passage == ()


def test_a_headline_with_every_word_needs_no_passage_with_fewer() -> None:
    """The hook then tells more; a passage that has them all is shown beside it."""
    assert snippet_of(make_card(), wanted("kestrel lamp")).passage == ()
    assert [part.text for part in snippet_of(make_card(), wanted("lamp")).passage if part.is_hit] == ["lamp"]


def test_sources_and_the_thread_are_named_where_they_were_found() -> None:
    """They are searched too, so a reader may see why a card was found."""
    card = make_card()
    card = msgspec.structs.replace(card, thread=msgspec.structs.replace(card.thread, title="Ferry delayed again"))
    assert "".join(part.text for part in snippet_of(card, wanted("ferry")).passage) == "Ferry delayed again"
    assert "".join(part.text for part in snippet_of(card, wanted("shine")).passage) == "Lamp to shine again"


@pytest.mark.parametrize(
    "text", ["word " * 2000 + "lamp" + " word" * 2000, "x" * 9000 + " lamp", "灯" * 9000 + " lamp"]
)
def test_a_long_text_is_cut_around_its_first_hit(text: str) -> None:
    """And says so."""
    tldr = msgspec.structs.replace(make_card().tldr, what_changed=make_claim("Said."))
    card = make_card(hook=make_claim(text), tldr=tldr)
    shown = snippet_of(card, wanted("lamp")).passage
    assert sum(len(part.text) for part in shown) <= MOST_SHOWN + 2
    assert "lamp" in [part.text for part in shown if part.is_hit]
    assert "…" in shown[0].text + shown[-1].text
