"""The preview image: what is on it, in every script, whatever a card says."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
import resvg_py

from server.core.card import Card
from server.pages.preview.drawing import Drawing, draw
from server.pages.preview.faces import BOLD, FACES, SANS, SERIF, advances, face_of, run_width, runs, width_of
from server.pages.preview.lines import break_lines, cut, drawable, fit, is_right_to_left, pieces
from server.pages.preview_image import PreviewImages, render
from server.pages.rendering import STYLE, static_text
from server.pages.words import MONTHS
from tests.server.api.served import Served, load_case, run
from tests.server.pages.hostile import STRINGS, hostile_card, shared_rows
from tests.server.pages.pictures import Picture, decode

CASE = load_case()
SCRIPTS = {
    "English": "The harbour board relights the lamp of Kestrel Point",
    "long English": "The harbour board of Kestrel Point will relight the lamp on 1 March after a vote of seven to two, "
    "keepers say, though the money for it is still missing and nobody knows who is going to pay",
    "German": "Leuchtturmwärterversorgungsanstalten müssen Großschifffahrtssicherheitsbeauftragte künftig beschäftigen",
    "Vietnamese": "Hội đồng cảng quyết định thắp lại ngọn hải đăng",
    "Greek": "Το συμβούλιο αποφάσισε να ανάψει ξανά τον φάρο",
    "Russian": "Совет гавани решил снова зажечь маяк",
    "Chinese": "港务委员会决定重新点亮灯塔，看守人说资金仍未到位",
    "Taiwanese": "港務委員會決定重新點亮燈塔，看守人說資金仍未到位",
    "Japanese": "港湾局、岬の灯台を3月1日に再点灯へ「7対2で可決」",
    "Korean": "항만 위원회가 등대를 다시 켜기로 결정했다",
    "Arabic": "قررت هيئة الميناء إعادة إضاءة المنارة (Kestrel 4.0) في مارس",
    "Persian": "هیئت بندر تصمیم گرفت فانوس دریایی را دوباره روشن کند",
    "Hebrew": "רשות הנמל החליטה להדליק מחדש את המגדלור",
    "Hindi": "बंदरगाह बोर्ड ने प्रकाशस्तंभ को फिर से जलाने का निर्णय लिया",
    "Bengali": "বন্দর পর্ষদ বাতিঘর আবার জ্বালানোর সিদ্ধান্ত নিয়েছে",
    "Tamil": "துறைமுக வாரியம் கலங்கரை விளக்கத்தை மீண்டும் ஏற்ற முடிவு செய்தது",
    "Thai": "คณะกรรมการท่าเรือตัดสินใจ จุดประภาคารอีกครั้ง",
    "Georgian": "ნავსადგურის საბჭომ შუქურის ხელახლა ანთება გადაწყვიტა",
    "emoji": "🎉 Lamp lit at last 👩‍💻 🏳️‍🌈 ❤️ 🇩🇪 👍🏽 ✓ → 100 % of keepers agree 🚀",
}  # fmt: skip
SHARED_ROWS = [*shared_rows("xss_strings"), *shared_rows("naughty_strings")]
ROWS = [SHARED_ROWS[n : n + 25] for n in range(0, len(SHARED_ROWS), 25)]
ATTRIBUTES = frozenset(
    "x y d fill stroke stroke-width font-family font-size text-anchor letter-spacing viewBox width height".split()
)
SVG = "{http://www.w3.org/2000/svg}"
# In shares of 1200 by 630: outside the margins, and between the headline and its evidence.
EDGES = ((0.0, 0.0, 0.04, 1.0), (0.955, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 0.06), (0.0, 0.95, 1.0, 1.0))
GUTTER = (0.69, 0.33, 0.715, 0.76)


def headlined(text: str, **changes: Any) -> Card:
    """The invented card under another headline."""
    return msgspec.structs.replace(CASE, headline=msgspec.structs.replace(CASE.headline, text=text), **changes)


def small(card: Card) -> Picture:
    """The picture at a sixth of its width: what is drawn is the same, what has to be looked at is little."""
    drawing = draw(card)
    return decode(
        resvg_py.svg_to_bytes(svg_string=drawing.svg, skip_system_fonts=True, font_files=drawing.fonts, width=200)
    )


def words_of(card: Card) -> list[str]:
    """Every line of a picture, without the signs that turn it."""
    root = ElementTree.fromstring(draw(card).svg)
    return [re.sub("[\u202b\u202c]", "", element.text or "") for element in root.iter(f"{SVG}text")]


def test_the_picture_has_the_size_that_others_show() -> None:
    """1200 by 630, opaque, with room at its edges and between the headline and its evidence."""
    picture = decode(render(draw(CASE)))
    assert (picture.width, picture.height) == (1200, 630)
    assert {row[3::4] for row in picture.rows} == {b"\xff" * 1200}
    assert not any(picture.ink(*edge) for edge in (*EDGES, GUTTER))
    assert picture.ink(0.05, 0.3, 0.6, 0.7)


def test_the_picture_tells_what_the_card_is_worth() -> None:
    """Community, site, headline, the sources it cites, the verdict, sources, comments and the day."""
    told = words_of(CASE)
    for line in (
        "Threadproof", "r/ThreadproofSample", "reddit.com", "Industry", "the web says", "[2]", "Quillbase", "[3]",
        "The Ledger Wire", "23 of 26 claims supported", "5 cited sources", "84 of 312 comments read",
        "As of 20 November 2026", "Collected in 2 days",
    ):  # fmt: skip
        assert line in told
    assert CASE.headline.text in " ".join(told)


def test_a_card_that_knows_little_has_a_picture_too() -> None:
    """No community, no category, nothing cited, no claim counted."""
    bare = msgspec.structs.replace(
        CASE,
        category=None,
        collected_after_s=None,
        sources=(),
        headline=msgspec.structs.replace(CASE.headline, citations=()),
        thread=msgspec.structs.replace(CASE.thread, community=None),
        verification=msgspec.structs.replace(CASE.verification, claims=0, supported=0, partial=0, dropped=0),
    )
    assert "0 of 0 claims supported" in words_of(bare)
    assert not any(small(bare).ink(*edge) for edge in EDGES)


def test_its_colours_are_the_pages() -> None:
    """Every colour of the drawing is a token of the light theme."""
    colors = set(re.findall("#[0-9a-f]{3,8}", draw(CASE).svg))
    assert colors
    assert all(f": {color};" in static_text(STYLE) for color in colors)


# ---- scripts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_every_script_is_drawn_within_its_column(text: str) -> None:
    """Two to four lines, nothing left out, no ink where none belongs."""
    card = headlined(text)
    assert "…" not in drawable(text, SERIF)
    picture = small(card)
    gutter = (1 - GUTTER[2], GUTTER[1], 1 - GUTTER[0], GUTTER[3]) if is_right_to_left(text) else GUTTER
    assert not any(picture.ink(*edge) for edge in (*EDGES, gutter))


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_no_run_is_wider_than_it_was_measured(text: str) -> None:
    """Measuring adds up single characters; joined letters and kerning only make less of it."""
    for part in runs(drawable(text, SERIF)[:40], SERIF):
        measured = run_width(part) * 20
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="48"><path d="M0 0h800v48H0z" fill="#fff"/>'
            f'<text x="10" y="30" font-size="20" font-family="{part.face.family}">{part.text.strip()}</text></svg>'
        )
        picture = decode(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[part.face.path]))
        assert picture.ink(0, 0, (10 + measured) / 800, 1) == bool(part.text.strip("\u200c "))
        assert not picture.ink((10 + measured + 2) / 800, 0, 1, 1)


def test_every_run_is_drawn_by_a_face_that_has_all_of_it() -> None:
    """Signs and spaces go with what they follow, so that a Latin name in a Hindi sentence makes three runs."""
    for text in SCRIPTS.values():
        for part in runs(drawable(text, SERIF), SERIF):
            assert all(ord(ch) in advances(part.face) for ch in part.text)
    assert [part.text for part in runs("लिया Lamp 4.0 लिया", SERIF)] == ["लिया ", "Lamp 4.0 ", "लिया"]


def test_a_card_read_from_the_right_is_mirrored() -> None:
    """The headline stands at the right, its evidence at the left, and each line is told its direction."""
    svg = draw(headlined("قررت Kestrel 4.0 (灯) إضاءة", lang="ar")).svg
    assert '<text x="64.0" y="84.0"' in svg  # our own name is not
    placed: dict[str, list[tuple[float, str]]] = {}
    for x, y, text in re.findall(r'<text x="([0-9.]+)" y="([0-9.]+)" text-anchor="end"[^>]*>(.*?)<', svg):
        placed.setdefault(y, []).append((float(x), text))
    lines = [[text for _, text in sorted(line)] for line in placed.values()]
    assert ["Kestrel", "\u202bقررت\u202c"] in lines
    assert ["\u202bإضاءة\u202c", "4.0 (", "灯", ")"] in lines
    assert ["The Ledger Wire", "[3]"] in lines


def test_what_no_font_has_is_left_out_and_said_so() -> None:
    """An ellipsis for a missing word; a headline that would be all ellipses names its place instead."""
    assert drawable("መብራት means lamp", SERIF) == "… means lamp"
    assert drawable("መብራት እንደገና", SERIF) == ""
    assert "A thread on r/ThreadproofSample, checked against the web" in " ".join(words_of(headlined("መብራት እንደገና")))


def test_controls_and_marks_without_end_are_left_out() -> None:
    """What turns lines around, what XML forbids, and piles of marks."""
    assert drawable("\u202egnp.exe\u202c \x00\x1b[31m\ud800\ufeff", SERIF) == "gnp.exe [31m"
    assert len(drawable("e" + "\u0301" * 40, SERIF)) <= 4
    assert drawable("می\u200cخواهم", SERIF) == "می\u200cخواهم"
    assert drawable(" \n\t ", SERIF) == ""


# ---- lines ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ems", [3, 8, 20])
@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_lines_are_no_wider_than_allowed_and_lose_nothing(text: str, ems: int) -> None:
    """Put together again they are the text, but for spaces and for hyphens in broken words."""
    plain = drawable(text, SERIF)
    lines = break_lines(plain, SERIF, ems)
    assert all(width_of(line, SERIF) <= ems for line in lines)
    assert re.sub("[ -]", "", "".join(lines)) == re.sub("[ -]", "", plain)


def test_lines_end_where_scripts_allow() -> None:
    """Between words; beside ideographs, but not before a full stop nor inside a number; not after a preposed vowel."""
    assert pieces("one two-fold r/a") == ["one ", "two-", "fold ", "r/a"]
    assert pieces("灯台。3月「市」") == ["灯", "台。", "3月", "「市」"]
    assert pieces("등대를 켠다") == ["등대를 ", "켠다"]


def test_a_headline_is_as_large_as_it_may_be_and_no_word_is_broken_for_it() -> None:
    """A word that is too wide makes the type smaller; only at the smallest size is it broken, with a hyphen."""
    sizes, box = (90, 60, 30), {"width": 600, "height": 200, "leading": 1.1, "most": 4}
    assert fit("Lamp lit", SERIF, sizes=sizes, **box).size == 90  # type: ignore[arg-type]
    fitted = fit("Lighthouseauthorities relit", SERIF, sizes=sizes, **box)  # type: ignore[arg-type]
    assert fitted.size < 90
    assert "Lighthouseauthorities" in " ".join(fitted.lines)
    broken = fit("x" * 60, SERIF, sizes=sizes, **box)  # type: ignore[arg-type]
    assert broken.lines[0].endswith("x-")


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    """Cut at a word where that costs little, never wider than the room."""
    assert cut("The keepers of the lamp", SANS, 40) == "The keepers of the lamp"
    assert cut("The keepers of the lamp", SANS, 8.6) == "The keepers of…"
    assert width_of(cut("x" * 200, BOLD, 9), BOLD) <= 9
    lines = fit("word " * 100, SERIF, width=300, height=100, sizes=(40,), leading=1.1, most=2).lines
    assert len(lines) == 2
    assert lines[-1].endswith("…")


def test_every_font_of_the_list_is_there_and_named_as_asked_for() -> None:
    """The renderer finds a face by the family name in its file; nobody's reserved name is among them."""
    for face in FACES:
        assert len(advances(face)) > 80
        assert all(0 <= wide < 4 for wide in advances(face).values())
        assert face.family.encode("utf-16-be") in Path(face.path).read_bytes()
        assert not re.search("charis|sil|source|noto", face.family.lower())
    assert face_of("a", SERIF) is SERIF
    assert face_of("\U000e0001", SERIF) is None


