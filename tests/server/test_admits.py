"""`threadproof admits`: one line in, one JSON line out, whatever the line holds."""

import io
import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from server import cli
from server.commands.admits import LONGEST_LINE

CASES = Path(__file__).resolve().parents[3] / "shared" / "hostile" / "ssrf_urls.jsonl"
PUBLIC = "93.184.215.14"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever resolves or opens a socket fails; the settings are plain."""

    def fail(*args: object, **kwargs: object) -> None:
        raise AssertionError("a network was touched")

    for name in ("getaddrinfo", "gethostbyname", "socket", "create_connection"):
        monkeypatch.setattr(socket, name, fail)
    for name in ("THREADPROOF_FETCH_ALLOW", "THREADPROOF_BLOCKED_SITES"):
        monkeypatch.delenv(name, raising=False)


def ask(monkeypatch: pytest.MonkeyPatch, *argv: str, stdin: bytes = b"") -> list[dict[str, Any]]:
    """What the command says, line by line; it always ends well."""
    said = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
    monkeypatch.setattr(sys, "stdout", said)
    assert cli.main(["admits", *argv]) == 0
    said.seek(0)
    return [json.loads(line) for line in said.read().splitlines()]


def test_each_address_gets_a_line_with_its_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """From arguments, in their order, with a reason for either."""
    urls = ["https://example.com/a", "http://127.0.0.1/", "http://8.8.8.8/", "gopher://example.com/", ""]
    lines = ask(monkeypatch, *urls)
    assert [line["url"] for line in lines] == urls
    assert [line["verdict"] for line in lines] == ["allow", "refuse", "allow", "refuse", "refuse"]
    assert all(set(line) == {"url", "verdict", "reason"} and line["reason"] for line in lines)
    assert "when it is fetched" in lines[0]["reason"]


@pytest.mark.parametrize(
    ("url", "resolve", "verdict"),
    [
        ("https://example.com/", {"example.com": [PUBLIC]}, "allow"),
        ("https://example.com/", {"example.com": [PUBLIC, "10.0.0.1"]}, "refuse"),
        ("https://example.com/", {"example.com": []}, "refuse"),
        ("https://example.com/", {"example.com": ["nonsense"]}, "refuse"),
        ("https://example.com/", {"other.example": [PUBLIC]}, "refuse"),
        ("https://example.com/", {}, "refuse"),
        ("https://example.com/", None, "allow"),
        ("https://EXAMPLE.com./", {"example.com": [PUBLIC]}, "allow"),
        ("https://example.com/", {"Example.COM.": [PUBLIC]}, "allow"),
        ("https://bücher.example/", {"xn--bcher-kva.example": [PUBLIC]}, "allow"),
        ("https://xn--bcher-kva.example/", {"bücher.example": [PUBLIC]}, "allow"),
        ("https://bücher.example/", {"xn--bcher-kva.example": [PUBLIC], "bücher.example": ["::1"]}, "refuse"),
        ("https://six.example/", {"six.example": ["2606:4700::1111"]}, "allow"),
        ("https://six.example/", {"six.example": ["::ffff:8.8.8.8"]}, "refuse"),
        ("http://8.8.8.8/", {"example.com": ["10.0.0.1"]}, "allow"),
        ("http://10.0.0.1/", {"10.0.0.1": [PUBLIC]}, "refuse"),
        ("http://localhost/", {"localhost": [PUBLIC]}, "refuse"),
        ("https://example.com/", {"example.com": [PUBLIC], "..": ["10.0.0.1"], "\ud800": ["::1"]}, "allow"),
    ],
)
def test_a_name_is_judged_with_the_answers_that_are_given(
    monkeypatch: pytest.MonkeyPatch, url: str, resolve: dict[str, list[str]] | None, verdict: str
) -> None:
    """However they spell it; what they do not hold leads nowhere."""
    row = {"id": 7, "url": url, "must": "…", "resolve": resolve}
    (line,) = ask(monkeypatch, stdin=json.dumps(row).encode())
    assert (line["url"], line["verdict"]) == (url, verdict), line["reason"]


def test_a_line_that_is_none_is_refused_and_the_next_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken JSON, other JSON, binary, endless nesting, a line of megabytes."""
    bad = [
        b"{", b'{"url": 1}', b'{"link": "https://example.com/"}', b'{"url": "https://a.example/", "resolve": ["x"]}',
        b'{"url": "https://a.example/", "resolve": {"a.example": "8.8.8.8"}}', b"\xff\xfe\x00binary\x00",
        b'{"url":' * 100_000, b"[1, 2]", b"http://" + b"a" * 70_000, b'{"url": "http://\\ud800/"}',
        b"x" * (3 * LONGEST_LINE), b"http://[::1\r",
    ]  # fmt: skip
    lines = ask(monkeypatch, stdin=b"\n".join([*bad, b"", b"  ", b"https://example.com/\r", b"http://8.8.8.8/"]))
    assert [line["verdict"] for line in lines] == ["refuse"] * len(bad) + ["allow", "allow"]
    assert lines[-2]["url"] == "https://example.com/"
    assert all(len(line["reason"]) < 300 for line in lines)


def test_the_operators_exceptions_and_blocked_sites_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command says what the fetcher would do under the same settings."""
    monkeypatch.setenv("THREADPROOF_FETCH_ALLOW", "127.0.0.1:18099,Wiki.corp:80")
    monkeypatch.setenv("THREADPROOF_BLOCKED_SITES", "farm.example")
    lines = [
        "http://127.0.0.1:18099/",
        "http://127.0.0.1:18098/",
        '{"url": "http://wiki.corp/", "resolve": {"wiki.corp": ["10.0.0.9"]}}',
        "https://farm.example/",
        "https://a.farm.example./",
        "https://notfarm.example/",
    ]
    verdicts = [line["verdict"] for line in ask(monkeypatch, stdin="\n".join(lines).encode())]
    assert verdicts == ["allow", "refuse", "allow", "refuse", "refuse", "allow"]


@pytest.mark.skipif(not CASES.is_file(), reason="the shared list of hostile addresses is not on this machine")
def test_the_shared_list_is_answered_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lines as they are: every `refuse` is refused, every `allow` allowed."""
    rows = [json.loads(line) for line in CASES.read_text().splitlines()]
    lines = ask(monkeypatch, stdin=CASES.read_bytes())
    assert [(row["url"], row["must"]) for row in rows] == [(line["url"], line["verdict"]) for line in lines]
