import pytest

from server.core.hosts import to_ascii


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Example.COM", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("b%C3%BCcher.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("FAẞ.example", "xn--fa-hia.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("🔐.example", "xn--jv8h.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("exa\u00admp\u200ble\ufeff.com", "example.com"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"),
        ("ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "localhost"),
        ("１２７．０．０．１", "127.0.0.1"),
        ("עברית.example", "xn--5dbqzzl.example"),
        ("foo_bar.example", "foo_bar.example"),
        ("", ""),
    ],
)
def test_a_name_is_spelled_as_browsers_spell_it(host: str, name: str) -> None:
    """By UTS #46 without transition: folded, composed, ignorable letters dropped, in Punycode."""
    assert to_ascii(host) == name


@pytest.mark.parametrize(
    "host",
    [
        "xn--pokxncvks.example",  # no Punycode
        "xn--.example",  # of nothing
        "xn--example-.com",  # of letters that need none
        "xn--bcher-kvA\u00e9.example",
        "xn--a-ecp.example",  # of a capital letter
        "\u0308bc.example",  # begins with a mark
        "a\u200db.example",  # a joiner
        "a\u202eb.example",  # a change of direction
        "a\ufffdb.example",
        "a\ue000b.example",  # private use
        "a\U000e0fffb.example",  # not assigned
        f"a{chr(0xD800)}b.example",  # half a pair
        "a…b.example",
        "a\u2024b.example",  # a leader that looks like a full stop
        "%ff.example",  # no UTF-8
        "אa.example",  # both directions in one label
        "1א.example",
    ],
)
def test_a_name_that_the_standard_refuses_is_refused(host: str) -> None:
    """Letters that no name has, and Punycode that hides something."""
    with pytest.raises(ValueError):  # noqa: PT011 # the caller says what is wrong, in its own words
        to_ascii(host)
