"""Whose budget a card counts against: the operator's own, a key's, an address's."""

from typing import Any

import pytest
from litestar.testing import TestClient

from server.core.jobs import Job
from server.core.money import Payer, hide_address
from tests.server.api.served import NOW, Served, load_case, run
from tests.server.api.test_keys import PUBLIC, issue

URL = load_case().thread.url


def client_at(served: Served, address: str) -> TestClient[Any]:
    """A client whose connections come from an address."""

    async def from_there(scope: Any, receive: Any, send: Any) -> None:
        await served.app({**scope, "client": (address, 5000)}, receive, send)

    return TestClient(from_there, base_url=served.settings.address)


def ask(served: Served, address: str = "198.51.100.7", **options: Any) -> Job:
    """Post from an address, and look at the job."""
    answer = client_at(served, address).post("/api/v1/cards", json={"url": URL}, **options)
    assert answer.status_code == 202, answer.text
    return found(served)


def found(served: Served) -> Job:
    """The one job there is."""
    (job,) = run(served.store.unfinished_jobs())
    return job


def test_the_operators_own_use_counts_against_the_day_alone() -> None:
    """On a machine that only itself can reach there is nobody to tell apart."""
    assert ask(Served(), "127.0.0.1").payer == Payer()


def test_a_key_pays_for_itself_wherever_it_is_used() -> None:
    """Its owner is known, so the address is not even kept."""
    served = Served(**PUBLIC)
    assert ask(served, headers=issue(served)).payer == Payer(key="a" * 12)


def test_a_stranger_pays_by_address_of_which_a_digest_is_kept() -> None:
    """Another address has another one; the same has another the day after, so days cannot be joined."""
    served = Served(**PUBLIC, anonymous_posting=True)
    payer = ask(served).payer
    assert payer == Payer(address=hide_address("198.51.100.7", NOW))
    assert "198.51.100.7" not in repr(found(served))
    assert hide_address("198.51.100.8", NOW) != payer.address
    assert hide_address("198.51.100.7", NOW.replace(day=21)) != payer.address


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_nobody_becomes_another_payer_by_a_header(header: str) -> None:
    """Anybody can send one."""
    served = Served(**PUBLIC, anonymous_posting=True)
    payer = ask(served, headers={header: "203.0.113.9"}).payer
    assert payer == Payer(address=hide_address("198.51.100.7", NOW))


def test_all_addresses_of_one_house_are_one_payer() -> None:
    """An IPv6 house has 2^64 of them."""
    one, two, other = (hide_address(a, NOW) for a in ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"))
    assert one == two != other


def test_the_front_pages_form_is_paid_for_like_the_api() -> None:
    """It is the same door."""
    served = Served(**PUBLIC, anonymous_posting=True)
    answer = client_at(served, "198.51.100.7").post("/", data={"url": URL}, follow_redirects=False)
    assert answer.status_code == 303
    assert found(served).payer == Payer(address=hide_address("198.51.100.7", NOW))
