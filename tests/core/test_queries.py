"""What to ask the web about a thread."""

import time

import pytest

from server.core.asked_queries import is_alike
from server.core.queries import (
    LONG_TITLE,
    MAX_QUERIES,
    best_comments,
    content_words,
    frequent_names,
    heuristic_queries,
    is_vague,
    key_terms,
    mentioned_works,
    plain_title,
    slug_words,
)
from server.core.words import term_set
from tests.evidence import make_comment, make_thread


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Ask HN: What papers should everyone read?", "What papers should everyone read?"),
        ("Show HN: A lamp in 40 lines (2024)", "A lamp in 40 lines"),
        ("[D] [R] Lamps that learn [P]", "Lamps that learn"),
        ("TIL that Kestrel Point had no lamp", "Kestrel Point had no lamp"),
        ("I am the keeper of Kestrel Point -- AMA", "I am the keeper of Kestrel Point"),
        ("🚀🔥 Lamp lit!! 🔥", "Lamp lit!!"),
        ("“Distillation when you do it”", "Distillation when you do it"),
        ("  two   spaces  ", "two spaces"),
        ("[Lamp 4]: Fetch the oil", "Fetch the oil"),
        ("[D]", "[D]"),
        ("", ""),
        ("🚀", ""),
        ("灯台が光る", "灯台が光る"),
        ("C++ & C# at 50% for $5", "C++ & C# at 50% for $5"),
        ("Lamps draw ~24 W, <5% of x^2 — at 40 °C", "Lamps draw ~24 W, <5% of x^2 — at 40 °C"),
        ("👍🏽 Lamp™ \u202elit\ufe0f", "Lamp lit"),
    ],
)
def test_a_title_loses_its_forum_tags_and_nothing_else(title: str, plain: str) -> None:
    """Tags, emoji and quotation marks around the whole go; what would leave nothing stays."""
    assert plain_title(title) == plain


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://news.example/2026/02/kestrel-point-relights-lamp.html", "kestrel point relights lamp"),
        ("https://news.example/a/kestrel_point_relights_its_lamp-1.84213", "kestrel point relights its lamp"),
        ("https://news.example/kestrel%20point%20lamp/", "kestrel point lamp"),
        ("https://news.example/kestrel-point-lamp/12345", "kestrel point lamp"),
        ("https://news.example/p/8f2b9c", ""),
        ("https://news.example/", ""),
        ("https://news.example/a-b-" + "x" * 30, ""),
        ("http://[::1/kestrel-point-lamp", ""),
        ("", ""),
    ],
)
def test_an_address_tells_the_words_of_its_title(url: str, said: str) -> None:
    """The last segment of at least three words, and nothing for tokens, short paths and what is no address."""
    assert slug_words(url).removesuffix(" 1") == said


def test_the_title_is_asked_first_and_the_linked_page_next() -> None:
    """In order of promise."""
    thread = make_thread(title="[News] The lamp is back", links=("https://n.example/kestrel-point-relights-its-lamp",))
    assert heuristic_queries(thread)[:2] == ["The lamp is back", "kestrel point relights its lamp"]


def test_a_joke_with_only_a_title_still_asks_something() -> None:
    """Comments and title make the queries where there is no text and no link."""
    thread = make_thread(
        make_comment("Kestrel Point council voted 7 to 2, and Ines Okerveld abstained."),
        make_comment("Ines Okerveld always abstains in Kestrel Point.", 2),
        title="lights on when you do it, lights off when we do it",
    )
    asked = " ".join(heuristic_queries(thread))
    assert "Okerveld" in asked
    assert "Kestrel Point" in asked


