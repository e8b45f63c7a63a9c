"""Connections kept, lost and secured; the operator's proxy on the way."""

import asyncio
import base64
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.core.errors import InvalidSetting, SourceRefused, SourceUnavailable
from server.core.ports import Page
from tests.workers.adapters.hostile_server import GOOD, HANG_UP, HostileServer, LoopbackWeb, head, whole
from tests.workers.adapters.network import PUBLIC, ScriptedResolver
from workers.adapters import name_lookup, pinned_dialer
from workers.adapters.guarded_fetcher import GuardedFetcher

pytestmark = pytest.mark.anyio
HTML = ["content-type: text/html"]


@asynccontextmanager
async def talking_to(*answers: bytes) -> AsyncIterator[tuple[GuardedFetcher, LoopbackWeb]]:
    """A fetcher and a server that gives the answers in turn, the last one again and again."""

    async def play(number: int, path: str) -> AsyncIterator[bytes]:
        for part in answers[min(number, len(answers) - 1)].partition(HANG_UP):
            if part:
                yield part

    with HostileServer() as server:
        server.play = play
        web = LoopbackWeb(server.port)
        fetcher = GuardedFetcher(dial=web, resolver=ScriptedResolver())
        yield fetcher, web
        await fetcher.close()


@pytest.mark.parametrize(
    ("answer", "connections"),
    [
        pytest.param(whole(200, HTML, GOOD), 1, id="whole"),
        pytest.param(head(200, [*HTML, "transfer-encoding: chunked"]) + b"%x\r\n%b\r\n0\r\n\r\n" % (len(GOOD), GOOD), 1,
                     id="in chunks"),
        pytest.param(whole(200, [*HTML, "connection: close"], GOOD), 3, id="says that it closes"),
        pytest.param(whole(200, HTML, GOOD) + HANG_UP, 3, id="closes without a word"),
        pytest.param(whole(200, HTML, GOOD) + whole(200, HTML, b"<p>smuggled</p>"), 3, id="says more than asked"),
        pytest.param(head(103, []) + whole(200, HTML, GOOD), 3, id="after interim answers"),
        pytest.param(head(200, [*HTML, "transfer-encoding: chunked", "content-length: 3"])
                     + b"%x\r\n%b\r\n0\r\n\r\n" % (len(GOOD), GOOD), 3, id="of two lengths"),
    ],
)  # fmt: skip
async def test_a_connection_serves_again_only_when_its_answer_leaves_no_doubt(answer: bytes, connections: int) -> None:
    """The page is right each time; nothing that was left over is taken for the next answer."""
    async with talking_to(answer) as (fetcher, web):
        for _ in range(3):
            assert (await fetcher.fetch("http://shop.example/")).body == GOOD
            await asyncio.sleep(0.02)  # a hang-up is on its way
        assert len(web.dialled) == connections


async def test_a_kept_connection_that_died_meanwhile_is_replaced() -> None:
    """Once, when nothing of an answer has come; a server that keeps silent is not asked for ever."""
    async with talking_to(whole(200, HTML, GOOD), HANG_UP, whole(200, HTML, GOOD)) as (fetcher, web):
        await fetcher.fetch("http://shop.example/")
        assert (await fetcher.fetch("http://shop.example/")).body == GOOD
        assert len(web.dialled) == 2
    async with talking_to(whole(200, HTML, GOOD), HANG_UP) as (fetcher, web):
        await fetcher.fetch("http://shop.example/")
        with pytest.raises(SourceUnavailable, match="hangs up"):
            await fetcher.fetch("http://shop.example/")
        assert len(web.dialled) == 2


async def test_connections_are_not_shared_between_hosts_or_ports() -> None:
    """Not even when both lead to one address."""
    async with talking_to(whole(200, HTML, GOOD)) as (fetcher, web):
        for url in ("http://a.example/", "http://b.example/", "http://a.example:443/", "https://a.example/"):
            await fetcher.fetch(url)
        assert len(web.dialled) == 4


# ---- names -------------------------------------------------------------------------------------------------


async def test_names_are_looked_up_without_holding_anybody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty names whose servers keep silent are given up in time, and another one is found meanwhile."""
    silence = threading.Event()

    def look_up(host: str, port: int, **kind: object) -> list[tuple[object, ...]]:
        if host.startswith("dead"):
            silence.wait(10)
        return [(2, 1, 6, "", (PUBLIC, port))]

    monkeypatch.setattr(name_lookup.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(name_lookup, "LOOK_UP_S", 0.3)
    async with talking_to(whole(200, HTML, GOOD)) as (_, web):
        fetcher = GuardedFetcher(dial=web)
        dead = [asyncio.create_task(fetcher.fetch(f"http://dead{n}.example/")) for n in range(20)]
        await asyncio.sleep(0.05)
        began = time.monotonic()
        assert isinstance(await fetcher.fetch("http://alive.example/"), Page)
        assert time.monotonic() - began < 0.25
        errors = await asyncio.gather(*dead, return_exceptions=True)
        assert all("could not be looked up within 0.3 s" in str(error) for error in errors)
        await fetcher.close()
    silence.set()


async def test_a_name_that_is_not_there_is_said_to_be_so() -> None:
    """In words, not the resolver's."""

    async def nobody(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(SourceUnavailable, match="its name cannot be looked up"):
        await GuardedFetcher(resolver=nobody).fetch("http://nowhere.example/")


# ---- TLS ----------------------------------------------------------------------------------------------------

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, which makes the certificate")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """For tls.example, signed by itself."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=tls.example", "-addext", "subjectAltName=DNS:tls.example", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, cert


class SecureServer:
    """One page over TLS; `names` are those it was asked for."""

    def __init__(self, key: Path, cert: Path) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)
        self.context.set_alpn_protocols(["h2", "http/1.1"])
        self.names: list[str | None] = []
        self.context.sni_callback = lambda _, name, __: self.names.append(name)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(whole(200, [*HTML, "connection: close"], GOOD))
        writer.close()


