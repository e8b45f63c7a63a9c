"""The pages of lists: front, communities, sites, categories, audiences, searches; and the sitemap."""

from datetime import timedelta
from itertools import pairwise
from urllib.parse import quote

import lxml.etree
import msgspec
import pytest

from server.core.card import Card, CardId
from server.core.shelves import Shelf
from server.pages.shelf_addresses import feed_path, path_of
from tests.server.api.served import ADDRESS, NOW, Served, load_case
from tests.server.pages.hostile import STRINGS, find_live, hostile_card, parse, shared_rows, words
from tests.server.pages.weights import weigh
from tests.week import LINES, save_week

CASE = load_case()
ODD = (
    "..",
    "../../etc/passwd",
    "a/b",
    "a//b",
    "/",
    "%2e%2e",
    "%252e",
    ".hidden",
    "r/x y",
    "灯塔",
    "r/",
    "x?y#z",
    "a\\b",
    ":",
    "<script>",
    "\u202egnp",
    "r/../..",
    "q" * 3000,
)
LISTS = (
    "/",
    "/?before=2026-11-18",
    "/r/LocalLLaMA",
    "/s/reddit.com",
    "/category/release",
    "/for/developers",
    "/search",
    "/search?q=harbour",
    "/search?q=nothing+of+the+kind",
)


@pytest.fixture
def served() -> Served:
    """A server on loopback with a week of cards."""
    served = Served()
    save_week(served)
    return served


def standing(name: str, **changes: object) -> Card:
    """The invented card under another id, in a community of its own or elsewhere."""
    thread = {each: changes.pop(each) for each in ("site", "community", "title") if each in changes}
    card = msgspec.structs.replace(CASE, id=CardId(name), thread=msgspec.structs.replace(CASE.thread, **thread))
    return msgspec.structs.replace(card, **changes)


def headlines(served: Served, path: str) -> list[str]:
    """What a list shows, in order."""
    tree = parse(served.client.get(path).text)
    return [
        words(found.text_content()) for found in tree.xpath("//li[@class='row']/*[self::h2 or self::h3 or self::h4]")
    ]


def follow(served: Served, path: str) -> list[list[str]]:
    """The pages of a list, by their links."""
    pages: list[list[str]] = []
    while path:
        pages.append(headlines(served, path))
        path = "".join(parse(served.client.get(path).text).xpath("//a[@rel='next']/@href"))
    return pages


# ---- what is in them --------------------------------------------------------------------------------


def test_the_front_page_tells_the_latest_and_the_most_discussed(served: Served) -> None:
    """Newest first, a refreshed card in front; beside them the week's longest threads and where they are from."""
    shown = headlines(served, "/")
    assert shown == [LINES[2][3], LINES[0][3], LINES[1][3], *(line[3] for line in LINES[3:])]
    tree = parse(served.client.get("/").text)
    discussed = [words(each.text_content()) for each in tree.xpath("//section[@class='discussed']//h3")]
    by_comments = sorted(LINES, key=lambda line: -(line[5] or 0))
    assert discussed == [line[3] for line in by_comments[:5]]
    assert {"r/LocalLLaMA", "Hacker News"} <= {
        words(each.text_content()) for each in tree.xpath("//nav[@class='places']//a")
    }


def test_what_was_discussed_long_ago_is_not_discussed_now(served: Served) -> None:
    """Seven days."""
    served.now = NOW + timedelta(days=9)
    assert "Most discussed" not in served.client.get("/").text
    assert LINES[0][3] in headlines(served, "/")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/r/LocalLLaMA", [line[3] for line in LINES if line[1] == "r/LocalLLaMA"]),
        ("/s/github.com/quillbase/quillbase", [line[3] for line in LINES if line[0] == "github.com"]),
        ("/s/lemmy.world/!technology@lemmy.world", [line[3] for line in LINES if line[0] == "lemmy.world"]),
        ("/s/news.ycombinator.com", [line[3] for line in LINES if line[0] == "news.ycombinator.com"]),
        ("/category/security", [line[3] for line in LINES if line[2] == "Security"]),
        ("/category/other", []),
        ("/for/security-teams", []),
    ],
)
def test_a_list_shows_its_own_cards(served: Served, path: str, expected: list[str]) -> None:
    """Fixed names have a page before they have cards."""
    assert headlines(served, path) == expected


