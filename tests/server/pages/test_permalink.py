"""The permalink page, its versions, passages and exports."""

from datetime import timedelta
from itertools import pairwise

import lxml.html
import msgspec
import pytest

from server.core.card import Card, Insight
from server.pages.card_page import path_of
from server.pages.exports import to_markdown, to_text
from server.pages.one_file import to_html
from server.pages.rendering import static_text
from tests.server.api.served import Served, load_case
from tests.server.pages.hostile import find_live, parse, words
from tests.server.pages.weights import weigh

CASE = load_case()
PATH = f"/c/{CASE.id}-quillbase-moves-version-4-to-a-licence-that-bars-hosted"
BARE = msgspec.structs.replace(
    CASE,
    hook=None,
    category=None,
    tldr=msgspec.structs.replace(CASE.tldr, why_it_matters=None, what_to_do_next=(), who_should_care=()),
    insight=Insight(takeaways=(), technical=(), implications=(), timeline=()),
    discussion=None,
    disputed=(),
    unread=(),
    related=(),
    changes=(),
)


@pytest.fixture
def served() -> Served:
    """A server on loopback that has the card in two versions."""
    served = Served()
    served.save(CASE)
    served.save(CASE)
    return served


def shown(card: Card) -> lxml.html.HtmlElement:
    """A card's page."""
    served = Served()
    served.save(card)
    return parse(served.client.get(PATH).text)


def test_the_page_shows_all_that_a_card_holds(served: Served) -> None:
    """What a card owes its reader, each in words a reader understands."""
    text = words(parse(served.client.get(PATH).text).text_content())
    for part in (
        "r/ThreadproofSample", "Industry", "2,314 points", "84 of 312 comments read", "Collected in 2 days",
        "made in 9 s", "Fresh until 20 November 2026, 15:29 UTC", CASE.headline.text, "What changed", "Why it matters",
        "What to do next", "Who should care", "Developers · Founders & Product", "the thread says", "the web says",
        "interpretation", "two independent origins", "supported in part", "Throughput", "brassotter’s comment",
        "How well version 3 is looked after", "AI reading of the cited sources", "September 2026",
        "Web-grounded analysis with 5 cited sources", "The Ledger Wire", "Tomasz Brandl", "Found but not cited",
        "behind a paywall", "23 of 26 claims supported, 1 in part, 2 dropped", "claude-sonnet-5-5", "$0.0412", "9.3 s",
        "written by a model", "Original thread on r/ThreadproofSample", "Version 2 of 2", "Only this machine can open",
        "Rights to the quoted content remain with its publishers.",
    ):  # fmt: skip
        assert part in text


def test_every_quotation_leads_to_its_source_and_its_context(served: Served) -> None:
    """By text fragment or comment permalink, and to our stored passage."""
    tree = parse(served.client.get(PATH).text)
    links = set(tree.xpath("//a/@href"))
    for source in CASE.sources:
        for quote in source.quotes:
            assert quote.url in links
            assert f"{PATH}/source/{source.n}#q-{quote.id}" in links


def test_a_citation_names_what_it_quotes_to_a_screen_reader(served: Served) -> None:
    """Each button is described by the quotation that it opens; ids are unique."""
    tree = parse(served.client.get(PATH).text)
    ids = tree.xpath("//@id")
    described = tree.xpath("//button/@aria-describedby")
    assert len(ids) == len(set(ids))
    assert len(described) == 26
    assert set(described) <= set(ids)


def test_headings_step_down_one_at_a_time(served: Served) -> None:
    """One h1, and no level is skipped."""
    levels = [int(tag.tag[1]) for tag in parse(served.client.get(PATH).text).xpath("//h1|//h2|//h3")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_absent_sections_vanish() -> None:
    """A card of headline, what changed and sources has no other heading."""
    headings = [words(heading.text_content()) for heading in shown(BARE).xpath("//h2|//article//h3[not(ancestor::ol)]")]
    assert headings == ["In 30 seconds", "What changed", "Sources", "The week’s recap"]


def test_an_extractive_card_says_that_no_model_wrote() -> None:
    """Nothing on it is called a reading by an AI."""
    made = msgspec.structs.replace(CASE.provenance, writer="extractive", model=None, tokens=None, cost_usd=0.0)
    text = words(shown(msgspec.structs.replace(CASE, provenance=made)).text_content())
    assert "Every sentence is quoted from the sources above; no model wrote here." in text
    assert "What sources expect" in text
    assert "AI reading" not in text


def test_a_right_to_left_card_is_laid_out_from_the_right() -> None:
    """The article turns; the page around it is ours and does not."""
    tree = shown(msgspec.structs.replace(CASE, lang="ar"))
    assert tree.xpath("//article/@dir") == ["rtl"]


def test_the_policy_of_the_page_holds(served: Served) -> None:
    """No inline script or style, and nothing from elsewhere."""
    answer = served.client.get(PATH)
    tree = parse(answer.text)
    assert find_live(tree) == []
    assert tree.xpath("//style|//@style") == []
    assert "url(" not in static_text("threadproof.css")
    assert "@import" not in static_text("threadproof.css")
    for policy in ("default-src 'none'", "style-src 'self'", "script-src 'self'", "frame-ancestors 'none'"):
        assert policy in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("said", "fonts"),
    [("", 2), ("Zażółć gęślą jaźń. ", 4), ("Съешь ещё этих мягких булок. ", 4)],
    ids=["en", "pl", "ru"],
)
def test_all_that_the_page_asks_for_is_small(said: str, fonts: int) -> None:
    """Under 60 KB over the wire with everything, in whatever alphabet; what it asks for is there."""
    served = Served()
    headline = msgspec.structs.replace(CASE.headline, text=said + CASE.headline.text)
    card = msgspec.structs.replace(CASE, headline=headline)
    served.save(card)
    visit = weigh(served.client, path_of(card))
    assert sum(".woff2" in part for part in visit.parts) == fonts
    assert visit.wire_bytes < 60_000
    assert visit.nodes < 1000


