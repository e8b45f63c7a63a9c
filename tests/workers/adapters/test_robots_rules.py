"""What a robots.txt says to us."""

import time
from random import Random

import pytest
from protego import Protego

from workers.adapters.robots_rules import MOST_BYTES, OurGroup, Rules, read_group

SITE = "https://news.example"


def admits(text: str | bytes, path: str) -> bool:
    body = text.encode() if isinstance(text, str) else text
    return Rules(read_group(body)).admits(SITE + path)


@pytest.mark.parametrize(
    ("text", "path", "is_admitted"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("user-agent : *\n  DISALLOW :/private  # not for machines\n", "/private/a", False),
        ("User-agent: *\nDisallow: /private", "/a", True),
        ("\ufeffUser-agent: *\rDisallow: /a\rDisallow: /b", "/b", False),  # a mark, and an old Mac's lines
        ("User-agent *\nDisallow /a", "/a", False),  # without the colon, as some write it
        ("Disallow: /", "/a", True),  # to nobody
        # the longest rule decides, "allow" among equals (2.2.2)
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        # special characters (2.2.3)
        ("User-agent: *\nDisallow: /*.pdf$", "/files/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/files/a.pdf?x=1", True),
        ("User-agent: *\nDisallow: /a?id=*&print", "/a?id=7&print=1", False),
        # one spelling of a path is as good as another
        ("User-agent: *\nDisallow: /caf%C3%A9", "/café", False),
        ("User-agent: *\nDisallow: /café", "/caf%c3%a9/menu", False),
        ("User-agent: *\nDisallow: /~joe", "/%7Ejoe", False),
    ],
)
def test_the_group_for_everybody_is_read_as_the_standard_says(text: str, path: str, is_admitted: bool) -> None:
    """RFC 9309, where we are not named."""
    assert admits(text, path) is is_admitted


@pytest.mark.parametrize(
    ("text", "is_admitted"),
    [
        ("User-agent: Threadproof\nDisallow: /a\n\nUser-agent: *\nDisallow:", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: threadPROOF\nDisallow:", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Threadproof/2.0 (any)\nAllow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Thread\nDisallow:", False),  # somebody else
        ("User-agent: *\nDisallow:\n\nUser-agent: Threadproofer\nDisallow: /", True),
        ("User-agent: Other\nDisallow: /\n", True),
        ("User-agent: Other\nUser-agent: Threadproof\nDisallow: /a\n", False),
        ("User-agent: Threadproof\nUser-agent: Other\nDisallow: /a\n", False),
        # groups of one name are one group
        ("User-agent: Threadproof\nDisallow: /b\n\nUser-agent: *\n\nUser-agent: Threadproof\nDisallow: /a", False),
        ("User-agent: Threadproof\nDisallow: /b\n\nUser-agent: *\nDisallow: /\n", True),
        # what is no rule of ours does not come between names, and a delay ends them
        ("User-agent: Threadproof\nSitemap: https://x.example/\n\nUser-agent: Other\nDisallow: /", False),
        ("User-agent: *\nCrawl-delay: 5\n\nUser-agent: Other\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent:\nAllow: /a", False),
    ],
)  # fmt: skip
def test_our_own_group_counts_before_the_one_for_everybody(text: str, is_admitted: bool) -> None:
    """By our product token, all of it and in any case (2.2.1)."""
    assert admits(text, "/a") is is_admitted


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 2.5\nDisallow: /x", 2.5),
        ("User-agent: *\nCrawl-delay: 1\nCrawl-delay: 20", 20.0),
        ("User-agent: *\nCrawl-delay: 10\n\nUser-agent: Threadproof\nDisallow: /x", None),
        ("User-agent: Other\nCrawl-delay: 10", None),
        *((f"User-agent: *\nCrawl-delay: {odd}", None) for odd in ("soon", "-1", "inf", "nan", "1e9", "9" * 5000, "")),
    ],
)
def test_a_delay_is_that_of_our_group(text: str, delay_s: float | None) -> None:
    """A number of seconds; the longest where there are several."""
    assert read_group(text.encode()).delay_s == delay_s


