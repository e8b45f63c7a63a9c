"""Which sentences of a long page are looked at, and from which lists a card is filed."""

from server.core.card import AUDIENCES, CATEGORIES
from server.core.words import terms
from tests.evidence import make_evidence, make_page, make_thread
from workers.writers.extractive.candidates import MOST_PASSAGES, best_passages
from workers.writers.extractive.lexicon import AUDIENCE_WORDS, CATEGORY_WORDS

QUERY = terms("The lighthouse lamp of Kestrel Point")


def long_page(about_lamp: str, filler: int) -> str:
    """A page whose last paragraph alone is about the thread."""
    title = "A digest of the week"
    return "\n\n".join([title, *(f"Item {n} tells of bread and ferries." for n in range(filler)), about_lamp])


def test_a_long_page_is_cut_to_what_speaks_of_the_thread() -> None:
    """The one sentence about the lamp stays, wherever it stands, and the order of the page is kept."""
    page = make_page("digest", long_page("The lamp of Kestrel Point burns again.", MOST_PASSAGES + 50))
    source = make_evidence(make_thread(), page).source(2)
    passages = best_passages(source, QUERY)
    assert len(passages) == MOST_PASSAGES
    assert passages[-1].text == "The lamp of Kestrel Point burns again."
    assert [p.index for p in passages] == sorted(p.index for p in passages)


def test_an_ordinary_page_is_looked_at_whole() -> None:
    """Ranking is for books and digests."""
    source = make_evidence(make_thread(), make_page("digest", long_page("Nothing more.", 20))).source(2)
    assert best_passages(source, QUERY) == source.sentences


def test_topics_are_those_of_the_fixed_lists() -> None:
    """A card is filed under no category and for no audience that readers do not know."""
    assert set(CATEGORY_WORDS) < set(CATEGORIES)
    assert set(AUDIENCE_WORDS) < set(AUDIENCES)