def test_foreign_slugs_lead_to_the_right_address(served: Served) -> None:
    """301 from any slug and from none; 404 where there is no card."""
    for path in (f"/c/{CASE.id}", f"/c/{CASE.id}-old-headline", f"/c/{CASE.id}-"):
        answer = served.client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (301, PATH)
    assert served.client.get("/c/0000000000000000-old-headline").status_code == 404


def test_a_deleted_card_says_that_it_is_gone(served: Served) -> None:
    """410 on the page, its versions, passages and exports."""
    served.client.delete(f"/api/v1/cards/{CASE.id}")
    for path in (PATH, f"/c/{CASE.id}/v/1", f"/c/{CASE.id}/source/1", f"/c/{CASE.id}.md"):
        answer = served.client.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 410
        assert "deleted" in answer.text


def test_an_earlier_version_names_the_latest(served: Served) -> None:
    """Its passages are that version's too."""
    answer = served.client.get(f"/c/{CASE.id}/v/1")
    assert "This is version 1" in words(parse(answer.text).text_content())
    assert "/source/2?version=1#q-a" in answer.text
    assert served.client.get(f"/c/{CASE.id}/v/3").status_code == 404


def test_a_passage_stands_in_its_stored_context(served: Served) -> None:
    """Each quotation marked, neighbours around it, hash and time of reading below; unknown numbers are 404."""
    answer = served.client.get(f"/c/{CASE.id}/source/2")
    tree = parse(answer.text)
    assert [mark.text for mark in tree.xpath("//mark")] == [quote.text for quote in CASE.sources[1].quotes]
    assert "stands in for the rest of the page" in tree.text_content()
    assert CASE.sources[1].sha256 in tree.text_content()
    assert "20 November 2026, 09:14 UTC" in tree.text_content()
    assert served.client.get(f"/c/{CASE.id}/source/99").status_code == 404


def test_the_page_is_not_sent_twice(served: Served) -> None:
    """Its ETag gives 304, and moves when the card ages."""
    etag = served.client.get(PATH).headers["etag"]
    assert served.client.get(PATH, headers={"if-none-match": etag}).status_code == 304
    served.now += timedelta(days=9)
    aged = served.client.get(PATH, headers={"if-none-match": etag})
    assert aged.status_code == 200
    assert "Stale since" in words(parse(aged.text).text_content())


def test_exports_are_what_they_say(served: Served) -> None:
    """JSON is the API's card, Markdown has a footnote per quotation, the one file allows only its own style."""
    assert served.client.get(f"/c/{CASE.id}.json").content == served.client.get(f"/api/v1/cards/{CASE.id}").content
    markdown = served.client.get(f"/c/{CASE.id}.md")
    assert markdown.headers["content-type"] == "text/plain; charset=utf-8"
    assert "[^2a]: Quillbase: “Quillbase 4, released today" in markdown.text
    one_file = served.client.get(f"/c/{CASE.id}.html")
    assert "style-src 'sha256-" in one_file.headers["content-security-policy"]
    assert one_file.headers["content-disposition"].startswith("attachment")
    assert served.client.get(f"/c/{CASE.id}.exe").status_code == 404


def test_the_one_file_needs_nothing_else() -> None:
    """No script, no address of this server but the permalink, and it says where that opens."""
    html = to_html(CASE)
    tree = parse(html)
    assert tree.xpath("//script|//link|//img") == []
    assert all(address.startswith(("http", "#")) for address in tree.xpath("//@href"))
    assert "opens only on the machine that made it" in html


def test_markdown_and_text_hold_every_sentence() -> None:
    """Both show each claim, its kind, its sources."""
    markdown, text = to_markdown(CASE).replace("\\", ""), to_text(CASE)
    for claim in (CASE.headline, CASE.tldr.what_changed, *CASE.insight.takeaways, *CASE.discussion.points):  # type: ignore[union-attr]
        assert claim.text in markdown
        assert claim.text in text
    assert "[2] (the web says)" in text
    assert "*(the web says, two independent origins)*" in markdown