@pytest.mark.parametrize(
    "path", ["/r/nobody", "/s/nowhere.example", "/s/reddit.com/r/nobody", "/category/nothing", "/for/nobody", "/r/%00"]
)
def test_what_nobody_wrote_in_is_not_there(served: Served, path: str) -> None:
    """404 with a next step."""
    answer = served.client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert find_live(parse(answer.text)) == []


@pytest.mark.parametrize(
    ("asked", "proper"),
    [
        ("/r/localllama", "/r/LocalLLaMA"),
        ("/r/LOCALLLAMA?before=2026-11-19", "/r/LocalLLaMA?before=2026-11-19T00:00:00Z"),
        ("/s/reddit.com/r/LocalLLaMA", "/r/LocalLLaMA"),
        ("/s/Reddit.com", "/s/reddit.com"),
        ("/s/reddit.com?community=r/LocalLLaMA", "/r/LocalLLaMA"),
        ("/s/github.com/Quillbase/Quillbase", "/s/github.com/quillbase/quillbase"),
        ("/s/github.com?community=quillbase/quillbase", "/s/github.com/quillbase/quillbase"),
        ("/category/Security", "/category/security"),
        ("/for/DEVELOPERS", "/for/developers"),
    ],
)
def test_another_spelling_leads_to_the_proper_one(served: Served, asked: str, proper: str) -> None:
    """So that each list has one address; cards know how their sites spell them."""
    answer = served.client.get(asked, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, proper)
    assert served.client.get(proper, follow_redirects=False).status_code == 200


def test_a_community_of_the_same_name_elsewhere_stays_there(served: Served) -> None:
    """Else any forum could put its threads among Reddit's."""
    served.save(standing("forged", site="forum.example", community="r/LocalLLaMA"), url="https://forum.example/1")
    assert CASE.headline.text not in headlines(served, "/r/LocalLLaMA")
    assert headlines(served, "/s/forum.example/r/LocalLLaMA") == [CASE.headline.text]


@pytest.mark.parametrize("name", ODD, ids=lambda name: repr(name)[:16])
def test_a_community_may_be_named_like_a_path(name: str) -> None:
    """Its page is reached by the link that its cards carry, as browsers resolve it, and so is its feed."""
    served = Served()
    served.save(standing("odd", site="forum.example", community=name))
    path = path_of(Shelf(site="forum.example", community=name))
    assert path is not None
    assert path.startswith("/s/forum.example")
    tree = parse(served.client.get("/").text)
    assert path in tree.xpath("//li[@class='row']//a/@href")
    answer = served.client.get(path, follow_redirects=False)
    assert answer.status_code == 200, answer.headers.get("location")
    assert headlines(served, path) == [CASE.headline.text]
    assert find_live(parse(answer.text)) == []
    assert served.client.get(feed_path("json", Shelf(site="forum.example", community=name))).json()["items"]


