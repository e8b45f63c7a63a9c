"""The card as one HTML file: all it needs is in it."""

import re

import msgspec
import pytest

from server.core.card import Card
from server.pages.one_file import one_file_csp, sheets, to_html
from tests.server.api.served import Served, load_case
from tests.server.pages.hostile import parse, words

CASE = load_case()


def titled(text: str) -> Card:
    return msgspec.structs.replace(CASE, headline=msgspec.structs.replace(CASE.headline, text=text))


def fonts(card: Card) -> int:
    return to_html(card).count("data:font/woff2")


def test_it_asks_for_nothing() -> None:
    """No element loads anything, and every address in its styles holds what it names."""
    text = to_html(CASE)
    tree = parse(text)
    assert tree.xpath("//link | //script | //img | //@src | //iframe") == []
    assert {address[:5] for address in re.findall(r'url\("?([^)"]+)', text)} == {"data:"}


def test_fonts_come_with_the_letters_that_need_them() -> None:
    """English has two faces; accented letters and Cyrillic ones bring theirs."""
    assert fonts(titled("Kestrel Point")) == fonts(CASE)
    plain = msgspec.convert(_without_marks(msgspec.to_builtins(CASE)), Card)
    assert [fonts(msgspec.structs.replace(plain, hook=titled(text).headline)) for text in ("a", "ř", "ж", "řж")] == [
        2,
        4,
        4,
        6,
    ]


def _without_marks(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_marks(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_marks(inner) for inner in value]
    return value.encode("ascii", "ignore").decode() if isinstance(value, str) else value


@pytest.mark.parametrize("headline", ["Kestrel Point", "Křižovatka жук"])
def test_its_policy_allows_its_own_styles_alone(headline: str) -> None:
    """In the file as in the answer that serves it, for whatever letters."""
    tree = parse(to_html(titled(headline)))
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    digests = {sheet.css: sheet.digest for sheet in sheets()}
    assert all(f"'{digests[style.text]}'" in policy for style in tree.xpath("//style"))
    assert one_file_csp().startswith(policy)
    assert "unsafe" not in policy
    served = Served()
    served.save(CASE)
    assert served.client.get(f"/c/{CASE.id}.html").headers["content-security-policy"] == one_file_csp()


def test_it_names_related_cards_by_their_addresses() -> None:
    """They are links to where they are, for a file has no server."""
    tree = parse(to_html(CASE))
    assert tree.xpath("//section[@class='related']//@href") == [other.permalink for other in CASE.related]
    assert "Related updates" in words(tree.text_content())
