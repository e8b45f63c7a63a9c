import json
from pathlib import Path

import pytest

from server.core.addresses import is_public_address, judge_answers, judge_url, read_exceptions
from server.core.errors import SourceRefused

CASES = Path(__file__).resolve().parents[3] / "shared" / "hostile" / "ssrf_urls.jsonl"


@pytest.mark.parametrize(
    ("ip", "why"),
    [
        ("0.0.0.0", "unspecified"),
        ("10.255.255.255", "private, last"),
        ("100.64.0.1", "carrier-grade NAT"),
        ("100.127.255.255", "carrier-grade NAT, last"),
        ("127.0.0.2", "loopback"),
        ("168.63.129.16", "Azure's wire server"),
        ("169.254.169.254", "metadata"),
        ("172.31.255.255", "private"),
        ("192.0.0.8", "protocol assignments"),
        ("192.0.2.1", "documentation"),
        ("192.88.99.1", "6to4 relays"),
        ("192.168.1.1", "private"),
        ("198.19.255.255", "benchmarking"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "broadcast"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::ffff:8.8.8.8", "IPv4-mapped, though public inside"),
        ("::8.8.8.8", "IPv4-compatible"),
        ("64:ff9b::808:808", "NAT64"),
        ("64:ff9b:1::1", "local NAT64"),
        ("2001::1", "Teredo"),
        ("2001:2::1", "benchmarking"),
        ("2001:10::1", "ORCHID"),
        ("2001:db8::1", "documentation"),
        ("2002:808:808::1", "6to4"),
        ("3fff::1", "documentation"),
        ("5f00::1", "segment routing"),
        ("2a00:1450::5efe:808:808", "ISATAP"),
        ("fc00::1", "unique local"),
        ("fe80::1", "link local"),
        ("fe80::1%eth0", "with an interface"),
        ("fec0::1", "site local"),
        ("ff0e::1", "multicast"),
        ("localhost", "no address"),
        ("", "nothing"),
    ],
)
def test_an_address_outside_global_unicast_is_not_public(ip: str, why: str) -> None:
    """Every special-purpose range is refused."""
    assert not is_public_address(ip), why


@pytest.mark.parametrize(
    "ip",
    ["1.0.0.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "169.253.255.255", "172.32.0.0", "192.167.255.255",
     "198.17.255.255", "198.20.0.0", "223.255.255.255", "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1"],
)  # fmt: skip
def test_an_address_just_outside_a_special_range_is_public(ip: str) -> None:
    """The table's borders are exact."""
    assert is_public_address(ip)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://example.com/", "scheme"),
        ("//example.com/", "no scheme"),
        ("http:example.com", "no slashes"),
        ("http:///example.com", "too many slashes"),
        ("http://", "no host"),
        ("http://:80/", "no host"),
        ("http://user@example.com/", "user"),
        ("http://:@example.com/", "empty user"),
        ("http://example.com:22/", "port"),
        ("http://example.com:99999/", "port"),
        ("http://example.com:-1/", "port"),
        ("http://2130706433/", "decimal loopback"),
        ("http://0x7f.1/", "hexadecimal loopback"),
        ("http://0177.0.0.1/", "octal loopback"),
        ("http://127.1/", "short loopback"),
        ("http://127.0.0.1./", "trailing dot"),
        ("http://1.2.3.4.5/", "too many parts"),
        ("http://256.1.1.1/", "part too large"),
        ("http://[::1]/", "loopback"),
        ("http://[fe80::1%25eth0]/", "zone"),
        ("http://[::1]x/", "junk after the bracket"),
        ("http://localhost./", "trailing dot"),
        ("http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "circled"),
        ("http://127。0。0。1/", "ideographic full stops"),
        ("http://loc%61lhost/", "percent-encoded"),
        ("http://postgres/", "single label"),
        ("http://printer.local/", "mDNS"),
        ("http://api.internal/", "private name"),
        ("http://example.com\\@127.0.0.1/", "backslash"),
        ("http://exa mple.com/", "space"),
        ("http://xn--example-.com/", "Punycode that hides nothing"),
        (f"http://{'a' * 64}.com/", "label too long"),
        (f"http://example.com/{'a' * 9000}", "URL too long"),
        (f"http://{'a.' * 3000}com/", "host too long"),
        (f"http://{'ä' * 3000}.com/", "host too long"),
        (f"http://example.com:{'9' * 5000}/", "a number that Python itself refuses to read"),
        (f"http://{'9' * 900}/", "a number that is no address"),
        ("http://1․1․1․1/", "leaders that look like full stops"),
        ("http://a‍b.example/", "a joiner"),
    ],
)
def test_a_url_that_policy_or_sense_forbids_is_refused(url: str, why: str) -> None:
    """Whatever another parser might read as a private place is refused, not repaired."""
    with pytest.raises(SourceRefused, match=r"^Not fetched: "):
        judge_url(url)


