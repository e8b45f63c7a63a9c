"""How near a page is to a thread."""

import msgspec

from server.core.relevance import Candidate, Scored, score_documents, title_names, topic_profile
from server.core.source import Document
from tests.evidence import make_comment, make_page, make_thread

NEWS = """Kestrel Point lamp to shine again

The Kestrel Point council voted on Monday to relight the lamp of its lighthouse, dark since 1998.

The lamp will be lit on 1 March, the harbour board of Kestrel Point said."""
REPORT = """Lighthouse of Kestrel Point gets its light back

After 28 years the lighthouse lamp at Kestrel Point returns, following a council vote of 7 to 2.

Keepers of the lamp had asked the Kestrel Point council for years."""
NEAR_MISS = """Kestrel breeding pairs rise in the uplands

Ornithologists counted 412 breeding kestrel pairs this spring, more than in any year since 1998.

The birds hunt voles at dusk, and the council of naturalists is pleased."""
OFF = """A sourdough loaf in three days

Feed the starter, fold the dough, and bake it in a hot oven until the crust is dark.

Salt goes in last, the baker said."""
ROUND_UP = "This week in coastal towns\n\n" + "\n\n".join(
    ["The Kestrel Point council voted to relight its lamp."]
    + [f"Town number {n} opened a bakery, a library and a swimming pool for children." for n in range(40)]
)
THREAD = make_thread(
    make_comment("The lighthouse at Kestrel Point has been dark since 1998, and the council finally voted."),
    make_comment("A lamp that bright will wake the whole harbour.", 2),
)


def scored(*pages: Document, linked: str = "") -> dict[str, Scored]:
    found = score_documents(THREAD, [Candidate(page, page.site == linked) for page in pages])
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    return {item.candidate.document.site: item for item in found}


def test_pages_of_the_event_are_kept_and_others_are_not() -> None:
    """Also the near miss that shares a name."""
    found = scored(
        make_page("news", NEWS), make_page("report", REPORT), make_page("birds", NEAR_MISS), make_page("bread", OFF)
    )
    assert {site for site, item in found.items() if item.about_thread} == {"News", "Report"}
    assert found["Birds"].score > found["Bread"].score


def test_the_linked_page_is_about_the_thread_whatever_its_words() -> None:
    """And stands higher than it would by its words."""
    plain, linked = scored(make_page("bread", OFF)), scored(make_page("bread", OFF), linked="Bread")
    assert linked["Bread"].about_thread
    assert linked["Bread"].score > plain["Bread"].score


def test_a_page_that_tells_it_in_passing_is_less_near_than_one_that_tells_it() -> None:
    """A round-up with one sentence on the event stands below the report of it."""
    found = scored(make_page("news", NEWS), make_page("report", REPORT), make_page("week", ROUND_UP))
    assert found["Week"].score < min(found["News"].score, found["Report"].score)


def test_a_page_of_somebody_whom_the_title_names_stands_higher() -> None:
    """The council's own page before a stranger's with the same words."""
    other = msgspec.structs.replace(make_page("stranger", REPORT), site="Stranger")
    own = msgspec.structs.replace(make_page("council", REPORT), site="Kestrel Point council")
    found = scored(other, own, make_page("news", NEWS))
    assert found["Kestrel Point council"].score > found["Stranger"].score


def test_the_page_a_link_post_is_about_is_known_by_its_title_at_another_address() -> None:
    """A mirror counts as the page itself, but only where the post links to something."""
    mirror = make_page("mirror", f"{THREAD.title}\n\nNothing else is told here.")
    linking = msgspec.structs.replace(THREAD, links=("https://gone.example/",))
    good = [Candidate(make_page("news", NEWS)), Candidate(make_page("report", REPORT)), Candidate(mirror)]
    best = {item.candidate.document.site: item for item in score_documents(linking, good)}
    assert best["Mirror"].about_thread
    without = {item.candidate.document.site: item for item in score_documents(THREAD, good)}
    assert without["Mirror"].score < best["Mirror"].score


def test_a_profile_is_the_threads_own_terms_and_sums_to_one() -> None:
    """The title weighs most, words that every discussion uses and bare numbers nothing."""
    profile = topic_profile(THREAD)
    assert abs(sum(profile.values()) - 1) < 1e-9
    assert {"kestrel", "council", "lamp"} <= set(list(profile)[:8])
    assert not {"people", "1998", "year"} & set(profile)


def test_empty_and_hostile_texts_score_without_fault() -> None:
    """No pages, empty pages, a thread that says nothing, control characters, other scripts."""
    assert score_documents(THREAD, []) == []
    odd = [make_page(f"p{n}", text) for n, text in enumerate(["", "\x00", "🚀", "灯台が光る。", "مرحبا", "9" * 5000])]
    assert len(score_documents(THREAD, [Candidate(page) for page in odd])) == 6
    assert len(score_documents(make_thread(title=""), [Candidate(page) for page in odd])) == 6


def test_no_page_about_something_else_is_kept_for_want_of_better() -> None:
    """Even the best of pages that share no word with the thread is not about it."""
    assert not any(item.about_thread for item in scored(make_page("bread", OFF)).values())


def test_those_whom_the_title_names_include_its_first_word_but_no_office() -> None:
    """ "President" and "university" name nobody."""
    assert title_names(make_thread(title="Okerveld accuses President Marwick of the University of Velland")) == {
        "okerveld", "marwick", "velland",
    }  # fmt: skip
