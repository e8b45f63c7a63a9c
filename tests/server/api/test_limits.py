"""How often one client may ask over HTTP, and what it hears when that was too often."""

from typing import Any

import pytest
from litestar.testing import TestClient

from server.core.errors import QueueUnavailable
from server.core.limits import until_tomorrow_s
from tests.server.api.served import NOW, Served, load_case
from tests.server.api.test_keys import PUBLIC, issue
from tests.server.api.test_who_pays import client_at

CASE = load_case()
OPEN: dict[str, Any] = PUBLIC | {"anonymous_posting": True}
HOME, AWAY = "198.51.100.7", "203.0.113.9"


def post(client: TestClient[Any], number: int = 0, **options: Any) -> Any:
    """Ask for one of many threads."""
    return client.post("/api/v1/cards", json={"url": f"https://a.example/thread/{number}"}, **options)


def test_one_client_too_many_is_refused_and_told_when_to_come_again() -> None:
    """429 as a problem document with Retry-After and the standing; others are not even slowed down."""
    served = Served(**OPEN, posts_per_minute=3)
    answers = [post(client_at(served, HOME), number) for number in range(4)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    refusal = answers[-1]
    assert refusal.headers["content-type"] == "application/problem+json"
    assert refusal.headers["ratelimit-policy"] == '"posts";q=3;w=60'
    assert 1 <= int(refusal.headers["retry-after"]) <= 20
    assert (refusal.json()["type"], refusal.json()["retryable"]) == ("too-many-requests", True)
    assert post(client_at(served, AWAY), 9).status_code == 202
    assert len(served.queue.waiting) == 4


def test_a_key_has_a_bucket_of_its_own_wherever_it_is_used() -> None:
    """Neighbours at the same address cannot use it up, nor does another address fill it."""
    served = Served(**OPEN, posts_per_minute=2)
    ada, ben = issue(served, "a" * 12), issue(served, "b" * 12)
    for number in range(3):
        post(client_at(served, HOME), number)
    assert post(client_at(served, HOME), 3).status_code == 429
    said = [post(client_at(served, where), n, headers=ada).status_code for n, where in enumerate((HOME, AWAY, HOME))]
    assert said == [202, 202, 429]
    assert post(client_at(served, HOME), 4, headers=ben).status_code == 202


def test_a_whole_ipv6_network_at_home_is_one_client() -> None:
    """Or 2^64 addresses would be as many clients."""
    served = Served(**OPEN, posts_per_minute=2)
    said = [post(client_at(served, f"2001:db8::{number:x}"), number).status_code for number in range(3)]
    assert said == [202, 202, 429]


def test_behind_a_trusted_proxy_clients_are_told_apart() -> None:
    """By what the proxy says; what a client writes itself is not heard."""
    served = Served(**OPEN, posts_per_minute=1, trusted_proxies=("10.0.0.0/8",))
    proxy = client_at(served, "10.0.0.2")
    named = [{"x-forwarded-for": f"1.2.3.4, {who}"} for who in (HOME, AWAY, HOME)]
    assert [post(proxy, n, headers=h).status_code for n, h in enumerate(named)] == [202, 202, 429]
    liar = client_at(served, "192.0.2.1")
    said = [post(liar, n, headers={"x-forwarded-for": f"9.9.9.{n}"}).status_code for n in (5, 6)]
    assert said == [202, 429]


def test_the_operators_own_machine_has_no_limits() -> None:
    """Nobody else can reach it."""
    served = Served(posts_per_minute=1, cards_per_day=1, reads_per_minute=1)
    answers = [post(served.client, number) for number in range(5)]
    assert {answer.status_code for answer in answers} == {202}
    assert not any("ratelimit" in answer.headers for answer in answers)


def test_a_days_cards_are_used_up_by_new_ones_alone() -> None:
    """Joining a job and known cards cost nothing; the refusal names midnight."""
    served = Served(**OPEN, cards_per_day=2)
    served.save(CASE)
    client = client_at(served, HOME)
    assert post(client, 1).status_code == 202
    assert [post(client, 1).status_code for _ in range(3)] == [202] * 3
    assert post(client, 2).status_code == 202
    refusal = post(client, 3)
    assert (refusal.status_code, refusal.json()["type"]) == (429, "quota-spent")
    assert int(refusal.headers["retry-after"]) == until_tomorrow_s(NOW)
    assert post(client, 1).status_code == 202  # joined, though the day is used up
    served.now = CASE.generated_at
    assert client.post("/api/v1/cards", json={"url": CASE.thread.url}).status_code == 200
    assert post(client_at(served, AWAY), 4).status_code == 202


def test_a_full_queue_takes_no_more_and_says_about_when_it_will() -> None:
    """Known cards, stale ones too, are answered all the same."""
    served = Served(most_waiting=2)
    served.save(CASE)
    assert [post(served.client, n).status_code for n in range(2)] == [202, 202]
    refusal = post(served.client, 3)
    assert (refusal.status_code, refusal.json()["type"]) == (503, "overloaded")
    assert refusal.json()["retryable"] is True
    assert post(served.client, 0).status_code == 202  # joined, though nothing new is taken
    assert int(refusal.headers["retry-after"]) >= 5
    stale = served.client.post("/api/v1/cards", json={"url": CASE.thread.url})
    assert stale.status_code == 200
    assert len(served.queue.waiting) == 2


def test_an_accepted_job_is_told_how_long_it_may_take() -> None:
    """By what waits, who works, and how long a card has usually taken."""
    served = Served()
    served.queue.listening = 2
    first = post(served.client, 0).json()
    assert first["queue"]["ahead"] >= 0
    for number in range(1, 9):
        last = post(served.client, number).json()
    assert last["queue"]["ahead"] > first["queue"]["ahead"]
    assert last["queue"]["wait_s"] > first["queue"]["wait_s"] > 0


def test_without_redis_known_cards_are_served_and_new_ones_refused_politely(monkeypatch: pytest.MonkeyPatch) -> None:
    """503, worth another try, with a next step; a stale card is answered without its refresh."""
    served = Served(**OPEN)
    stored = served.save(CASE)

    async def away(*_: object) -> int:
        raise QueueUnavailable("The work queue does not answer. Try again in a moment.")

    for name in ("depth", "enqueue", "workers"):
        monkeypatch.setattr(served.queue, name, away)
    client = client_at(served, HOME)
    refusal = post(client, 1)
    assert (refusal.status_code, refusal.json()["type"]) == (503, "queue-unavailable")
    assert refusal.json()["retryable"] is True
    assert "retry-after" in refusal.headers
    assert client.post("/api/v1/cards", json={"url": CASE.thread.url}).status_code == 200
    for path in (f"/c/{stored.card.id}", f"/api/v1/cards/{stored.card.id}", "/"):
        assert client.get(path).status_code == 200


def test_a_blocked_place_is_refused_at_the_door() -> None:
    """By site and by community, in the API and in the form; nothing is queued."""
    served = Served(blocked_sites=("farm.example",), blocked_communities=("r/gulls",))
    for url in ("https://www.farm.example/x", "https://old.reddit.com/r/Gulls/comments/1abcde/x/"):
        refusal = served.client.post("/api/v1/cards", json={"url": url})
        assert (refusal.status_code, refusal.json()["type"]) == (403, "blocked")
        assert served.client.post("/", data={"url": url}).status_code == 403
    assert served.queue.waiting == []


def test_the_front_pages_form_has_the_same_limits() -> None:
    """A page with the reason, and the same headers."""
    served = Served(**OPEN, posts_per_minute=1)
    client = client_at(served, HOME)
    assert client.post("/", data={"url": "https://a.example/1"}, follow_redirects=False).status_code == 303
    refusal = client.post("/", data={"url": "https://a.example/2"})
    assert refusal.status_code == 429
    assert "retry-after" in refusal.headers
    assert "Wait" in refusal.text


def test_a_client_that_reads_too_often_waits_and_others_do_not() -> None:
    """Pages and answers count, static files and probes do not."""
    served = Served(**PUBLIC, reads_per_minute=5)
    client = client_at(served, HOME)
    said = [client.get("/api/v1/cards").status_code for _ in range(7)]
    assert said == [200] * 5 + [429] * 2
    assert client.get("/").status_code == 429
    assert client.get("/static/threadproof.css").status_code == 200
    assert client.get("/healthz").status_code == 200
    assert client_at(served, AWAY).get("/").status_code == 200


def test_a_flood_of_wrong_keys_neither_locks_a_right_one_out_nor_gets_through() -> None:
    """Unknown keys draw from a bucket of their own, a known one from its owner's."""
    served = Served(**PUBLIC, reads_per_minute=5)
    ada = issue(served, "a" * 12)
    client = client_at(served, HOME)
    assert client.get("/api/v1/jobs/none", headers=ada).status_code == 404
    wrong = [{"authorization": f"Bearer tp_{'0' * 12}_{n:032}"} for n in range(10)]
    said = [client.get("/api/v1/jobs/none", headers=header).status_code for header in wrong]
    assert said == [401] * 4 + [429] * 6
    assert client.get("/api/v1/jobs/none", headers=ada).status_code == 404


def test_an_address_loses_its_secrets_before_its_job_is_kept() -> None:
    """The row, the answer and the form tell no password and no session."""
    served = Served()
    url = "https://ada:cAnArY-1@a.example/thread?session_token=cAnArY-2&id=3"
    answer = served.client.post("/api/v1/cards", json={"url": url})
    assert answer.status_code == 202
    assert answer.json()["job"]["url"] == "https://a.example/thread?id=3"
    assert "cAnArY" not in served.client.get(f"/?url={url.replace('&', '%26')}").text
    wrong = served.client.post("/api/v1/cards", json={"url": "ftp://ada:cAnArY-1@a.example/"})
    assert (wrong.status_code, "cAnArY" in wrong.text) == (400, False)