@pytest.fixture
def fresh_trust() -> Iterator[Callable[[], None]]:
    """Trust is loaded anew before and after."""
    pinned_dialer.load_trust.cache_clear()
    yield pinned_dialer.load_trust.cache_clear
    pinned_dialer.load_trust.cache_clear()


@needs_openssl
@pytest.mark.parametrize(("host", "says"), [("tls.example", None), ("other.example", "certificate is not valid")])
async def test_the_judged_address_has_to_prove_its_name(
    certificate: tuple[Path, Path],
    fresh_trust: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    says: str | None,
) -> None:
    """TLS asks for the name, though an address was dialled, and trusts what this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    server = SecureServer(*certificate)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=server.context)
    async with listener:
        web = LoopbackWeb(listener.sockets[0].getsockname()[1], tls=True)
        fetcher = GuardedFetcher(dial=web, resolver=ScriptedResolver())
        if says is None:
            assert (await fetcher.fetch(f"https://{host}/")).body == GOOD
        else:
            with pytest.raises(SourceUnavailable, match=says):
                await fetcher.fetch(f"https://{host}/")
        assert (server.names, web.dialled) == ([host], [PUBLIC])
        await fetcher.close()


@needs_openssl
async def test_a_certificate_that_nobody_vouches_for_is_not_valid(
    certificate: tuple[Path, Path], fresh_trust: Callable[[], None]
) -> None:
    """Signing for oneself is not enough."""
    server = SecureServer(*certificate)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=server.context)
    async with listener:
        fetcher = GuardedFetcher(
            dial=LoopbackWeb(listener.sockets[0].getsockname()[1], tls=True), resolver=ScriptedResolver()
        )
        with pytest.raises(SourceUnavailable, match="its certificate is not valid"):
            await fetcher.fetch("https://tls.example/")


async def test_a_server_that_speaks_no_tls_is_given_up() -> None:
    """Whether it answers in another language or not at all."""
    for first, says in ((b"HTTP/1.1 400 Bad Request\r\n\r\n", "no secure connection"), (b"", r"within 0\.5 s")):

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes = first) -> None:
            writer.write(first)
            await reader.read()
            writer.close()

        listener = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with listener:
            fetcher = GuardedFetcher(
                dial=LoopbackWeb(listener.sockets[0].getsockname()[1], tls=True), resolver=ScriptedResolver()
            )
            with pytest.raises(SourceUnavailable, match=says):
                await fetcher.fetch("https://tls.example/", timeout_s=0.5)
            await fetcher.close()


# ---- the operator's proxy --------------------------------------------------------------------------------------


class Proxy:
    """Passes everything to one port; `heard` are the heads of what it was asked for."""

    def __init__(self, onward: int = 0, refusal: bytes = b"") -> None:
        self._onward, self._refusal = onward, refusal
        self.heard: list[bytes] = []

    async def __aenter__(self) -> "Proxy":
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._listener.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._listener.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await reader.readuntil(b"\r\n\r\n"):
                self.heard.append(asked)
                if self._refusal:
                    writer.write(self._refusal)
                elif asked.startswith(b"CONNECT"):
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    await self._tunnel(reader, writer)
                else:
                    writer.write(whole(200, HTML, GOOD))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._onward)

        async def pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(65536):
                sink.write(data)
            sink.close()

        await asyncio.gather(pass_on(reader, far_writer), pass_on(far_reader, writer), return_exceptions=True)


async def test_a_proxy_is_told_the_whole_address_of_a_plain_page() -> None:
    """With the operator's credentials, decoded; the page's own server is never dialled by us."""
    async with Proxy() as proxy:
        fetcher = GuardedFetcher(resolver=ScriptedResolver(), egress_proxy=f"http://keeper:p%40ss@{proxy.address}")
        assert (await fetcher.fetch("http://shop.example/größe?q=1#part")).body == GOOD
        await fetcher.close()
    lines = proxy.heard[0].decode().split("\r\n")
    assert lines[0] == "GET http://shop.example/gr%C3%B6%C3%9Fe?q=1 HTTP/1.1"
    assert "Host: shop.example" in lines
    assert f"Proxy-Authorization: Basic {base64.b64encode(b'keeper:p@ss').decode()}" in lines


@needs_openssl
async def test_a_proxy_opens_a_tunnel_to_a_secure_page(
    certificate: tuple[Path, Path], fresh_trust: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hears the name and the port, and its credentials go no further."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    server, asked = SecureServer(*certificate), []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(whole(200, [*HTML, "connection: close"], GOOD))
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server.context)
    async with listener, Proxy(onward=listener.sockets[0].getsockname()[1]) as proxy:
        fetcher = GuardedFetcher(resolver=ScriptedResolver(), egress_proxy=f"http://keeper:secret@{proxy.address}/")
        assert (await fetcher.fetch("https://tls.example/a")).body == GOOD
        await fetcher.close()
    assert proxy.heard[0].startswith(b"CONNECT tls.example:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " in proxy.heard[0]
    assert asked[0].startswith(b"GET /a HTTP/1.1\r\n")
    assert b"authorization" not in asked[0].lower()


@pytest.mark.parametrize(
    ("url", "answers"),
    [
        ("http://127.0.0.1/", None),
        ("https://10.0.0.1/", None),
        ("http://localhost/", None),
        ("http://shop.example:8080/", None),
        ("http://evil.example/", ["10.0.0.1"]),
        ("https://evil.example/", [PUBLIC, "::1"]),
        ("https://evil.example/", []),
    ],
)
async def test_names_are_judged_before_the_proxy_hears_of_them(url: str, answers: list[str] | None) -> None:
    """By our own resolver's answers, since the proxy may be able to reach what nobody outside should."""
    async with Proxy() as proxy:
        names = ScriptedResolver({"evil.example": answers} if answers is not None else None)
        fetcher = GuardedFetcher(resolver=names, egress_proxy=f"http://{proxy.address}")
        with pytest.raises(SourceRefused):
            await fetcher.fetch(url)
    assert proxy.heard == []


