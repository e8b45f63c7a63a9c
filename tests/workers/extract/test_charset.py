import codecs

import pytest

from workers.extract.charset import decode_page
from workers.extract.encoding_labels import CODECS, REPLACEMENT, USER_DEFINED
from workers.extract.media import parse_content_type

TEXT = "“Größe” – 10 €"


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        (TEXT.encode(), "utf-8", TEXT),
        (TEXT.encode("cp1252"), "ISO-8859-1", TEXT),
        (TEXT.encode("cp1252"), " us-ascii\t", TEXT),
        ("ş".encode("cp1254"), "iso-8859-9", "ş"),
        ("€".encode("gb18030"), "gb2312", "€"),
        ("①".encode("cp932"), "shift_jis", "①"),
        ("똠".encode("cp949"), "euc-kr", "똠"),
        ("ж".encode("koi8-r"), "koi8-r", "ж"),
        ("ж".encode("utf-16-le"), "utf-16", "ж"),
        (TEXT.encode(), "nonsense", TEXT),
        (TEXT.encode(), "utf-7", TEXT),
        (TEXT.encode(), "base64", TEXT),
        (TEXT.encode(), "", TEXT),
        (TEXT.encode("cp1252"), None, TEXT),
        (b"a\xffb", "utf-8", "a\ufffdb"),
        (b"+ADw-script+AD4-", "iso-2022-cn", "\ufffd"),
        (codecs.BOM_UTF8 + TEXT.encode(), "iso-8859-1", TEXT),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-8", TEXT),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), None, TEXT),
    ],
)
def test_the_header_decides_but_for_a_byte_order_mark(body: bytes, charset: str | None, text: str) -> None:
    """Labels mean what the Encoding standard says; those that mean nothing are as if they were not there."""
    assert decode_page(body, charset) == text


CYRILLIC = "<p>Жж</p>".encode("cp1251")


@pytest.mark.parametrize(
    "start",
    [
        b"<meta charset=windows-1251>",
        b"<META CHARSET = 'Windows-1251' >",
        b'<meta name=x charset="cp1251"/>',
        b"<meta/charset=cp1251>",
        b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        b"<meta content='text/html;charset=\"cp1251\"' http-equiv=content-type>",
        b"<!-- <meta charset=koi8-r> --><meta charset=cp1251>",
        b"<!--><meta charset=cp1251>",
        b"<title x='<meta charset=koi8-r>'></title><meta charset=cp1251>",
        b"<meta charset=nonsense><meta charset=cp1251>",
        b"<meta content='text/html; charset=koi8-r'><meta charset=cp1251>",
        b"<meta charset=cp1251 charset=koi8-r>",
        b"<metadata charset=koi8-r><meta charset=cp1251>",
        b"</meta charset=koi8-r><meta charset=cp1251>",
        b"<!doctype html><? x ?><meta charset=cp1251>",
        b'<?xml version="1.0" encoding="windows-1251"?><html>',
        b"<meta charset=x-cp1251",
    ],
)
def test_a_page_may_name_its_charset_itself(start: bytes) -> None:
    """In a meta element of its beginning, which is looked for by the steps of the HTML standard."""
    assert "Жж" in decode_page(start + b"\n" + CYRILLIC, None)
    assert "Жж" not in decode_page(start + b"\n" + CYRILLIC, "utf-8")


@pytest.mark.parametrize(
    "start",
    [
        b"<!-- <meta charset=cp1251> -->",
        b" " * 1024 + b"<meta charset=cp1251>",
        b"<meta content='text/html; charset=cp1251'>",
        b"<meta http-equiv=refresh content='0; charset=cp1251'>",
        b"<meta name=charset value=cp1251>",
        b"<metacharset=cp1251>",
        b"<meta charset=>",
    ],
)
def test_what_only_looks_like_a_charset_is_none(start: bytes) -> None:
    """Comments, late elements and other attributes do not count."""
    assert "Жж" not in decode_page(start + CYRILLIC, None)


def test_a_page_in_ascii_that_says_utf_16_is_utf_8() -> None:
    """It could not have been read that far otherwise; without a mark, an XML declaration in UTF-16 is one."""
    assert decode_page(b"<meta charset=utf-16>" + TEXT.encode(), None).endswith(TEXT)
    for codec in ("utf-16-le", "utf-16-be"):
        assert decode_page(f"<?xml version='1.0'?>{TEXT}".encode(codec), None).endswith(TEXT)


def test_every_label_has_a_codec_that_decodes_text() -> None:
    """All 228 of the standard, and Python has each codec."""
    assert len(CODECS) == 228
    for codec in set(CODECS.values()) - {REPLACEMENT, USER_DEFINED}:
        assert b"a b".decode(codec, "replace")


@pytest.mark.parametrize(
    ("value", "media_type", "charset"),
    [
        ("text/html", "text/html", None),
        (' TEXT/HTML ;Charset="UTF-8" ; x', "text/html", "utf-8"),
        ("text/html;charset=utf-8;charset=koi8-r", "text/html", "utf-8"),
        ("text/html; charset=", "text/html", None),
        ('text/html; charset="a\\"b', "text/html", 'a"b'),
        ("text/html, text/plain", "text/plain", None),
        ("text/html;charset=koi8-r, text/html", "text/html", "koi8-r"),
        ("text/html;charset=koi8-r, */*", "text/html", "koi8-r"),
        ('text/html;x=",";charset=utf-8', "text/html", "utf-8"),
        ("text/html; charset*0*=a; charset*1=b", "text/html", None),
        ("text", "", None),
        ("text/html/x", "", None),
        ("text/ht\xffml", "", None),
        ("", "", None),
    ],
)
def test_a_content_type_is_read_as_browsers_read_it(value: str, media_type: str, charset: str | None) -> None:
    """By the Fetch and MIME Sniffing standards, however servers write it."""
    assert parse_content_type(value) == (media_type, charset)
