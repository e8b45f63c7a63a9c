"""Asking whether a thread has a card without telling which thread."""

import hashlib

import msgspec
import pytest

from server.core.card import CardId
from server.core.jobs import CardKey
from server.core.ports import NewCard
from server.core.urls import canonical_url
from tests.server.api.served import Served, load_case, run, texts_of

CASE = load_case()
KEY = canonical_url(CASE.thread.url).key
SHA256 = hashlib.sha256(KEY.encode()).hexdigest()


@pytest.fixture
def served() -> Served:
    """A server that strangers reach."""
    return Served(public_address="https://cards.example")


def test_a_prefix_answers_every_suffix_and_card(served: Served) -> None:
    """The canonical URL's hash is put together again from both."""
    served.save(CASE)
    answer = served.client.get(f"/api/v1/lookup/{SHA256[:3]}")
    assert answer.json() == {"prefix": SHA256[:3], "matches": [{"suffix": SHA256[3:], "id": CASE.id}]}
    assert answer.headers["cache-control"] == "public, max-age=300"


def test_a_prefix_of_nothing_answers_nothing(served: Served) -> None:
    """200 all the same: most of them are empty."""
    served.save(CASE)
    answer = served.client.get(f"/api/v1/lookup/{int(SHA256[:3], 16) ^ 1:03x}")
    assert (answer.status_code, answer.json()["matches"]) == (200, [])


@pytest.mark.parametrize(
    ("scope", "visibility"), [("a" * 12, "unlisted"), ("a" * 12, "private"), ("public", "private")]
)
def test_nobody_learns_of_cards_that_are_not_public(served: Served, scope: str, visibility: str) -> None:
    """Neither of one person's nor of hidden ones."""
    card = msgspec.structs.replace(CASE, id=CardId("hidden-card-0001"), visibility=visibility)
    run(served.store.save_card(NewCard(card=card, key=CardKey(KEY, scope=scope), texts=texts_of(card))))
    assert served.client.get(f"/api/v1/lookup/{SHA256[:3]}").json()["matches"] == []


@pytest.mark.parametrize("prefix", ["ab", "abcd", "ABC", "xyz", "ab%0a", "%25ab", "ab_"])
def test_anything_else_is_no_prefix(served: Served, prefix: str) -> None:
    """Three lower-case hexadecimal digits: fewer would be the whole store."""
    answer = served.client.get(f"/api/v1/lookup/{prefix}")
    assert (answer.status_code, answer.json()["type"]) == (400, "invalid-request")
