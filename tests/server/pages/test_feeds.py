"""Feeds: Atom by its schema, JSON Feed by its shape; updates are updates; what is asked again is answered briefly."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html
import msgspec
import pytest

from server.core.card import CardId
from server.pages.feed_entries import FORBIDDEN
from tests.server.api.served import ADDRESS, NOW, Served, load_case
from tests.server.pages.hostile import STRINGS, find_live, hostile_card, shared_rows
from tests.week import LINES, save_week

CASE = load_case()
SCHEMA = Path(__file__).parents[2] / "cases" / "atom.rng"  # of RFC 4287
ATOM = {"a": "http://www.w3.org/2005/Atom"}
FEEDS = (
    "",
    "?community=r/LocalLLaMA",
    "?site=reddit.com",
    "?category=Security",
    "?audience=Developers",
    "?q=harbour",
    "?q=nothing+of+the+kind",
    "?site=reddit.com&community=r/LocalLLaMA",
    "?q=labs&community=r/LocalLLaMA",
)
SHARED = [text for _, text in shared_rows("naughty_strings")]


class Item(msgspec.Struct, forbid_unknown_fields=True):
    """What jsonfeed.org/version/1.1 has of an item, as far as ours says it."""

    id: str
    url: str
    title: str
    summary: str
    content_html: str
    date_published: datetime
    date_modified: datetime
    tags: list[str]
    language: str
    external_url: str | None = None


class JsonFeed(msgspec.Struct, forbid_unknown_fields=True):
    """And of a feed."""

    version: str
    title: str
    home_page_url: str
    feed_url: str
    language: str
    authors: list[dict[str, str]]
    items: list[Item]


@pytest.fixture
def served() -> Served:
    """A server on loopback with a week of cards."""
    served = Served()
    save_week(served)
    return served


@pytest.fixture(scope="module")
def schema() -> lxml.etree.RelaxNG:
    """Of Atom."""
    return lxml.etree.RelaxNG(lxml.etree.parse(SCHEMA))


def read_atom(served: Served, query: str = "") -> Any:
    return lxml.etree.fromstring(served.client.get(f"/feed.atom{query}").content)


def read_json(served: Served, query: str = "") -> JsonFeed:
    return msgspec.json.decode(served.client.get(f"/feed.json{query}").content, type=JsonFeed)


def texts(tree: Any, path: str) -> list[str]:
    return [str(each) for each in tree.xpath(path, namespaces=ATOM)]


@pytest.mark.parametrize("query", FEEDS)
def test_every_feed_is_valid_and_both_forms_say_the_same(
    served: Served, schema: lxml.etree.RelaxNG, query: str
) -> None:
    """Ids, titles, addresses, dates, in the same order; an empty one is a feed too."""
    atom, feed = read_atom(served, query), read_json(served, query)
    schema.assertValid(atom)
    assert feed.version == "https://jsonfeed.org/version/1.1"
    assert texts(atom, "a:title/text()") == [feed.title]
    for path, told in (
        ("a:entry/a:id/text()", [item.id for item in feed.items]),
        ("a:entry/a:title/text()", [item.title for item in feed.items]),
        ("a:entry/a:content/text()", [item.content_html for item in feed.items]),
        ("a:entry/a:link[@rel='alternate']/@href", [item.url for item in feed.items]),
        ("a:entry/a:link[@rel='via']/@href", [item.external_url for item in feed.items]),
    ):
        assert texts(atom, path) == told
    for path, dates in (
        ("a:entry/a:published/text()", [item.date_published for item in feed.items]),
        ("a:entry/a:updated/text()", [item.date_modified for item in feed.items]),
    ):
        assert [datetime.fromisoformat(told) for told in texts(atom, path)] == dates
    newest = max((item.date_modified for item in feed.items), default=datetime(1970, 1, 1, tzinfo=UTC))
    assert [datetime.fromisoformat(told) for told in texts(atom, "a:updated/text()")] == [newest]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?community=r/localllama", [line[3] for line in LINES if line[1] == "r/LocalLLaMA"]),
        ("?site=github.com", [line[3] for line in LINES if line[0] == "github.com"]),
        ("?category=Security", [line[3] for line in LINES if line[2] == "Security"]),
        ("?audience=Investors", []),
        ("?q=tern-2", [LINES[0][3]]),
        ("?q=tern-2&community=r/selfhosted", []),
    ],
)
def test_a_feed_holds_what_its_list_holds(served: Served, query: str, expected: list[str]) -> None:
    """Newest first."""
    assert [item.title for item in read_json(served, query).items] == expected


def test_feeds_name_themselves_and_their_pages(served: Served) -> None:
    """And pages name them, for readers that are given a page's address."""
    for path in ("/", "/r/LocalLLaMA", "/s/github.com", "/category/security", "/for/developers", "/search?q=harbour"):
        page = lxml.html.document_fromstring(served.client.get(path).text)
        (atom,) = page.xpath("//link[@rel='alternate'][@type='application/atom+xml']/@href")
        (json,) = page.xpath("//link[@rel='alternate'][@type='application/feed+json']/@href")
        tree = lxml.etree.fromstring(served.client.get(atom).content)
        assert texts(tree, "a:link[@rel='self']/@href") == [ADDRESS + atom]
        assert texts(tree, "a:link[@rel='alternate']/@href") == [ADDRESS + path]
        feed = msgspec.json.decode(served.client.get(json).content, type=JsonFeed)
        assert (feed.feed_url, feed.home_page_url) == (ADDRESS + json, ADDRESS + path)


