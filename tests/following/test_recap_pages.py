"""Recaps over HTTP, on a server that keeps everything in memory."""

from datetime import UTC, datetime, timedelta

import lxml.html
import msgspec
import pytest

from server.core.card import CardId
from server.core.recaps import MOST
from tests.fakes import make_claim
from tests.following.served import CASE, FollowServed, make_cards
from tests.server.api.served import run
from tests.server.pages.hostile import find_live, parse, words

MONDAY = datetime(2026, 2, 23, 9, tzinfo=UTC)
WEEK = "/recap/2026-W09"


@pytest.fixture
def served() -> FollowServed:
    """A server at the Wednesday of the tenth week, with fourteen cards of the ninth."""
    served = FollowServed()
    served.now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    served.save_all(make_cards(14, MONDAY))
    return served


def live_parts(tree: lxml.html.HtmlElement) -> list[str]:
    """Whatever could act; a list of links is none of it."""
    return [fault for fault in find_live(tree) if fault != "element nav"]


def text_of(served: FollowServed, path: str) -> str:
    """What a reader sees of a page that must be there."""
    answer = served.client.get(path)
    assert answer.status_code == 200, answer.text
    return words(parse(answer.text).text_content())


def test_a_week_tells_each_card_by_its_claim_with_source_and_card(served: FollowServed) -> None:
    """The claim's own words, the source by name with the passage's address, and the card's permalink."""
    tree = parse(served.client.get(WEEK).text)
    assert live_parts(tree) == []
    told = tree.xpath("//*[contains(@class, 'told')]")
    assert len(told) == 14
    first = tree.xpath("//section[contains(@class, 'front')]")[0]
    assert "Builder0 moved the 0 lamps of Harbour0 on Tuesday, the board said." in words(first.text_content())
    assert first.xpath(".//h3/a/@href") == ["/c/week000000000000-builder0-moves-every-lamp-of-harbour0"]
    [cite] = first.xpath(".//a[contains(@class, 'at')]")
    assert words(cite.text_content()) == "[2] Quillbase"
    assert cite.get("href", "").startswith("https://quillbase.example/blog/harbour-license#:~:text=")
    assert cite.get("rel") == "noopener nofollow ugc"
    assert served.client.get(first.xpath(".//h3/a/@href")[0]).status_code == 200


def test_the_page_says_which_week_it_is_and_leads_to_its_neighbours(served: FollowServed) -> None:
    """To the days of the week too, and never to a week that has not begun."""
    tree = parse(served.client.get(WEEK).text)
    assert words(tree.xpath("//h1")[0].text_content()) == "Week 9, 2026"
    links = tree.xpath("//nav[@aria-label='Other recaps']//a/@href")
    assert links[0] == "/recap/2026-W08"
    assert links[-1] == "/recap/2026-W10"
    assert links[1:8] == [f"/recap/2026-{day}" for day in ("02-23 02-24 02-25 02-26 02-27 02-28 03-01").split()]
    latest = parse(served.client.get("/recap/2026-W10").text)
    assert latest.xpath("//nav//a[@rel='next']") == []
    assert "so far" in text_of(served, "/recap/2026-W10")


def test_a_day_tells_its_own_cards_and_leads_to_its_week(served: FollowServed) -> None:
    """Nine o'clock to ten in the evening of Monday are fourteen cards, of which a day tells twelve."""
    page = text_of(served, "/recap/2026-02-23")
    assert "Monday 23 February 2026" in page
    assert f"{MOST['day']} subjects out of 14 cards" in page
    assert WEEK in parse(served.client.get("/recap/2026-02-23").text).xpath("//nav//a/@href")
    assert "No card was made in this day." in text_of(served, "/recap/2026-02-24")


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/recap", "/recap/2026-W10"),
        ("/recap/2026-w09", WEEK),
        ("/recap/2026W09.md", f"{WEEK}.md"),
    ],
)
def test_other_addresses_lead_to_the_proper_one(served: FollowServed, path: str, leads_to: str) -> None:
    """The week under way for whoever names none."""
    answer = served.client.get(path, follow_redirects=False)
    assert (answer.status_code in (301, 302), answer.headers["location"]) == (True, leads_to)


@pytest.mark.parametrize(
    "path",
    [
        "/recap/2025-W53", "/recap/2026-W11", "/recap/2026-03-05", "/recap/tomorrow", "/recap/2026-02-30",
        f"{WEEK}.exe", f"{WEEK}.md.html", "/recap/%2e%2e%2fetc", "/recap/2026-W09%00", "/recap/" + "9" * 5000,
        "/recap/<script>alert(1)</script>",
    ],
)  # fmt: skip
def test_what_is_no_recap_is_not_found(served: FollowServed, path: str) -> None:
    """A week that has not begun, a day that never was, a name that is a path; never a fault of ours."""
    answer = served.client.get(path)
    assert answer.status_code == 404
    assert live_parts(parse(answer.text)) == []


def test_empty_weeks_and_weeks_with_one_card_read_as_such(served: FollowServed) -> None:
    """Week 53 among them, and the edges of the calendar."""
    assert "No card was made in this week." in text_of(served, "/recap/2020-W53")
    assert "28 December 2020 to 3 January 2021" in text_of(served, "/recap/2020-W53")
    assert "No card was made in this week." in text_of(served, "/recap/0001-W01")
    served.save_all([CASE])
    assert CASE.generated_at.date().isocalendar()[:2] not in {(2026, 9), (2026, 10)}
    served.now = CASE.generated_at
    week = CASE.generated_at.strftime("/recap/%G-W%V")
    assert "One card, told by one claim." in text_of(served, week)