def test_no_query_repeats_anothers_words_and_there_are_at_most_six() -> None:
    """Unless it is much shorter, and so finds more. Nor is any of them empty."""
    comments = [make_comment(f"Harbour Board {n} met Town Council {n} about “The Long Book Of Lamps {n}”.", n) for n in
                range(1, 40)]  # fmt: skip
    thread = make_thread(*comments, title="Which lamp should Kestrel Point buy?", text="A lamp for the harbour. " * 9)
    queries = heuristic_queries(thread)
    assert 1 <= len(queries) <= MAX_QUERIES
    for n, query in enumerate(queries):
        assert term_set(query)
        for earlier in queries[:n]:
            assert not term_set(query) <= term_set(earlier) or len(term_set(query)) <= 0.6 * len(term_set(earlier))
            assert not is_alike(query, earlier)


@pytest.mark.parametrize("title", ["", "🚀", "\x00", "a" * 20_000, "This.", "\u202e", "?" * 500, "“”"])
def test_a_title_that_says_nothing_raises_nothing(title: str) -> None:
    """Fewer queries, or none."""
    assert len(heuristic_queries(make_thread(title=title))) <= 3


def test_better_liked_and_shallower_comments_come_first_and_unreadable_ones_never() -> None:
    """The site's order decides among equals and where it shows no scores."""
    comments = [
        make_comment("a", 1, score=None), make_comment("b", 2, score=5, depth=2), make_comment("c", 3, score=5),
        make_comment("d", 4, score=90, state="removed"), make_comment("", 5, score=80),
        make_comment("e", 6, score=None),
    ]  # fmt: skip
    assert [comment.text for comment in best_comments(make_thread(*comments), 9)] == ["c", "b", "a", "e"]
    assert len(best_comments(make_thread(*comments), 2)) == 2


def test_names_that_one_comment_drops_are_not_frequent() -> None:
    """A name needs the title, the text or two commenters; one who repeats it counts once."""
    thread = make_thread(
        make_comment("They say Ines Okerveld knows. They say Ines Okerveld knows.", 1),
        make_comment("They ask Edda Marwick.", 2),
        make_comment("We ask Edda Marwick too.", 3),
        title="what the Harbour Board did",
    )
    found = frequent_names(thread)
    assert found[0] == "Harbour Board"
    assert "Edda Marwick" in found
    assert "Ines Okerveld" not in found


def test_works_are_what_comments_quote_or_name_at_length() -> None:
    """Three to fourteen words in quotation marks, or a name of four."""
    thread = make_thread(make_comment('Read "The Keeper of the Lamp" and “Yes, no”, or see The Long Light At Sea.'))
    assert mentioned_works(thread) == ["The Keeper of the Lamp", "The Long Light At Sea"]


def test_key_terms_keep_their_spelling_and_leave_addresses_out() -> None:
    """The most said first, whatever its ending."""
    assert key_terms("Lamps and lamps, a lamp at https://lamp.example/lamp and oil, oil.", 2) == ["lamps", "oil"]


def test_two_thousand_comments_are_asked_about_within_a_second() -> None:
    """Bounded work."""
    comments = [make_comment(f"Keeper {n} saw the Kestrel Point lamp and {n} ships. " * 5, n) for n in range(2_000)]
    began = time.perf_counter()
    heuristic_queries(make_thread(*comments))
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("title", "vague"),
    [
        ("It's getting worse", True),
        ("It's Getting Worse", True),
        ("Hypocrisy?", True),
        ("Well, that happened.", True),
        ("New bike day", True),
        ("Who does Anubis actually stop?", False),
        ("Pickle isn't slow, it's a protocol", False),
        ("", True),
    ],
)
def test_a_title_is_vague_that_names_nothing_and_says_little(title: str, vague: bool) -> None:
    """Capitals name nobody where every word has one."""
    assert is_vague(title) is vague


def test_a_vague_title_is_asked_with_what_post_and_comments_are_about() -> None:
    """Even what one of them says once; words of the title are not said again."""
    thread = make_thread(
        make_comment("They turned the Kestrel Point lamp off again."),
        title="It's getting worse",
        text="Second winter in a row that the Harbour Board saves on oil.",
    )
    first = heuristic_queries(thread)[0]
    assert first.startswith("It's getting worse ")
    assert "Harbour Board" in first
    assert first.casefold().split().count("worse") == 1