# ---- going on ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/s/reddit.com", "/category/industry", "/for/developers", "/search?q=quillbase"])
def test_pages_follow_one_another_to_the_end(path: str) -> None:
    """Each card once, though many were made at once."""
    served = Served()
    for number in range(65):
        card = standing(f"card-{number:03}", headline=msgspec.structs.replace(CASE.headline, text=f"Card {number:03}"))
        made_at = NOW - timedelta(hours=number // 7)
        served.save(msgspec.structs.replace(card, generated_at=made_at), url=f"https://a.example/{number}")
    pages = follow(served, path)
    seen = [headline for page in pages for headline in page]
    assert len(pages) > 2
    assert sorted(seen) == [f"Card {number:03}" for number in range(65)]


@pytest.mark.parametrize("before", ["yesterday", "2026-13-01", "~", "\x00", "9" * 5000])
def test_a_place_that_is_none_is_refused(served: Served, before: str) -> None:
    """400, with what it may be."""
    for path in ("/", "/r/LocalLLaMA", "/category/release", "/search?q=x", "/api/v1/cards"):
        answer = served.client.get(f"{path}{'&' if '?' in path else '?'}before={quote(before)}")
        assert answer.status_code == 400
        assert "2026-02-23T12:00:00Z" in answer.text


def test_behind_the_last_card_there_is_an_end(served: Served) -> None:
    """And a way back."""
    text = served.client.get("/r/LocalLLaMA?before=2020-01-01").text
    assert "No older cards." in text
    assert parse(text).xpath("//a[text()='Back to the newest']/@href") == ["/r/LocalLLaMA"]


# ---- searching --------------------------------------------------------------------------------------


def test_a_search_marks_what_it_found(served: Served) -> None:
    """In the headline, and in the sentence that holds most of the words."""
    tree = parse(served.client.get("/search?q=tern-2+apache").text)
    assert headlines(served, "/search?q=tern-2+apache") == [LINES[0][3]]
    assert [mark.text for mark in tree.xpath("//h2//mark")] == ["Tern-2", "Apache-2.0"]


def test_a_search_may_be_kept_to_a_community(served: Served) -> None:
    """By the field of its page, which says where it looks and how to look everywhere."""
    tree = parse(served.client.get("/r/LocalLLaMA").text)
    form = {field.get("name"): field.get("value") for field in tree.xpath("//form[@role='search']//input")}
    assert form == {"q": "", "site": "reddit.com", "community": "r/LocalLLaMA"}
    address = "/search?q=quillbase&site=reddit.com&community=r/LocalLLaMA"
    assert set(headlines(served, address)) == {line[3] for line in LINES if line[1] == "r/LocalLLaMA"}
    assert "/search?q=quillbase" in parse(served.client.get(address).text).xpath("//a/@href")


QUERIES = (
    "",
    "   ",
    '"',
    '""',
    "'",
    "lamp*",
    "*",
    "NOT",
    "NEAR(a b)",
    "a AND OR b",
    "headline:lamp",
    "^a",
    "(((",
    "a & | ! b",
    ":*",
    "<->",
    "\\",
    "%",
    "_",
    "\x00",
    "lamp\x00lamp",
    "a" * 10_000,
    "lamp " * 2_000,
    "灯塔灯塔",
    "منارة",
    "שלום",
    "\u202ea",
    "-",
    "--",
    "'; DROP TABLE series; --",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "😀",
    "e\u0301",
    "\ufeff",
    "ﷺ",
)


@pytest.mark.parametrize("q", QUERIES, ids=lambda q: repr(q)[:16])
def test_no_query_is_an_error(served: Served, q: str) -> None:
    """On the page, in the API, in both feeds; and none comes back alive."""
    for path in ("/search", "/api/v1/cards", "/feed.atom", "/feed.json"):
        assert served.client.get(path, params={"q": q}).status_code == 200, path
    text = served.client.get("/search", params={"q": q}).text
    assert find_live(parse(text)) == []
    assert len(text) < 60_000


def test_an_address_that_was_searched_for_may_become_a_card(served: Served) -> None:
    """The reader has mistaken the field, not the place."""
    address = "https://www.reddit.com/r/x/comments/1/y/?a=b&c=d"
    tree = parse(served.client.get("/search", params={"q": address}).text)
    (link,) = tree.xpath("//div[@class='none']//a/@href")
    field = parse(served.client.get(link).text).xpath("//input[@id='url']/@value")
    assert field == [address]


# ---- who is in none, and what is told to whom -----------------------------------------------------------


def test_what_is_not_for_everybody_is_on_no_page() -> None:
    """Unlisted, private and deleted cards, wherever one might look."""
    served = Served(indexing=True)
    for name in ("unlisted", "private", "deleted"):
        visibility = name if name != "deleted" else "public"
        text = f"Secretword {name} {name}word"
        card = standing(
            name,
            visibility=visibility,
            headline=msgspec.structs.replace(CASE.headline, text=text),
            community=f"r/{name}",
        )
        served.save(card, url=f"https://a.example/{name}")
    served.client.delete("/api/v1/cards/deleted", headers={"origin": ADDRESS})
    for path in ("/", "/s/reddit.com", f"/category/{CASE.category}", "/for/developers", "/search?q=secretword",
                 "/feed.atom", "/feed.json", "/feed.atom?q=secretword", "/sitemap.xml", "/sitemaps/1.xml",
                 "/api/v1/cards", "/api/v1/cards?q=secretword"):  # fmt: skip
        answer = served.client.get(path)
        assert "Secretword" not in answer.text, path
    for name in ("unlisted", "private", "deleted"):
        assert served.client.get(f"/r/{name}").status_code == 404


def test_a_change_is_seen_at_once(served: Served) -> None:
    """However lately the same page was asked for."""
    assert LINES[0][3] in headlines(served, "/r/LocalLLaMA")
    served.client.delete("/api/v1/cards/week-00000000000", headers={"origin": ADDRESS})
    assert LINES[0][3] not in headlines(served, "/r/LocalLLaMA")
    assert LINES[0][3] not in headlines(served, "/")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_light_and_needs_no_script(served: Served, path: str) -> None:
    """Under 60 KB over the wire with styles and fonts; nothing runs, every heading is under one of the level above."""
    visit = weigh(served.client, path)
    assert visit.wire_bytes < 60_000
    tree = parse(served.client.get(path).text)
    assert tree.xpath("//script") == []
    levels = [int(each.tag[1]) for each in tree.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_search_engines_are_told_of_lists_where_the_operator_wants_that() -> None:
    """First pages, not searches nor what is further down; without it, nothing."""
    for indexing, path, robots in (
        (True, "/r/LocalLLaMA", "all"),
        (True, "/category/release", "all"),
        (True, "/r/LocalLLaMA?before=2026-11-19", "noindex"),
        (True, "/search?q=tern-2", "noindex"),
        (False, "/r/LocalLLaMA", "noindex"),
        (False, "/", "noindex"),
    ):
        served = Served(indexing=indexing)
        save_week(served)
        answer = served.client.get(path)
        assert answer.headers["x-robots-tag"] == robots
        assert parse(answer.text).xpath("//meta[@name='robots']/@content") == [robots]


def test_the_sitemap_names_every_public_card() -> None:
    """By its permalink, with the day of its last version; there is none where search engines are not wanted."""
    served = Served(indexing=True)
    save_week(served)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    index = lxml.etree.fromstring(served.client.get("/sitemap.xml").content)
    files = index.xpath("//s:loc/text()", namespaces=space)
    assert files == [f"{ADDRESS}/sitemaps/1.xml"]
    file = lxml.etree.fromstring(served.client.get("/sitemaps/1.xml").content)
    found = file.xpath("//s:loc/text()", namespaces=space)
    assert len(found) == len(LINES)
    assert all(served.client.get(address, follow_redirects=False).status_code == 200 for address in found)
    assert file.xpath("//s:lastmod/text()", namespaces=space)[-1] == "2026-11-20"
    for path in ("/sitemaps/2.xml", "/sitemaps/0.xml", "/sitemaps/x.xml", "/sitemaps/1", "/sitemaps/99999999.xml"):
        assert served.client.get(path).status_code == 404
    closed = Served()
    assert [closed.client.get(path).status_code for path in ("/sitemap.xml", "/sitemaps/1.xml")] == [404, 404]
    assert "Sitemap" not in closed.client.get("/robots.txt").text


@pytest.mark.parametrize(
    "text", [*STRINGS, *(text for _, text in shared_rows("xss_strings"))], ids=lambda text: text[:12]
)
def test_hostile_strings_stay_text_in_lists(text: str) -> None:
    """In every field that a list, a search or a feed's page shows."""
    served = Served()
    served.save(msgspec.structs.replace(hostile_card(text), id=CASE.id), url="https://a.example/")
    for path in ("/", "/?before=2030-01-01", "/search?q=script+alert", "/search?q=x", "/search"):
        answer = served.client.get(path)
        assert answer.status_code == 200
        tree = parse(answer.text)
        assert find_live(tree) == [], path
    assert words(tree_text(served, "/")).count(words(text.replace("\x00", "\ufffd"))[:40]) >= 1


def tree_text(served: Served, path: str) -> str:
    """What a page says."""
    return str(parse(served.client.get(path).text).text_content())
