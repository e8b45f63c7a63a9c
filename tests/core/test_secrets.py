"""What addresses and messages must not carry on."""

import pytest

from server.core.secrets import hide_secrets, tell_without_secrets, without_secrets
from server.core.urls import canonical_url

CANARY = "cAnArY0123456789abcdef"
KEY = f"tp_0123456789ab_{'k' * 32}"


@pytest.mark.parametrize(
    "url",
    [
        f"https://ada:{CANARY}@a.example/x",
        f"https://{CANARY}@a.example/x",
        f"https:/ada:{CANARY}@a.example/x",
        f"ada:{CANARY}@a.example/x",
        f"//ada:{CANARY}@a.example/x",
        f"\\\\ada:{CANARY}@a.example/x",
        f"https://a@b:{CANARY}@a.example/x",
        f"https://ada:{CANARY[:9]}\n{CANARY[9:]}@a.example/x",
        f"https://a.example/x?access_token={CANARY}",
        f"https://a.example/x?id=3&ACCESS-TOKEN={CANARY}&b=2",
        f"https://a.example/x?api_key={CANARY}",
        f"https://a.example/x?X-Amz-Signature={CANARY}&X-Amz-Credential={CANARY}",
        f"https://a.example/x?access%5Ftoken={CANARY}",
        f"https://a.example/x?password={CANARY}",
        f"https://a.example/x?key={CANARY}",
        f"https://a.example/x?PHPSESSID={CANARY}",
        f"https://a.example/x#id_token={CANARY}",
        f"https://out.example/?to=https%3A%2F%2Fada%3A{CANARY}%40b.example%2F",
        f"https://out.example/?to=https%3A%2F%2Fb.example%2F%3Ftoken%3D{CANARY}",
    ],
)
def test_an_address_loses_its_secrets(url: str) -> None:
    """In front of the host, in query and fragment, and in the address that a redirector carries."""
    clean = without_secrets(url)
    assert CANARY not in clean
    assert CANARY not in clean.replace("\n", "")
    assert canonical_url(clean).key


@pytest.mark.parametrize(
    "url",
    [
        "https://news.ycombinator.com/item?id=8863",
        "https://www.reddit.com/r/x/comments/1abcde/a_title/?context=3#comments",
        "https://mastodon.example/@ada/1234",
        "https://a.example/author?author=ada&session=12&key=intro&passage=3&code=7",
        "https://a.example/x?",
        "https://a.example/x?mail=ada@b.example",
        "https://a.example/?q=what+is+a+token",
        "not an address at all",
        "",
    ],
)
def test_an_address_without_secrets_stays_as_it_is(url: str) -> None:
    """To the letter: it decides which thread is meant."""
    assert without_secrets(url) == url


def test_a_message_keeps_its_addresses_but_not_their_secrets() -> None:
    """For people, who know what they asked for."""
    said = f"https://ada:{CANARY}@a.example/x?id=3&q=words could not be read with {KEY}"
    assert tell_without_secrets(said) == "https://a.example/x?id=3&q=words could not be read with tp_0123456789ab_…"


def test_a_line_of_the_log_holds_nothing_that_an_address_asks_for() -> None:
    """But numbers, without which nobody could tell two threads apart."""
    said = f"GET https://a.example/x?id=3&q=words&{CANARY}&share={CANARY}#part: 403, Bearer {CANARY}, redis://:pw@h:1/0"
    told = hide_secrets(said, ["ghost-of-a-key"])
    assert told == "GET https://a.example/x?id=3&q=…&…&share=… 403, Bearer …, redis://h:1/0"
    assert hide_secrets("a ghost-of-a-key b", ["ghost-of-a-key"]) == "a … b"