def test_a_url_is_spelled_as_it_will_be_asked_for() -> None:
    """Case, port, fragment, white space and international names are settled once, by the judge."""
    target = judge_url(" HTTPS://BÜCHER.example:443/a b?q=1#part\n")
    assert (target.url, target.host, target.port) == ("https://xn--bcher-kva.example/a%20b?q=1", target.host, 443)
    assert judge_url("http://8.8.8.8").url == "http://8.8.8.8/"
    assert judge_url("https://example.com./").url == "https://example.com/"
    assert judge_url(f"http://example.com:{'0' * 5000}80/").url == "http://example.com/"
    assert judge_url("http://faß.example/").host == "xn--fa-hia.example"
    assert judge_url("http://134744072/").address == "8.8.8.8"
    assert judge_url("https://[2606:4700::1111]?x").url == "https://[2606:4700::1111]/?x"


@pytest.mark.parametrize(
    ("rest", "spelled"),
    [
        ("", "/"),
        ("/a/./b/../c", "/a/c"),
        ("/../../a", "/a"),
        ("/a/%2e%2E/b/.", "/b/"),
        ("/a/..", "/"),
        ("/a//b///c", "/a//b///c"),
        ("/a\\b", "/a/b"),
        ("/größe?q=größe", "/gr%C3%B6%C3%9Fe?q=gr%C3%B6%C3%9Fe"),
        ('/<script>"`{}^', "/%3Cscript%3E%22%60%7B%7D%5E"),
        ("?a='b'&c=<d>", "/?a=%27b%27&c=%3Cd%3E"),
        ("/100%/%7Eme|[x]", "/100%/%7Eme|[x]"),
        (f"/{chr(0xD800)}", "/%EF%BF%BD"),
        ("/@user/post-1#@127.0.0.1", "/@user/post-1"),
    ],
)
def test_a_path_is_spelled_as_browsers_spell_it(rest: str, spelled: str) -> None:
    """Dot segments are walked and what is no plain ASCII is encoded, so that the transport has nothing to decide."""
    assert judge_url(f"https://example.com{rest}").url == f"https://example.com{spelled}"


def test_the_operators_exception_is_for_one_host_and_port() -> None:
    """An allowed port lets nothing else in."""
    allow = frozenset({"127.0.0.1:18099", "wiki.corp:80"})
    assert judge_url("http://127.0.0.1:18099/a", allow).allowed
    assert judge_url("http://wiki.corp/", allow).allowed
    for other in ("http://127.0.0.1/", "http://127.0.0.1:18098/", "https://wiki.corp/", "http://127.0.0.2:18099/"):
        with pytest.raises(SourceRefused):
            judge_url(other, allow)


def test_exceptions_are_compared_whatever_their_case() -> None:
    """Host names have none."""
    assert judge_url("http://Wiki.Corp/", read_exceptions([" WIKI.corp:80"])).allowed


def test_one_private_answer_spoils_all() -> None:
    """A name with a public and a private address is refused, since who dials picks."""
    target = judge_url("https://mixed.example/")
    assert judge_answers(target, ["8.8.8.8"]) == ("8.8.8.8",)
    for answers in (["8.8.8.8", "10.0.0.1"], ["::1"], []):
        with pytest.raises(SourceRefused):
            judge_answers(target, answers)


@pytest.mark.skipif(not CASES.is_file(), reason="the shared list of hostile addresses is not on this machine")
def test_the_shared_list_of_hostile_addresses_is_judged_right() -> None:
    """Every `refuse` is refused and every `allow` allowed, with the DNS answers the list gives."""
    wrong = []
    for row in map(json.loads, CASES.read_text().splitlines()):
        try:
            target = judge_url(row["url"])
            judge_answers(
                target, [target.address] if target.address else (row.get("resolve") or {}).get(target.host, [])
            )
            verdict = "allow"
        except SourceRefused:
            verdict = "refuse"
        if verdict != row["must"]:
            wrong.append(row["id"])
    assert wrong == []
