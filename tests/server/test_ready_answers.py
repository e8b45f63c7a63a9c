"""Ready answers: their tags, their codings, and who gets 304."""

import gzip
from collections.abc import Mapping
from typing import Any

import pytest

from server.ready_answers import HTML, JSON, PassingAnswer, ReadyAnswer, accepts_gzip, add_missing, moved, read_headers
from tests.server.api.served import run

TEXT = b"<p>The lamp of Kestrel Point is lit again.</p>" * 40


class Sent:
    """What an ASGI application sent."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 0, dict[bytes, bytes](), b""

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.body += message["body"]


def sent(answer: ReadyAnswer, asked: Mapping[bytes, bytes] | None = None, *, with_body: bool = True) -> Sent:
    """To a request with these headers."""
    told = Sent()
    run(answer.send(asked or {}, told.send, with_body=with_body))
    return told


def test_the_same_bytes_have_the_same_tag_and_others_another() -> None:
    """Strong, and of the bytes alone."""
    tags = [ReadyAnswer(body, JSON, cache=cache).etag for body, cache in ((b"a", "x"), (b"a", "y"), (b"b", "x"))]
    assert tags[0] == tags[1] != tags[2]
    assert tags[0].startswith('"')


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', '"other",W/{} , "third"', "*", " * "])
def test_whoever_names_the_tag_gets_304(known: str) -> None:
    """Alone, weakly, in a list, or by the asterisk; no body, no length, and all that may have changed beside it."""
    answer = ReadyAnswer(TEXT, HTML, cache="no-cache", headers={"x-more": "1"}, packs=True)
    told = sent(answer, {b"if-none-match": known.format(answer.etag).encode()})
    assert (told.status, told.body) == (304, b"")
    assert told.headers == {
        b"cache-control": b"no-cache", b"vary": b"Accept-Encoding", b"x-more": b"1", b"etag": answer.etag.encode(),
    }  # fmt: skip


@pytest.mark.parametrize("known", ['"other"', "", "abc", '"*"', 'W/"other", "third"', "\udcff"])
def test_whoever_names_another_tag_gets_the_bytes(known: str) -> None:
    """An asterisk within a tag is no asterisk; what is no tag is none of ours."""
    answer = ReadyAnswer(TEXT, HTML, cache="no-cache")
    told = sent(answer, {b"if-none-match": known.encode("utf-8", "surrogateescape")})
    assert (told.status, told.body) == (200, TEXT)
    assert told.headers[b"content-length"] == str(len(TEXT)).encode()


def test_a_packed_answer_has_a_tag_of_its_own() -> None:
    """A strong tag names the bytes that travel: neither form is taken for the other, and both get 304 for their own."""
    answer = ReadyAnswer(TEXT, HTML, cache="no-cache", packs=True)
    accepting = {b"accept-encoding": b"gzip, br"}
    plain, packed = sent(answer), sent(answer, accepting)
    assert gzip.decompress(packed.body) == plain.body == TEXT
    assert packed.headers[b"content-encoding"] == b"gzip"
    assert packed.headers[b"content-length"] == str(len(packed.body)).encode()
    assert packed.headers[b"etag"] != plain.headers[b"etag"]
    assert packed.headers[b"vary"] == plain.headers[b"vary"] == b"Accept-Encoding"
    for tag, status in ((packed.headers[b"etag"], 304), (plain.headers[b"etag"], 200)):
        assert sent(answer, {**accepting, b"if-none-match": tag}).status == status
    again = sent(answer, {**accepting, b"if-none-match": packed.headers[b"etag"]})
    assert again.headers[b"etag"] == packed.headers[b"etag"]
    assert b"content-encoding" not in again.headers


def test_what_is_small_or_packed_already_is_not_packed() -> None:
    """And does not vary."""
    for answer in (ReadyAnswer(b"short", HTML, cache="x", packs=True), ReadyAnswer(TEXT, JSON, cache="x")):
        told = sent(answer, {b"accept-encoding": b"gzip"})
        assert told.body == answer.body
        assert b"vary" not in told.headers


@pytest.mark.parametrize(
    ("accepted", "is_gzip"),
    [
        (b"gzip", True),
        (b"GZIP", True),
        (b"br, gzip;q=0.5", True),
        (b"x-gzip", True),
        (b"*", True),
        (b"*;q=0.1", True),
        (b"gzip ; q=1.000", True),
        (b"", False),
        (b"identity", False),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000", False),
        (b"*;q=0", False),
        (b"gzip;q=0, *", False),
        (b"gzippy", False),
        (b"\xff;q=\xff", False),
    ],
)
def test_gzip_is_for_whoever_accepts_it(accepted: bytes, is_gzip: bool) -> None:
    """RFC 9110 §12.5.3: weights of nothing refuse, a name of its own counts before the asterisk."""
    assert accepts_gzip(accepted) is is_gzip


def test_head_gets_all_but_the_body() -> None:
    """The length is the body's."""
    answer = ReadyAnswer(TEXT, HTML, cache="no-cache")
    told = sent(answer, with_body=False)
    assert (told.status, told.body) == (200, b"")
    assert told.headers == sent(answer).headers


def test_headers_worn_later_do_not_undo_its_own() -> None:
    """A compact card keeps the policy that lets others frame it."""
    answer = ReadyAnswer(TEXT, HTML, cache="no-cache", headers={"content-security-policy": "ours"}, packs=True)
    etag = answer.etag
    answer.wear([(b"content-security-policy", b"standing"), (b"x-robots-tag", b"noindex"), (b"vary", b"Origin")])
    headers = sent(answer).headers
    assert headers[b"content-security-policy"] == b"ours"
    assert headers[b"x-robots-tag"] == b"noindex"
    assert headers[b"vary"] == b"Accept-Encoding, Origin"
    assert headers[b"etag"] == etag.encode()


def test_headers_sent_in_several_lines_are_one() -> None:
    """RFC 9110 §5.3; two hosts are then no host at all."""
    scope: Any = {"headers": [(b"host", b"a"), (b"if-none-match", b'"1"'), (b"host", b"b"), (b"if-none-match", b'"2"')]}
    assert read_headers(scope) == {b"host": b"a, b", b"if-none-match": b'"1", "2"'}


def test_adding_what_is_missing_joins_what_answers_vary_by() -> None:
    """Each once, whatever the spelling."""
    headers = [(b"vary", b"Accept-Encoding")]
    add_missing(headers, [(b"vary", b"accept-encoding"), (b"vary", b"Origin"), (b"etag", b'"1"')])
    assert headers == [(b"vary", b"Accept-Encoding, Origin"), (b"etag", b'"1"')]


def test_a_moved_address_is_asked_for_again() -> None:
    """Two addresses that a browser remembers as leading to one another would be a ring."""
    answer, told = moved("/c/x-y"), Sent()
    assert isinstance(answer, PassingAnswer)
    run(answer({"headers": []}, None, told.send))  # type: ignore[arg-type,typeddict-item]
    assert told.status == 301
    assert told.headers == {b"location": b"/c/x-y", b"cache-control": b"no-cache", b"content-length": b"0"}
