"""Which language and direction a text is marked with, and how a page marks what is not in its card's language."""

import msgspec
import pytest

from server.core.card import Card
from server.pages.card_page import path_of
from server.pages.writing_systems import Tongue, tongue_of
from tests.server.api.served import Served, load_case
from tests.server.pages.hostile import parse

CASE = load_case()


@pytest.mark.parametrize(
    ("text", "known", "within", "lang", "side"),
    [
        ("A plain sentence — with “quotes”.", None, "en", "", ""),
        ("Ein Satz über Öl", None, "en", "", ""),
        ("Ein Satz", "de", "en", "de", ""),
        ("A sentence", "en-GB", "en", "", ""),
        ("2026: 48,000", None, "ar", "", ""),
        ("灯塔将于三月重新点亮", None, "en", "zh", ""),
        ("灯塔将于三月重新点亮", "zh-Hant", "en", "zh-Hant", ""),
        ("灯台の灯が再びともる", None, "en", "ja", ""),
        ("灯台の灯が再びともる", None, "ja", "", ""),
        ("등대가 다시 켜진다", None, "en", "ko", ""),
        ("Маяк снова горит", None, "en", "ru", ""),
        ("Маяк знову світить", None, "uk", "", ""),
        ("Маяк знову світить", "uk", "en", "uk", ""),
        ("Ο φάρος ανάβει", None, "en", "el", ""),
        ("दीपस्तंभ फिर जलेगा", None, "mr", "", ""),
        ("ประภาคารจะสว่างอีกครั้ง", None, "en", "th", ""),
        ("المنارة تضيء من جديد", None, "en", "ar", "rtl"),
        ("Kestrel Point: المنارة تضيء من جديد", None, "ar", "", ""),
        ("Kestrel Point relights its lamp", None, "ar", "", "ltr"),
        ("Kestrel Point relights its lamp", "en", "ar", "en", "ltr"),
        ("המגדלור מאיר שוב", None, "he", "", ""),
        ("A lamp called منارة", None, "en", "", ""),
        ("A sentence", "ar", "en", "", ""),  # whoever said so was wrong
        ("A sentence", "<script>", "en", "", ""),
        ("", None, "ar", "", ""),
    ],
)
def test_a_text_is_marked_by_what_is_known_and_what_its_letters_tell(
    text: str, known: str | None, within: str, lang: str, side: str
) -> None:
    """Only where it differs from what stands around it."""
    assert tongue_of(text, known, within=within) == Tongue(lang, side)


def shown(card: Card) -> list[tuple[str, str | None, str | None]]:
    """Text, language and direction of everything marked with one."""
    served = Served()
    served.save(card)
    tree = parse(served.client.get(path_of(card)).text)
    marked = tree.xpath("//article//*[@lang or @dir]")
    return [(element.text_content().strip(), element.get("lang"), element.get("dir")) for element in marked]


def test_an_english_card_of_english_sources_has_no_marks() -> None:
    """Nothing differs."""
    assert shown(CASE) == []


def test_our_words_and_foreign_quotations_are_marked_on_any_other_card() -> None:
    """Headings and kinds as English from the left; a quotation as its source's language says; the card as its own."""
    source = msgspec.structs.replace(CASE.sources[1], language="de")
    sources = (CASE.sources[0], source, *CASE.sources[2:])
    marks = shown(msgspec.structs.replace(CASE, lang="ar", sources=sources))
    assert ("In 30 seconds", "en", "ltr") in marks
    assert ("the web says", "en", "ltr") in marks
    quote = source.quotes[0].text
    assert {mark[1:] for mark in marks if mark[0] == quote} == {("de", "ltr")}
    unknown = CASE.sources[2].quotes[0].text
    assert {mark[1:] for mark in marks if mark[0] == unknown} == {(None, "ltr")}
