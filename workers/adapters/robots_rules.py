"""What a robots.txt says to us (RFC 9309). Which group is ours is decided here, whether a path matches by protego.

Given a whole file, protego 0.7 adds every rule to every agent of its group: 1,500 agents above 1,500 rules, 43 kB, took
2.4 s, and 500 KiB of them would take minutes. So it is only ever given our own group. Of 500 KiB of that its parsing
takes up to 0.9 s (one rule of 490,000 "$") and its matching up to 0.5 s (19,000 wildcards on an address of 8,000
characters: it searches from wildcard to wildcard and never goes back), which is why large ones are for a thread.
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
        return not self.group.rules or self._parsed.can_fetch(url, PRODUCT)

    @cached_property
    def _parsed(self) -> Protego:
        return Protego.parse(f"user-agent:*\n{self.group.rules}")
