"""/metrics: who may read it, and what it tells."""

import re
from typing import Any

import pytest

from server.core.errors import QueueUnavailable, StoreUnavailable
from tests.server.api.served import NOW, Served
from tests.server.api.test_keys import PUBLIC, issue
from tests.server.api.test_who_pays import client_at

LINE = re.compile(
    r'(?m)^[a-z_]+(?:\{[a-zA-Z_]+="(?:[^"\\\n]|\\.)*"(?:,[a-zA-Z_]+="(?:[^"\\\n]|\\.)*")*\})? [-+0-9.eInf]+$'
)


def test_the_operator_reads_it_on_this_machine() -> None:
    """Every line is one that Prometheus understands, and requests so far are counted."""
    served = Served()
    served.client.get("/api/v1/cards")
    served.client.get("/c/nothing-here")
    answer = served.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert [line for line in lines if not line.startswith("# ") and not LINE.fullmatch(line)] == []
    assert 'threadproof_http_requests_total{kind="api",status="200"} 1' in lines
    assert 'threadproof_http_requests_total{kind="card",status="404"} 1' in lines
    assert 'threadproof_up{part="store"} 1' in lines


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({}, {}, 403),
        ({}, {"host": "evil.example"}, 403),
        ({"metrics_from": ("198.51.100.0/24",)}, {"host": "api:8321"}, 200),
        ({"anonymous_posting": True}, {}, 403),
        ({"metrics_from": ("198.51.100.0/24",)}, {}, 200),
        ({"metrics_from": ("203.0.113.9",)}, {}, 403),
        ({"metrics_from": ("203.0.113.9",)}, {"x-forwarded-for": "203.0.113.9"}, 403),
    ],
)
def test_beyond_this_machine_only_named_networks_read_it(
    settings: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    """Anonymous posting does not make everybody an operator."""
    client = client_at(Served(**PUBLIC | settings), "198.51.100.7")
    assert client.get("/metrics", headers=headers).status_code == status


@pytest.mark.parametrize(("scopes", "status"), [(("post", "delete"), 403), (("admin",), 200)])
def test_a_key_needs_the_scope_admin(scopes: tuple[str, ...], status: int) -> None:
    """As Prometheus sends it: Authorization: Bearer."""
    served = Served(**PUBLIC)
    assert client_at(served, "198.51.100.7").get("/metrics", headers=issue(served, scopes=scopes)).status_code == status


def test_a_rebound_name_reads_nothing() -> None:
    """A page that made its own name mean 127.0.0.1 is no operator."""
    assert Served().client.get("/metrics", headers={"host": "evil.example"}).status_code == 403


def test_it_tells_what_waits_and_for_how_long() -> None:
    """From the rows, which are the truth, and the queue."""
    served = Served()
    served.job(state="queued", created_at=NOW)
    served.now = NOW.replace(minute=2)
    lines = served.client.get("/metrics").text.splitlines()
    assert 'threadproof_jobs_unfinished{state="queued"} 1' in lines
    assert "threadproof_queue_oldest_seconds 120" in lines
    assert "threadproof_workers 2" in lines


def test_it_answers_while_services_are_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """And says which: that is when it is needed most."""
    served = Served()

    async def no_store(*_: object, **__: object) -> None:
        raise StoreUnavailable("gone")

    async def no_queue(*_: object) -> int:
        raise QueueUnavailable("gone")

    monkeypatch.setattr(served.store, "unfinished_jobs", no_store)
    monkeypatch.setattr(served.queue, "depth", no_queue)
    lines = served.client.get("/metrics").text.splitlines()
    assert {'threadproof_up{part="store"} 0', 'threadproof_up{part="queue"} 0'} <= set(lines)


def test_refusals_are_counted_by_their_reason() -> None:
    """What was refused and why, for whoever tunes the limits."""
    served = Served(blocked_sites=("farm.example",))
    served.client.post("/api/v1/cards", json={"url": "https://farm.example/x"})
    served.client.post("/api/v1/cards", json={"url": ""})
    lines = served.client.get("/metrics").text.splitlines()
    assert 'threadproof_refusals_total{problem="blocked"} 1' in lines
    assert 'threadproof_refusals_total{problem="invalid-request"} 1' in lines


def test_readiness_needs_a_worker() -> None:
    """Without one nothing new can be made, and the answer says what to start."""
    served = Served()
    assert served.client.get("/readyz").json()["status"] == "ready"
    served.queue.listening = 0
    answer = served.client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert "threadproof worker" in answer.json()["checks"]["workers"]
    assert answer.json()["checks"]["store"] == "ok"


def test_every_answer_has_an_id_and_only_a_trusted_proxy_may_choose_it() -> None:
    """The same id stands in the log."""
    served = Served(**PUBLIC, trusted_proxies=("10.0.0.2",))
    stranger, proxy = client_at(served, "198.51.100.7"), client_at(served, "10.0.0.2")
    wanted = {"x-request-id": "trace-17"}
    assert stranger.get("/healthz", headers=wanted).headers["x-request-id"] != "trace-17"
    assert proxy.get("/healthz", headers=wanted).headers["x-request-id"] == "trace-17"
    forged = proxy.get("/healthz", headers={"x-request-id": 'x" level="error'})
    assert forged.headers["x-request-id"].isalnum()