def test_a_vague_title_alone_is_asked_with_its_community() -> None:
    """There is nothing else to go by."""
    assert heuristic_queries(make_thread(title="Hypocrisy?")) == ["Hypocrisy? Lighthouses"]


def test_a_long_title_is_asked_in_short_too() -> None:
    """Names, figures and the longest words stay, in their order."""
    title = (
        "Kestrel Point council is accusing the Harbour Board of setting up more than 240 fraudulent accounts and of "
        "selling lamp oil from them"
    )
    assert len(title.split()) > LONG_TITLE
    queries = heuristic_queries(make_thread(title=title))
    assert queries[0] == title
    short = next(query for query in queries[1:] if "240" in query)
    assert {"Kestrel", "Harbour", "Board", "fraudulent"} <= set(short.split())
    assert len(short.split()) < LONG_TITLE


def test_a_tag_that_names_the_subject_is_asked_with_the_title() -> None:
    """Usual tags are not."""
    assert heuristic_queries(make_thread(title="[LampKit 4]: Fetch specific replies from the harbour"))[0] == (
        "LampKit 4 Fetch specific replies from the harbour"
    )
    assert heuristic_queries(make_thread(title="[Solved] Fetch specific replies from the harbour"))[0] == (
        "Fetch specific replies from the harbour"
    )


def test_the_linked_site_is_asked_for_more_of_the_matter_unless_anybody_writes_there() -> None:
    """A repository is named by its owner and name, without the forge."""
    title = "Council votes to relight the old lamp"

    def asked(link: str) -> str:
        return " | ".join(heuristic_queries(make_thread(title=title, links=(link,))))

    assert "harbour-news.example Council votes relight old" in asked("https://harbour-news.example/a/1")
    assert "keepers lampd Council votes relight old" in asked("https://github.com/keepers/lampd/tree/main")
    assert "youtube" not in asked("https://www.youtube.com/watch?v=abcdefghijk")
    assert "reddit" not in asked("https://www.reddit.com/r/other/comments/1abcde/x/")


def test_what_a_title_puts_in_quotation_marks_is_asked_by_itself() -> None:
    """A name, not a saying."""
    queries = heuristic_queries(make_thread(title="I read “The Keeper of Long Lamps” last night, and it was not great"))
    assert "The Keeper of Long Lamps" in queries


def test_forum_words_are_no_names() -> None:
    """Nor do they stand in front of one."""
    thread = make_thread(
        make_comment("EDIT: thanks, OP. ITT everyone asks Hey Ines Okerveld.", 1),
        make_comment("LOL OP, ITT we ask Ines Okerveld.", 2),
        title="what the council did",
    )
    assert frequent_names(thread) == ["Ines Okerveld"]


def test_a_title_in_another_language_is_asked_as_it_stands() -> None:
    """And the beginning of a text without spaces between its words, which has no words to count."""
    thread = make_thread(
        title="灯台の光が二年ぶりに戻った", text="港湾委員会は木曜日に灯台の再点灯を七対二で可決した。" * 3
    )
    queries = heuristic_queries(thread)
    assert queries[0] == "灯台の光が二年ぶりに戻った"
    assert "港湾委員会は木曜日に灯台の再点灯を" in " ".join(queries)
    german = "Wann kehrt das Licht am Leuchtturm von Corran zurück?"
    assert heuristic_queries(make_thread(title=german))[0] == german


def test_no_query_holds_an_address_that_stands_in_the_text() -> None:
    """Addresses are read, not searched for."""
    thread = make_thread(
        make_comment("see https://lamp.example/very/long/path?token=1"),
        title="The lamp at https://lamp.example/x is dark tonight",
        text="It says so on https://lamp.example/today.",
    )
    assert not any("//" in query or "lamp.example" in query for query in heuristic_queries(thread))


def test_content_words_are_each_once_in_their_order() -> None:
    """Numbers are among them, and punctuation is not."""
    assert content_words("The lamp, the 24,000 lamps (lamp) of “Corran”!") == ["lamp", "24,000", "lamps", "Corran"]