# ---- hostile strings ------------------------------------------------------------------------------------


def drawing_faults(text: str) -> list[str]:
    """What is in the drawing of a card made of a string, beside text and straight lines."""
    root = ElementTree.fromstring(draw(hostile_card(text)).svg)
    faults = [element.tag for element in root.iter() if element.tag not in (f"{SVG}svg", f"{SVG}path", f"{SVG}text")]
    return faults + [key for element in root.iter() for key in element.attrib if key not in ATTRIBUTES]


@pytest.mark.parametrize("text", STRINGS)
def test_a_hostile_string_stays_a_string(text: str) -> None:
    """In every field: the drawing holds text and straight lines alone, and is rendered within its edges."""
    assert drawing_faults(text) == []
    assert not any(small(hostile_card(text)).ink(*edge) for edge in EDGES[:2])


@pytest.mark.parametrize("rows", ROWS, ids=[rows[0][0] for rows in ROWS])
def test_the_shared_hostile_strings_stay_strings(rows: list[tuple[str, str]]) -> None:
    """The same for whoever has the lists; several share one rendered picture."""
    assert {name: found for name, text in rows if (found := drawing_faults(text))} == {}
    assert not any(small(hostile_card(*(text for _, text in rows))).ink(*edge) for edge in EDGES[:2])


