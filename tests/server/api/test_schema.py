"""The API against its own OpenAPI document: requests that nobody would think of, made out of it by Schemathesis."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from litestar.testing import TestClient
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.server.api.served import Served, load_case

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 60  # an operation, always the same ones; some 8 s in all
KEPT = ("method", "url", "params", "json", "data", "headers", "cookies", "content")
FOREIGN = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"host": "evil.example"},
    {"host": "127.0.0.1.evil.example:8321"},
)


@pytest.fixture(scope="module")
def served() -> Served:
    """An open server that knows a card and a job."""
    served = Served(most_waiting=10_000)
    served.save(load_case())
    served.job(state="done", finished_at=served.now)
    return served


def operations() -> Iterator[Any]:
    """Every operation of the document."""
    document = Served().client.get("/schema/openapi.json").json()
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        yield result.ok()


OPERATIONS = list(operations())


def test_every_controller_for_programs_is_in_the_document() -> None:
    """Else the rest of this module would try too little."""
    labels = {operation.label for operation in OPERATIONS}
    assert {"POST /api/v1/cards", "GET /api/v1/cards", "DELETE /api/v1/jobs/{job_id}", "GET /metrics"} <= labels


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_request_breaks_the_server_or_its_document(operation: Any, served: Served) -> None:
    """Nothing is answered with 500 or above, with a status, a media type or a body that the document does not tell."""

    @seed(8321)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        answer = ask(served.client, case)
        if answer is not None:
            case.validate_response(answer, checks=CHECKS)

    run()


def ask(client: "TestClient[Any]", case: Any) -> Any:
    """The answer to a case; None for what an HTTP client cannot even send."""
    sent = case.as_transport_kwargs(base_url=str(client.base_url).rstrip("/"))
    sent.pop("timeout", None)
    try:
        return client.request(follow_redirects=False, **{k: v for k, v in sent.items() if k in KEPT})
    except (UnicodeEncodeError, ValueError):
        return None


@pytest.mark.parametrize("foreign", FOREIGN, ids=str)
def test_what_comes_from_elsewhere_changes_nothing(foreign: dict[str, str]) -> None:
    """Every operation that writes, with requests made out of the document: refused, and store and queue as before."""
    served = Served(most_waiting=10_000)
    card, job = served.save(load_case()).card, served.job()
    writing = [operation for operation in OPERATIONS if operation.method.upper() not in ("GET", "HEAD")]
    assert len(writing) >= 3

    @seed(8321)
    @settings(
        max_examples=20, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(data=strategies.data(), number=strategies.integers(0, len(writing) - 1), real=strategies.booleans())
    def run(data: Any, number: int, real: bool) -> None:
        case = data.draw(writing[number].as_strategy())
        if real:
            case.path_parameters = {"card_id": card.id, "job_id": job.id} if case.path_parameters else {}
        case.headers = {**(case.headers or {}), **foreign}
        answer = ask(served.client, case)
        assert answer is None or answer.status_code == 403

    run()
    assert served.queue.waiting == []
    assert served.queue.cancelled == []
    assert asyncio.run(served.store.load_job(job.id)) == job
    assert asyncio.run(served.store.unfinished_jobs()) == [job]
    kept = asyncio.run(served.store.load_card(card.id))
    assert kept is not None
    assert kept.deleted_at is None
