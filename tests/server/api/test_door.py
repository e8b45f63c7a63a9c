"""The front door: host names, origins, and the headers of every answer."""

from html import unescape

import pytest

from server.api.cards import MAX_BODY_BYTES
from server.core.errors import InsightError, StoreUnavailable
from server.http_errors import STATUS, problem_of, status_of
from tests.server.api.served import Served, load_case

CASE = load_case()
EXTENSION = "chrome-extension://abcdefghijklmnop"


@pytest.fixture
def served() -> Served:
    """A server on loopback."""
    return Served()


@pytest.mark.parametrize("host", ["127.0.0.1:8321", "localhost:8321", "localhost", "[::1]:8321", "LOCALHOST:99"])
def test_the_machines_own_names_are_answered(served: Served, host: str) -> None:
    """Any port, any spelling."""
    assert served.client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8321", "[::1", ""])
def test_a_foreign_host_name_is_refused(served: Served, host: str) -> None:
    """A rebound DNS name sends itself; neither pages nor the API answer, and the refusal names the address."""
    for path in ("/", "/api/v1/cards", "/no/such/page"):
        answer = served.client.get(path, headers={"host": host})
        assert answer.status_code == 403
        assert "127.0.0.1:8321" in answer.text


def test_probes_are_answered_under_any_name(served: Served) -> None:
    """Orchestrators ask with the container's address."""
    assert served.client.get("/healthz", headers={"host": "10.1.2.3:8321"}).json() == {"status": "ok"}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_page_cannot_write(served: Served, headers: dict[str, str]) -> None:
    """Not by script, not by form, not from another port of this machine."""
    posts = [
        served.client.post("/api/v1/cards", json={"url": CASE.thread.url}, headers=headers),
        served.client.post("/", data={"url": CASE.thread.url}, headers=headers),
        served.client.delete("/api/v1/jobs/x", headers=headers),
    ]
    assert [answer.status_code for answer in posts] == [403, 403, 403]
    assert served.queue.waiting == []


@pytest.mark.parametrize("headers", [{}, {"origin": "http://127.0.0.1:8321", "sec-fetch-site": "same-origin"}])
def test_our_own_page_and_scripts_can_write(served: Served, headers: dict[str, str]) -> None:
    """A script sends no origin; our form sends ours."""
    assert served.client.post("/api/v1/cards", json={"url": CASE.thread.url}, headers=headers).status_code == 202


@pytest.mark.parametrize("origin", [EXTENSION, "moz-extension://0b1c-2d3e"])
def test_extensions_may_write_and_read_the_answer(served: Served, origin: str) -> None:
    """Preflight with the Authorization header, then the request itself."""
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
    preflight = served.client.options("/api/v1/cards", headers={"origin": origin, **asks})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == origin
    assert "Authorization" in preflight.headers["access-control-allow-headers"]
    headers = {"origin": origin, "sec-fetch-site": "cross-site"}
    answer = served.client.post("/api/v1/cards", json={"url": CASE.thread.url}, headers=headers)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (202, origin)
    assert "Location" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    ("allowed", "is_let_in"), [((EXTENSION,), True), (("moz-extension://0b1c",), False), (("none",), False)]
)
def test_only_the_extensions_that_the_operator_names_are_let_in(allowed: tuple[str, ...], is_let_in: bool) -> None:
    """Any, unless told otherwise; another extension is a page of another site, and told what to ask for."""
    served = Served(extension_origins=allowed)
    answer = served.client.post("/api/v1/cards", json={"url": CASE.thread.url}, headers={"origin": EXTENSION})
    assert answer.status_code == (202 if is_let_in else 403)
    assert ("access-control-allow-origin" in answer.headers) == is_let_in
    assert ("THREADPROOF_EXTENSION_ORIGINS" in answer.text) != is_let_in


def test_pages_get_no_cross_origin_answers(served: Served) -> None:
    """Neither a site's page anywhere, nor an extension on our pages."""
    asks = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    assert "access-control-allow-origin" not in served.client.options("/api/v1/cards", headers=asks).headers
    assert "access-control-allow-origin" not in served.client.get("/", headers={"origin": EXTENSION}).headers


@pytest.mark.parametrize("path", ["/", "/no/such/page", "/api/v1/nothing", "/healthz", "/static/threadproof.css"])
def test_every_answer_carries_the_security_headers(served: Served, path: str) -> None:
    """Errors and files too."""
    headers = served.client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-robots-tag"] == "noindex"
    assert headers["referrer-policy"] == "same-origin"


def test_an_error_is_a_page_to_people_and_a_document_to_programs(served: Served) -> None:
    """By address and Accept; both name the next step."""
    page = served.client.get("/c/nothing-here-000", headers={"accept": "text/html"})
    document = served.client.get("/c/nothing-here-000", headers={"accept": "application/json"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert (document.status_code, document.headers["content-type"]) == (404, "application/problem+json")
    assert document.json()["detail"] in unescape(page.text)
    assert served.client.put("/api/v1/cards").json()["type"] == "method-not-allowed"


def test_what_nobody_foresaw_says_nothing_of_our_insides(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug is a 500 problem document without its message."""

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(served.store, "list_cards", fail)
    answer = served.client.get("/api/v1/cards")
    assert (answer.status_code, answer.json()["type"]) == (500, "internal-error")
    assert "hunter2" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_readiness_asks_the_store_the_queue_and_for_workers(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with what to do about whichever failed."""
    assert served.client.get("/readyz").status_code == 200

    async def fail(*_: object, **__: object) -> None:
        raise StoreUnavailable("The disk is full. Make room.")

    monkeypatch.setattr(served.store, "list_cards", fail)
    answer = served.client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (
        503,
        {"store": "The disk is full. Make room.", "queue": "ok", "workers": "ok"},
    )


def test_every_error_of_ours_has_a_status() -> None:
    """The nearest ancestor decides; only what is our own fault answers 500."""

    def kinds(base: type[InsightError]) -> list[type[InsightError]]:
        return [base, *(kind for child in base.__subclasses__() for kind in kinds(child))]

    statuses = {kind.__name__: status_of(kind("x")) for kind in kinds(InsightError)}
    assert {name for name, status in statuses.items() if status == 500} == {
        "InsightError", "StoreError", "QueueError", "SetupError", "DataFolderUnusable", "DataFolderInUse", "PortInUse",
        "WorldUnreadable", "InvalidSetting",
    }  # fmt: skip
    assert set(STATUS.values()) <= {400, 401, 403, 404, 409, 410, 413, 422, 429, 501, 502, 503}
    assert problem_of(ValueError("secret")).detail.find("secret") == -1


def test_the_schema_names_every_address(served: Served) -> None:
    """OpenAPI 3.1, as JSON."""
    document = served.client.get("/schema/openapi.json").json()
    assert {"/api/v1/cards", "/api/v1/cards/{card_id}", "/api/v1/jobs/{job_id}/events"} <= set(document["paths"])
    assert MAX_BODY_BYTES > 4 * 1024 * 1024