def test_hidden_and_deleted_cards_are_in_no_recap(served: FollowServed) -> None:
    """At the next view, in every form, though nothing was built anew."""
    gone, hidden = CardId("week000000000000"), CardId("week000000000001")
    run(served.store.delete_card(gone, served.now))
    [card] = [card for card in make_cards(2, MONDAY) if card.id == hidden]
    served.save(msgspec.structs.replace(card, visibility="unlisted"), url=card.thread.url)
    for form in ("", ".md", ".txt", ".html"):
        text = served.client.get(f"{WEEK}{form}").text
        assert "Builder0 " not in text
        assert "Builder1 " not in text
        assert "Builder2 " in text


def test_a_changed_card_is_told_anew_where_it_was_first_told(served: FollowServed) -> None:
    """Its old words are gone at once; its new ones stand in the same week, and say when they were made."""
    [card] = make_cards(1, MONDAY)
    claim = make_claim("Builder0 moved no lamp at all.", quote=CASE.sources[0].quotes[0].id)
    changed = msgspec.structs.replace(
        card,
        generated_at=served.now,
        tldr=msgspec.structs.replace(card.tldr, what_changed=claim),
    )
    served.save(changed, url=card.thread.url)
    assert "Builder0" not in text_of(served, WEEK)
    served.keep_up()
    assert "Builder0 moved no lamp at all." in text_of(served, WEEK)
    assert "updated 4 March 2026" in text_of(served, WEEK)


@pytest.mark.parametrize("form", ["", ".md", ".txt", ".html", ".png"])
def test_the_same_cards_give_the_same_bytes(served: FollowServed, form: str) -> None:
    """From another store, filled in another order, an hour later; browsers that have them are told so."""
    first = served.client.get(f"{WEEK}{form}")
    other = FollowServed()
    other.now = served.now + timedelta(hours=1)
    other.save_all(list(make_cards(14, MONDAY))[::-1])
    again = other.client.get(f"{WEEK}{form}")
    assert again.content == first.content
    assert other.client.get(f"{WEEK}{form}", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_the_file_for_mail_needs_nothing_else_and_may_do_nothing(served: FollowServed) -> None:
    """Styles inline, links whole, no picture, no script, no form; a policy that forbids them besides."""
    answer = served.client.get(f"{WEEK}.html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"].replace("default-src", "")
    tree = lxml.html.document_fromstring(answer.text)
    assert tree.xpath("//script|//img|//link|//form|//iframe|//*[@src]|//*[@background]") == []
    assert {href.partition("/")[0] for href in tree.xpath("//a/@href")} <= {"http:", "https:"}
    assert len(tree.xpath("//table[@role='presentation']")) == 2
    assert not tree.xpath("//table[not(@role='presentation')]")
    assert "url(" not in answer.text
    assert "Builder13 moved the 13 lamps" in words(tree.text_content())
    assert len(answer.content) < 102_000  # Gmail cuts a letter off there


def test_texts_tell_the_same_cards(served: FollowServed) -> None:
    """Every headline and every permalink, in Markdown and without markup."""
    for form in (".md", ".txt"):
        answer = served.client.get(f"{WEEK}{form}")
        assert answer.headers["content-type"].startswith("text/plain")
        for n in range(14):
            assert f"http://127.0.0.1:8321/c/week{n:012}-builder{n}-moves" in answer.text
            assert f"Builder{n} moved the {n} lamps of Harbour{n} on Tuesday, the board said." in answer.text


def test_the_picture_is_one_and_shows_the_week(served: FollowServed) -> None:
    """A PNG of the size that other places ask for, also of an empty week."""
    for path in (WEEK, "/recap/2020-W53"):
        answer = served.client.get(f"{path}.png")
        assert answer.headers["content-type"] == "image/png"
        assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
        assert answer.content[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")


def test_the_box_of_a_card_leads_to_the_week_it_was_first_made_in(served: FollowServed) -> None:
    """Also in later versions. Hidden cards are in no recap, so they have no box."""
    [card] = make_cards(1, MONDAY)
    box = "//section[contains(@class, 'recap-box')]"
    for _ in range(2):
        [found] = parse(served.client.get(f"/c/{card.id}").text).xpath(box)
        assert found.xpath(".//a/@href") == [WEEK]
        assert "Week 9, 2026: what else was said, 23 February to 1 March 2026" in words(found.text_content())
        served.save(msgspec.structs.replace(card, generated_at=served.now), url=card.thread.url)
    served.save(msgspec.structs.replace(card, visibility="unlisted"), url=card.thread.url)
    assert parse(served.client.get(f"/c/{card.id}").text).xpath(box) == []


def test_other_cards_on_a_subject_are_named_behind_its_heaviest_once_a_place(served: FollowServed) -> None:
    """In every form, with how many there are; the subject itself is told once."""
    same = [
        msgspec.structs.replace(
            CASE,
            id=CardId(f"same{n:012}"),
            generated_at=MONDAY,
            thread=msgspec.structs.replace(
                CASE.thread, url=f"https://www.reddit.com/r/{place}/comments/2{n:05}/x/", community=f"r/{place}"
            ),
        )
        for n, place in enumerate(["first", "second", "third", "third"])
    ]
    served.save_all(same)
    assert "On the same: r/second, r/third (2 cards)" in text_of(served, WEEK)
    assert "15 subjects out of 18 cards" in text_of(served, WEEK)
    for form in ("", ".md", ".txt", ".html"):
        text = served.client.get(f"{WEEK}{form}").text
        assert "same000000000001" in text
        assert "third (2 cards)" in text
        assert text.count(CASE.tldr.what_changed.text) <= 1