def test_only_the_first_half_megabyte_counts() -> None:
    """A rule that is cut off in the middle could forbid or allow too much (RFC 9309, 2.5)."""
    begin, cut = b"User-agent: *\nDisallow: /early\n", b"\nDisallow: /a"
    whole = begin + b"#" * (MOST_BYTES - len(begin) - len(cut)) + cut
    assert len(whole) == MOST_BYTES
    for body in (whole, whole + b"bc\nDisallow: /late\n"):
        assert [admits(body, path) for path in ("/early", "/a", "/late")] == [False, True, True]


@pytest.mark.parametrize("noise", [b"\xff\xfe\x00", b"<!doctype html><title>Not found</title>", bytes(range(256)) * 99])
def test_what_is_no_robots_txt_forbids_nothing(noise: bytes) -> None:
    """A wall page under that address, a picture, anything."""
    assert read_group(noise) == OurGroup()


def test_a_rule_smuggled_in_by_odd_line_breaks_is_none() -> None:
    """Only the standard's line breaks are any; what follows another one is no path."""
    group = read_group("User-agent: *\nDisallow: /a\u2028allow:/\nDisallow: /b\x0callow:/b\n".encode())
    assert group.rules.split("\n") == ["disallow:/a", "disallow:/b"]


HALF = MOST_BYTES // 2
HOSTILE = {
    "a file of agents above as many rules": "".join(f"user-agent:{n:x}\n" for n in range(18_000))
    + "".join(f"disallow:/{n:x}\n" for n in range(18_000)),
    "ours among them": "".join(f"user-agent:{n:x}\nuser-agent:*\n" for n in range(9_000))
    + "".join(f"disallow:/{n:x}\n" for n in range(18_000)),
    "wildcards that nearly match": "user-agent:*\n"
    + "".join(f"disallow:/{'*a' * 40}*{n:x}$\n" for n in range(5_000)),
    "one rule of wildcards": f"user-agent:*\ndisallow:/{'*a' * HALF}b$",
    "long words behind wildcards": "user-agent:*\n" + "".join(f"disallow:/*{'a' * 20}{n:x}\n" for n in range(14_000)),
    "one rule of anchors": f"user-agent:*\ndisallow:/{'$' * (MOST_BYTES - 50)}",
    "escapes": "user-agent:*\n" + "".join(f"disallow:/%C3%A9%41$*{n:x}\n" for n in range(17_000)),
    "empty lines": "\n" * MOST_BYTES,
    "blanks": "user agent" + " " * (MOST_BYTES - 20) + "x",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_takes_no_longer_than_its_size_allows(name: str) -> None:
    """On the longest of addresses. Each takes less than 1.2 s on 2 slow cores; protego alone needs minutes for the
    first."""
    began = time.process_time()
    rules = Rules(read_group(HOSTILE[name].encode()))
    rules.admits(f"{SITE}/{'a' * 8000}")
    assert time.process_time() - began < 5.0


PARTS = ["/", "a", "b", "a/b", "A", "*", "$", "%41", "%2F", "%C3%A9", "é", "?", "=", "&", "%", "~", "%7E", "//", ".",
         "..", "index.html", "/index.html", "http://", "https:", " "]  # fmt: skip


def test_leaving_out_rules_that_cannot_match_changes_no_answer() -> None:
    """What begins with another folder is not parsed; on any rules and addresses all of them together say the same."""
    chance, said = Random(5), set[bool]()
    for _ in range(4_000):
        ways = [f"{chance.choice(['allow', 'disallow'])}:/{''.join(chance.choices(PARTS, k=chance.randint(0, 5)))}"
                for _ in range(chance.randint(1, 6))]  # fmt: skip
        group = OurGroup("\n".join(way.rstrip() for way in ways))
        url = f"{SITE}/{''.join(chance.choices(PARTS[:-1], k=chance.randint(0, 6)))}"
        whole = Protego.parse(f"user-agent:*\n{group.rules}").can_fetch(url, "threadproof")
        assert Rules(group).admits(url) is whole, (url, group.rules)
        said.add(whole)
    assert said == {True, False}


def test_large_groups_are_known_as_such() -> None:
    """They are for a thread, so that nobody else's page waits."""
    assert not Rules(OurGroup("disallow:/a\n" * 100)).is_large
    assert Rules(OurGroup("disallow:/a\n" * 10_000)).is_large
