"""Whom the fetcher dials, counted by a network that remembers: nobody outside global unicast, by whatever way."""

import contextlib
import ipaddress
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from server.core.errors import SourceRefused, SourceUnavailable
from server.core.ports import Page
from tests.workers.adapters.network import OK, PUBLIC, ScriptedNetwork, answer
from workers.adapters.guarded_fetcher import GuardedFetcher

pytestmark = pytest.mark.anyio
SHARED = Path(__file__).resolve().parents[4] / "shared" / "hostile" / "ssrf_urls.jsonl"
SHARED_ROWS = [json.loads(line) for line in SHARED.read_text().splitlines()] if SHARED.is_file() else []
PRIVATE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1",
    "169.254.169.254", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
    "fd00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
    "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "fe80::1%eth0",
]  # fmt: skip


def refuse(url: str, resolve: dict[str, list[str]] | None = None) -> dict[str, Any]:
    return {"url": url, "must": "refuse", "resolve": resolve or {}}


def allow(url: str, host: str, address: str = PUBLIC) -> dict[str, Any]:
    return {"url": url, "must": "allow", "resolve": {host: [address]}}


OWN_ROWS = [
    *(refuse(f"http://{f'[{ip}]' if ':' in ip else ip}/") for ip in PRIVATE if "%" not in ip),
    *(refuse("https://evil.example/", {"evil.example": [ip]}) for ip in PRIVATE),
    *(refuse("https://evil.example/", {"evil.example": [PUBLIC, ip]}) for ip in PRIVATE),
    *(refuse(f"http://{host}/") for host in (
        "2130706433", "0x7f000001", "0177.1", "127.1", "0x7f.0.0.1", "127.0.0.1.", "10.1", "017700000001", "localhost",
        "a.localhost", "printer.local", "db.internal", "postgres", "１２７.0.0.1", "127。0。0。1", "ⓛocalhost",
        "%31%32%37.0.0.1", "[0:0:0:0:0:ffff:7f00:1]", "[::ffff:7f00:1]", "[::1%25lo]", "[fe80::1%eth0]",
        "user@127.0.0.1", "127.0.0.1@shop.example", "shop.example\\@127.0.0.1", "shop.example:22",
        "127.0.0.1#.example.com", "127.0.0.1&.example.com", "shop.example%00.evil.example", "a b.example")),
    *(refuse(url) for url in (
        "//127.0.0.1/", "http:127.0.0.1", "http:/127.0.0.1/", "http:///127.0.0.1/", "ftp://shop.example/", "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_", "data:text/html,x", "javascript:0", "", " ", "127.0.0.1", "http://", "\0http://127.0.0.1/")),
    allow("https://shop.example/a?b#c", "shop.example"),
    allow("HTTP://SHOP.Example.:80/", "shop.example"),
    allow("https://bücher.example/", "xn--bcher-kva.example"),
    allow("https://six.example/", "six.example", "2606:4700::1111"),
    allow("https://internal.shop.example/", "internal.shop.example"),
    allow("\t http://sh\nop.example/ ", "shop.example"),
    {"url": "http://8.8.8.8/", "must": "allow", "resolve": {}},
    {"url": "http://[2606:4700::1111]/", "must": "allow", "resolve": {}},
]  # fmt: skip


class Answers:
    """A resolver with a row's answers and no others; each look-up counts."""

    def __init__(self, resolve: dict[str, list[str]] | None, *turned: Sequence[str]) -> None:
        self._resolve = resolve or {}
        self._turned = list(turned)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        if self._turned:
            return self._turned.pop(0)
        if host == "public.example":
            return [PUBLIC]
        found = self._resolve.get(host, [])
        if not found:
            raise OSError("no such name")
        return found


def is_global(address: str) -> bool:
    """By Python's own table, which is another one than ours, and none of its embedded forms."""
    ip = ipaddress.ip_address(address)
    embeds = ip.version == 6 and (ip.ipv4_mapped or ip.sixtofour or ip.teredo)
    return ip.is_global and not ip.is_multicast and not embeds