def test_a_refreshed_card_is_the_same_entry_updated() -> None:
    """Its id stays, through versions, headlines and the server's moving; its first date stays, its last one moves."""
    served = Served()
    served.save(CASE)
    (before,) = read_json(served).items
    text = "Quillbase takes its licence back"
    later = CASE.generated_at + timedelta(days=2)
    news = ({"summary": "Quillbase took it back."},)
    claim = msgspec.structs.replace(CASE.headline, text=text)
    served.save(msgspec.structs.replace(CASE, headline=claim, generated_at=later, changes=news))
    (after,) = read_json(served).items
    assert after.id == before.id
    assert (after.date_published, after.date_modified) == (before.date_published, later.replace(microsecond=0))
    assert (before.title, after.title) == (CASE.headline.text, text)
    assert "Updated, version 2" in after.content_html
    assert "Quillbase took it back." in after.content_html
    moved = Served(public_address="https://cards.example")
    moved.save(CASE)
    (elsewhere,) = read_json(moved).items
    assert elsewhere.id == before.id
    assert elsewhere.url.startswith("https://cards.example/c/")


def test_claims_in_a_feed_lead_to_their_sources(served: Served) -> None:
    """Each with a link to what proves it; interpretation says that it is one."""
    served.save(CASE)
    item = next(item for item in read_json(served).items if item.title == CASE.headline.text)
    tree = lxml.html.fragment_fromstring(item.content_html)
    assert find_live(tree) == []
    links = set(tree.xpath("//p//a/@href | //ul//a/@href"))
    assert links <= {source.url for source in CASE.sources}
    assert links
    assert "interpretation" in tree.text_content()


@pytest.mark.parametrize("form", ["atom", "json"])
@pytest.mark.parametrize("query", ["", "?q=harbour"])
def test_a_feed_that_did_not_change_is_not_sent_again(served: Served, form: str, query: str) -> None:
    """By its tag, or by its very date where no tag is named; a tag that does not fit outweighs a date that does."""
    address = f"/feed.{form}{query}"
    first = served.client.get(address)
    assert first.headers["content-type"].startswith(
        {"atom": "application/atom+xml", "json": "application/feed+json"}[form]
    )
    tag, date = first.headers["etag"], first.headers["last-modified"]
    assert date == "Fri, 20 Nov 2026 11:55:00 GMT"
    for headers, status in (
        ({"if-none-match": tag}, 304),
        ({"if-modified-since": date}, 304),
        ({"if-none-match": '"other"', "if-modified-since": date}, 200),
        ({"if-modified-since": "Sat, 21 Nov 2026 11:55:00 GMT"}, 200),
    ):
        answer = served.client.get(address, headers=headers)
        assert (answer.status_code, answer.headers["etag"]) == (status, tag)
    served.client.delete("/api/v1/cards/week-00000000000", headers={"origin": ADDRESS})
    assert served.client.get(address, headers={"if-none-match": tag}).status_code == 200


def test_a_feed_lies_ready_until_something_changes() -> None:
    """The same bytes without asking the store for cards; searches are made anew, for there is no end of them."""
    served = Served()
    save_week(served)
    asked: list[str] = []
    ask = served.store.list_cards

    async def counted(*args: Any, **kwargs: Any) -> Any:
        asked.append("list")
        return await ask(*args, **kwargs)

    served.store.list_cards = counted  # type: ignore[method-assign]
    first = [served.client.get("/feed.atom") for _ in range(3)]
    assert (len(asked), len({answer.content for answer in first})) == (1, 1)
    served.save(msgspec.structs.replace(CASE, generated_at=NOW), url="https://a.example/")
    assert CASE.headline.text in served.client.get("/feed.atom").text
    for _ in range(2):
        served.client.get("/feed.atom?q=harbour")
    assert len(asked) == 4


@pytest.mark.parametrize(
    "query",
    [
        "?category=Nothing",
        "?audience=Nobody",
        "?category=Security&site=a.example",
        "?category=Security&audience=Everyone",
    ],
)
def test_a_feed_of_what_no_list_has_is_refused(served: Served, query: str) -> None:
    """Rather than being a feed of everything."""
    for form in ("atom", "json"):
        assert served.client.get(f"/feed.{form}{query}").status_code == 400


@pytest.mark.parametrize(
    "text", [*STRINGS, "a\rb\r\nc", "\x01\x08\ufffe", "]]>", *SHARED], ids=lambda text: repr(text)[:12]
)
def test_hostile_strings_stay_whole_and_harmless_in_feeds(schema: lxml.etree.RelaxNG, text: str) -> None:
    """Atom stays valid, texts come back to the letter (U+FFFD for what XML cannot hold), and content is dead."""
    served = Served()
    card = msgspec.structs.replace(hostile_card(text), id=CardId("hostile"))
    served.save(card, url="https://a.example/")
    for query in ("", "?q=x", f"?site={'a' * 300}"):
        schema.assertValid(read_atom(served, query))
    (title,) = texts(read_atom(served), "a:entry/a:title/text()") or [""]
    assert title == FORBIDDEN.sub("\ufffd", text)
    (item,) = read_json(served).items
    assert item.title == text
    assert find_live(lxml.html.fragment_fromstring(FORBIDDEN.sub("\ufffd", item.content_html))) == []