async def test_a_name_that_only_the_proxy_could_resolve_is_not_asked_for() -> None:
    """What cannot be judged is refused, and the reason says what is missing."""

    async def nobody(host: str, port: int) -> list[str]:
        raise OSError(-3, "Temporary failure in name resolution")

    async with Proxy() as proxy:
        fetcher = GuardedFetcher(resolver=nobody, egress_proxy=f"http://{proxy.address}")
        with pytest.raises(SourceUnavailable, match="cannot be looked up"):
            await fetcher.fetch("https://shop.example/")
    assert proxy.heard == []


async def test_a_redirect_is_judged_under_a_proxy_too() -> None:
    """Its answers are strangers' answers."""
    async with Proxy(refusal=whole(302, ["location: http://169.254.169.254/"], b"")) as proxy:
        fetcher = GuardedFetcher(resolver=ScriptedResolver(), egress_proxy=f"http://{proxy.address}")
        with pytest.raises(SourceRefused):
            await fetcher.fetch("http://shop.example/")
        await fetcher.close()
    assert len(proxy.heard) == 1


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (
            b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
            "the proxy on the way answers 407",
        ),
        (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "out of turn"),
        (b"SSH-2.0\r\n\r\n", "HTTP"),
    ],
)
async def test_a_proxy_that_refuses_is_named_as_the_cause(refusal: bytes, says: str) -> None:
    """The site is not to blame."""
    async with Proxy(refusal=refusal) as proxy:
        fetcher = GuardedFetcher(resolver=ScriptedResolver(), egress_proxy=proxy.address)
        with pytest.raises(SourceUnavailable, match=says):
            await fetcher.fetch("https://shop.example/", timeout_s=2)


async def test_a_proxy_that_is_away_is_named_as_the_cause() -> None:
    """Nothing is dialled in its place."""
    async with Proxy() as proxy:
        gone = proxy.address
    fetcher = GuardedFetcher(resolver=ScriptedResolver(), egress_proxy=gone)
    with pytest.raises(SourceUnavailable, match="the proxy on the way cannot be reached"):
        await fetcher.fetch("https://shop.example/")


async def test_what_the_environment_says_of_proxies_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """An inherited variable must not decide where strangers' pages come from."""
    async with Proxy() as proxy, talking_to(whole(200, HTML, GOOD)) as (fetcher, web):
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.address}")
        await fetcher.fetch("http://shop.example/")
        assert (len(web.dialled), proxy.heard) == (1, [])


@pytest.mark.parametrize(
    "setting",
    ["https://proxy.example:3128", "socks5://a:1", "http://", "http://a:99999", "http://keeper:secret@/", "a b"],
)
async def test_a_proxy_setting_that_is_none_is_said_to_be_so(setting: str) -> None:
    """Without repeating it, as it may hold a password."""
    with pytest.raises(InvalidSetting, match="THREADPROOF_EGRESS_PROXY") as caught:
        GuardedFetcher(egress_proxy=setting)
    assert "secret" not in caught.value.message