@pytest.mark.parametrize("rows", [pytest.param(OWN_ROWS, id="own"), pytest.param(SHARED_ROWS, id="shared")])
async def test_nobody_outside_global_unicast_is_dialled(rows: list[dict[str, Any]]) -> None:
    """Each address asked for by itself: what must be refused is not dialled at all, what must be allowed is."""
    if not rows:
        pytest.skip("the shared list of hostile addresses is not on this machine")
    wrong = []
    for row in rows:
        network = ScriptedNetwork(OK)
        fetcher = GuardedFetcher(dial=network, resolver=Answers(row.get("resolve")))
        try:
            await fetcher.fetch(row["url"])
            verdict = "allow"
        except SourceRefused:
            verdict = "refuse"
        except SourceUnavailable:
            verdict = "refuse" if not network.dialled else "broken"
        dialled = [address for address, _ in network.dialled]
        if verdict != row["must"] or bool(dialled) != (verdict == "allow") or not all(map(is_global, dialled)):
            wrong.append((row["url"][:100], verdict, dialled))
    assert wrong == []


@pytest.mark.parametrize("rows", [pytest.param(OWN_ROWS, id="own"), pytest.param(SHARED_ROWS, id="shared")])
async def test_nobody_outside_global_unicast_is_dialled_after_a_redirect(rows: list[dict[str, Any]]) -> None:
    """The same addresses, each the second hop of a public page's redirect."""
    if not rows:
        pytest.skip("the shared list of hostile addresses is not on this machine")
    wrong = []
    for row in rows:
        location = row["url"].encode("utf-8", "replace").decode("latin-1").translate(dict.fromkeys(b"\r\n\0"))
        network = ScriptedNetwork(answer("302 Found", f"location: {location}"), OK)
        fetcher = GuardedFetcher(dial=network, resolver=Answers(row.get("resolve")))
        with contextlib.suppress(SourceRefused, SourceUnavailable):
            await fetcher.fetch("http://public.example/")
        if not all(is_global(address) for address, _ in network.dialled):
            wrong.append((row["url"][:100], network.dialled))
    assert wrong == []


@pytest.mark.parametrize("second", [["127.0.0.1"], ["::1"], [PUBLIC, "10.0.0.1"], []])
async def test_a_name_that_changes_its_mind_is_dialled_where_it_was_judged(second: list[str]) -> None:
    """One look-up a connection, judged and dialled; the next connection is judged by its own."""
    network, answers = ScriptedNetwork(OK, OK), Answers(None, [PUBLIC], second)
    fetcher = GuardedFetcher(dial=network, resolver=answers)
    assert isinstance(await fetcher.fetch("http://turn.example/"), Page)
    assert (answers.asked, network.dialled) == (1, [(PUBLIC, 80)])
    with pytest.raises(SourceRefused):
        await fetcher.fetch("http://turn.example/")
    assert (answers.asked, network.dialled) == (2, [(PUBLIC, 80)])


async def test_an_address_needs_no_resolver() -> None:
    """It is what it says; a resolver could only say something else."""
    network, answers = ScriptedNetwork(OK), Answers(None, ["127.0.0.1"])
    await GuardedFetcher(dial=network, resolver=answers).fetch("http://8.8.8.8/")
    assert (answers.asked, network.dialled) == (0, [("8.8.8.8", 80)])


async def test_a_dead_address_of_a_name_is_passed_over() -> None:
    """The next of its judged addresses is tried."""
    network = ScriptedNetwork(OK)
    network.dead = {"2606:4700::1111"}
    answers = Answers({"two.example": ["2606:4700::1111", PUBLIC]})
    await GuardedFetcher(dial=network, resolver=answers).fetch("http://two.example/")
    assert [address for address, _ in network.dialled] == ["2606:4700::1111", PUBLIC]
