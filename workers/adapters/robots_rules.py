"""What a robots.txt says to us (RFC 9309). Which group is ours is decided here, whether a path matches by protego.

Given a whole file, protego 0.7 adds every rule to every agent of its group: 1,500 agents above 1,500 rules, 43 kB, took
2.4 s, and 500 KiB of them would take minutes. So it is only ever given those rules of our own group that may match. For
500 KiB of such it takes up to 0.9 s (17,000 rules of escapes, or 19,000 wildcards on an address of 8,000 characters: it
goes from wildcard to wildcard and never back), which is why a large group is for a thread.
"""

import re
from functools import cached_property

import msgspec
from protego import Protego

PRODUCT = "threadproof"  # RFC 9309, 2.2.1: our product token
MOST_BYTES = 500 * 1024  # RFC 9309, 2.5: what a crawler must read at least

# Spellings as protego and the large crawlers take them.
LINE = re.compile(
    r"(?i)\s*(?:(?P<agent>user[ -]?agent)|(?P<allow>allow)|(?P<disallow>dis?s?all?ow|disallaw|diasllow)"
    r"|(?P<delay>crawl[ -]?delay))\s*(?::|\s)(?P<value>.*)"
)
AGENT = re.compile(r"\*(?=\s|$)|[A-Za-z_-]+")
LITERAL = re.compile(r"[A-Za-z0-9/._~-]*")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


class OurGroup(msgspec.Struct, frozen=True):
    """The rules for us, one a line ("allow:/a", "disallow:/b"), and the delay between two pages, where one is named."""

    rules: str = ""
    delay_s: float | None = None


def read_group(body: bytes) -> OurGroup:
    """Our group of a robots.txt, or the one for everybody. Groups of one name count as one (RFC 9309, 2.2.1)."""
    text = body[:MOST_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    lines = re.split(r"\r\n|\r|\n", text)
    if len(body) >= MOST_BYTES:
        lines.pop()  # cut off somewhere
    found: dict[str, tuple[dict[str, None], list[float]]] = {}
    agents: set[str] = set()
    is_in_rules = False
    for line in lines:
        match = LINE.match(line.partition("#")[0])
        if match is None:
            continue
        value = CONTROLS.split(match["value"])[0].strip()
        if match["agent"]:
            if is_in_rules:
                agents, is_in_rules = set(), False
            if (name := _agent(value)) in ("*", PRODUCT):
                agents.add(name)
                found.setdefault(name, ({}, []))
            continue
        is_in_rules = True
        for name in agents:
            _add(found[name], match, value)
    rules, delays = found.get(PRODUCT) or found.get("*") or ({}, [])
    return OurGroup("\n".join(rules), max(delays) if delays else None)


def _agent(value: str) -> str:
    """ "Threadproof/1.0 (…)" → "threadproof"."""
    match = AGENT.match(value)
    return match[0].lower() if match else ""


def _add(group: tuple[dict[str, None], list[float]], match: re.Match[str], value: str) -> None:
    rules, delays = group
    if match["delay"]:
        if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", value):
            delays.append(float(value))
    elif value:
        rules[f"{'allow' if match['allow'] else 'disallow'}:{value}"] = None


class Rules:
    """Our group, ready to be asked."""

    def __init__(self, group: OurGroup) -> None:
        self.group = group

    @property
    def is_large(self) -> bool:
        """Whether asking may take so long (more than 10 ms) that a loop must not be held up by it."""
        return len(self.group.rules) > 16_384

    def admits(self, url: str) -> bool:
        """Whether we may fetch it: the longest matching rule decides, "allow" among equals."""
        rules = self._candidates(url)
        return not rules or Protego.parse("\n".join(("user-agent:*", *rules))).can_fetch(url, PRODUCT)

    def _candidates(self, url: str) -> list[str]:
        """Rules that may match. Parsing a rule takes 7 µs, and of a usual 200 nearly all begin with another folder."""
        path = url[len(site_of(url)) :]
        if "%" in path:  # an escape may spell anything
            return [rule for _, rule in self._rules]
        return [rule for start, rule in self._rules if path.startswith(start)]

    @cached_property
    def _rules(self) -> list[tuple[str, str]]:
        """Each with the characters that a path must begin with."""
        rules = self.group.rules.split("\n") if self.group.rules else []
        return [(_literal_start(rule.partition(":")[2]), rule) for rule in rules]


def _literal_start(pattern: str) -> str:
    """Up to what may be spelled in several ways. protego reads "/index.html" as "/", too, and puts a slash before an
    address; those may match anything here."""
    if pattern.endswith("/index.html") or pattern.startswith("http"):
        return ""
    match = LITERAL.match(pattern)
    return match[0] if match else ""


def site_of(url: str) -> str:
    """Scheme, host and port of a judged address: what one robots.txt is for."""
    match = re.match(r"https?://[^/]+", url)
    assert match is not None
    return match[0]