def test_a_hostile_headline_is_shown_as_it_is() -> None:
    """Markup is words like any other."""
    assert '"><image onload=x()/> &amp;' in " ".join(words_of(headlined('"><image onload=x()/> &amp; ok')))


# ---- over HTTP ------------------------------------------------------------------------------------------


def test_a_version_has_a_picture_that_never_changes() -> None:
    """The latest is asked for again each time, a version only after a day; both give 304 to whoever has them."""
    served = Served()
    served.save(CASE)
    served.save(headlined("Another headline"))
    latest, second, first = (served.client.get(f"/c/{CASE.id}{end}.png") for end in ("", "/v/2", "/v/1"))
    assert [answer.headers["content-type"] for answer in (latest, second, first)] == ["image/png"] * 3
    assert latest.content == second.content != first.content
    assert latest.headers["cache-control"] == "no-cache"
    assert first.headers["cache-control"] == "public, max-age=86400, immutable"
    assert "content-encoding" not in latest.headers
    again = served.client.get(f"/c/{CASE.id}.png", headers={"if-none-match": latest.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    served.now += timedelta(days=30)
    assert served.client.get(f"/c/{CASE.id}.png").content == latest.content


def test_pictures_follow_the_rules_of_their_cards() -> None:
    """Unlisted: to whoever has the address, in no shared cache. Private or unknown: 404. Deleted: 410."""
    served = Served(host="0.0.0.0", public_address="https://cards.example")
    served.save(msgspec.structs.replace(CASE, visibility="unlisted"))
    answer = served.client.get(f"/c/{CASE.id}/v/1.png")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-cache")
    served.save(msgspec.structs.replace(CASE, visibility="private"))
    for path in (f"/c/{CASE.id}.png", f"/c/{CASE.id}/v/1.png", "/c/0000000000000000.png", f"/c/{CASE.id}/v/9.png"):
        assert served.client.get(path).status_code == 404
    gone = Served()
    gone.save(CASE)
    run(gone.store.delete_card(CASE.id, gone.now))
    assert gone.client.get(f"/c/{CASE.id}/v/1.png").status_code == 410


def test_a_picture_is_drawn_once_and_the_oldest_are_given_up() -> None:
    """Ten who ask at once get one drawing; what has not been asked for longest makes room."""
    drawn: list[str] = []

    def take(drawing: Drawing) -> bytes:
        drawn.append(drawing.svg.split("headline ")[1][0])
        return bytes(100)

    async def ask() -> None:
        images = PreviewImages(take, most_bytes=250)
        one, two, three = (headlined(f"headline {n}", version=n) for n in (1, 2, 3))
        await asyncio.gather(*(images.image(one) for _ in range(10)))
        for card in (two, one, three, one, two):
            await images.image(card)

    run(ask())
    assert drawn == ["1", "2", "3", "2"]


@pytest.mark.parametrize("month", range(1, 13))
def test_its_day_is_told_whole(month: int) -> None:
    """Rather without "as of" than without its year, which the longest month would lose."""
    at = CASE.capture.captured_at.replace(month=month, day=28)
    card = msgspec.structs.replace(CASE, capture=msgspec.structs.replace(CASE.capture, captured_at=at))
    texts = [element.text for element in ElementTree.fromstring(draw(card).svg).iter() if element.text]
    assert any(text.endswith(f"28 {MONTHS[month - 1]} {at.year}") for text in texts)
