"""Cards over JSON."""

import msgspec
import pytest

from server.core.card import Card, CardId
from server.core.jobs import JobView
from tests.server.api.served import ADDRESS, Served, load_case, run

CASE = load_case()
URL = CASE.thread.url


@pytest.fixture
def served() -> Served:
    """A server on loopback."""
    return Served()


def test_a_known_card_answers_at_once(served: Served) -> None:
    """Posting its thread's address gives 200 and the card."""
    stored = served.save(CASE)
    answer = served.client.post("/api/v1/cards", json={"url": URL})
    card = msgspec.json.decode(answer.content, type=Card)
    assert (answer.status_code, card.id) == (200, stored.card.id)
    assert card.permalink.startswith(f"{ADDRESS}/c/{card.id}-quillbase")


def test_an_unknown_thread_answers_with_its_job(served: Served) -> None:
    """202, the job, where to look for it, and the job is queued once."""
    answers = [served.client.post("/api/v1/cards", json={"url": URL}) for _ in range(2)]
    jobs = [msgspec.convert(answer.json()["job"], JobView) for answer in answers]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert jobs[0].id == jobs[1].id
    assert answers[0].headers["location"] == f"/api/v1/jobs/{jobs[0].id}"
    assert served.queue.waiting == [jobs[0].id]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "invalid-request"),
        (b"{}", "invalid-request"),
        (b'{"url": 5}', "invalid-request"),
        (b'{"url": "not a url"}', "invalid-url"),
        (b'{"url": "ftp://a.example/x"}', "invalid-url"),
        (b'{"url": "https://a.example/", "lang": "<b>"}', "invalid-request"),
        (b'{"url": "https://a.example/", "capture": {"v": 2}}', "invalid-request"),
    ],
)
def test_a_bad_request_is_a_problem_with_a_next_step(served: Served, body: bytes, code: str) -> None:
    """Whatever is wrong with the body: 400, problem+json, a stable code, a sentence for people."""
    answer = served.client.post("/api/v1/cards", content=body, headers={"content-type": "application/json"})
    problem = answer.json()
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert (problem["type"], problem["status"], problem["retryable"]) == (code, 400, False)
    assert len(problem["detail"].split(". ")) > 1


def test_a_body_beyond_the_limit_is_refused(served: Served) -> None:
    """413 as a problem document, and nothing is queued."""
    body = {"url": URL, "capture": {"v": 1, "url": URL, "captured_at": "2026-11-20T00:00:00Z", "via": "dom"}}
    body["capture"]["html"] = "x" * (5 * 1024 * 1024)  # type: ignore[index]
    answer = served.client.post("/api/v1/cards", json=body)
    assert (answer.status_code, answer.json()["type"]) == (413, "payload-too-large")
    assert served.queue.waiting == []


def test_a_capture_of_four_mebibytes_is_taken(served: Served) -> None:
    """The documented limit holds with what JSON adds around it."""
    capture = {"v": 1, "url": URL, "captured_at": "2026-11-20T00:00:00Z", "via": "dom", "html": "x" * 4 * 1024 * 1024}
    answer = served.client.post("/api/v1/cards", json={"url": URL, "capture": capture})
    assert answer.status_code == 202


def test_reading_a_card_again_costs_no_body(served: Served) -> None:
    """A strong ETag, and 304 to whoever has it, also weakly or in a list."""
    served.save(CASE)
    first = served.client.get(f"/api/v1/cards/{CASE.id}")
    etag = first.headers["etag"]
    assert etag.startswith('"')
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = served.client.get(f"/api/v1/cards/{CASE.id}", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert served.client.get(f"/api/v1/cards/{CASE.id}", headers={"if-none-match": '"other"'}).status_code == 200


def test_an_etag_moves_when_the_card_ages(served: Served) -> None:
    """Freshness belongs to the answer, so it belongs to its tag."""
    served.save(CASE)
    before = served.client.get(f"/api/v1/cards/{CASE.id}").headers["etag"]
    served.now = CASE.fresh_until.replace(hour=23)
    assert served.client.get(f"/api/v1/cards/{CASE.id}").headers["etag"] != before


@pytest.mark.parametrize("card_id", ["nothing-here-0000", "../../etc", "x" * 300, "%00"])
def test_an_unknown_card_is_not_found(served: Served, card_id: str) -> None:
    """404 as a problem document, whatever the id looks like."""
    answer = served.client.get(f"/api/v1/cards/{card_id}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_deleted_card_is_gone(served: Served) -> None:
    """The operator deletes it; from then on 410."""
    served.save(CASE)
    assert served.client.delete(f"/api/v1/cards/{CASE.id}").status_code == 204
    answer = served.client.get(f"/api/v1/cards/{CASE.id}")
    assert (answer.status_code, answer.json()["type"]) == (410, "gone")


def test_a_private_card_is_no_different_from_none_to_strangers() -> None:
    """Its address must not tell that it exists."""
    served = Served(host="0.0.0.0", public_address="https://cards.example")
    served.save(msgspec.structs.replace(CASE, visibility="private"))
    assert served.client.get(f"/api/v1/cards/{CASE.id}").status_code == 404


def test_the_list_is_filtered_and_carries_public_addresses(served: Served) -> None:
    """Search and community narrow it; a page says where the next begins, if there is one."""
    served.save(CASE)
    found = served.client.get("/api/v1/cards", params={"q": "quillbase"}).json()
    assert found["cards"][0]["permalink"].startswith(f"{ADDRESS}/c/{CASE.id}-")
    assert found["before"] is None
    assert served.client.get("/api/v1/cards", params={"community": "r/Other"}).json()["cards"] == []
    assert served.client.get("/api/v1/cards", params={"limit": 1}).json()["before"] is None
    served.save(msgspec.structs.replace(CASE, id=CardId("made-at-once")), url="https://other.example/")
    first = served.client.get("/api/v1/cards", params={"limit": 1}).json()
    rest = served.client.get("/api/v1/cards", params={"limit": 1, "before": first["before"]}).json()
    assert {card["id"] for card in (*first["cards"], *rest["cards"])} == {CASE.id, "made-at-once"}
    assert rest["before"] is None
    assert served.client.get("/api/v1/cards", params={"limit": 0}).json()["type"] == "invalid-request"


def test_strangers_need_a_key_to_post() -> None:
    """Behind a public address 403 says what to do, for cards and for deleting."""
    served = Served(public_address="https://cards.example")
    served.save(CASE)
    answer = served.client.post("/api/v1/cards", json={"url": URL})
    assert (answer.status_code, answer.json()["type"]) == (403, "forbidden")
    assert "access key" in answer.json()["detail"]
    assert served.client.delete(f"/api/v1/cards/{CASE.id}").status_code == 403
    assert run(served.store.load_card(CASE.id)) is not None


def test_where_anyone_may_post_captures_are_still_refused() -> None:
    """An unchecked capture would speak for a thread; the address alone is taken."""
    served = Served(public_address="https://cards.example", anonymous_posting=True)
    capture = {"v": 1, "url": URL, "captured_at": "2026-11-20T00:00:00Z", "via": "dom", "html": "<p>x</p>"}
    refused = served.client.post("/api/v1/cards", json={"url": URL, "capture": capture})
    assert refused.status_code == 403
    assert "address alone" in refused.json()["detail"]
    assert served.client.post("/api/v1/cards", json={"url": URL}).status_code == 202
