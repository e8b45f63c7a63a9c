"""Who may ask, read and delete: the operator on this machine, owners of keys, strangers."""

from typing import Any

import msgspec
import pytest

from server.core.access import STRANGER, Caller, hash_secret, opens, parse_token, person_of, write_token
from server.core.card import CardId
from server.core.jobs import CardEvent, CardKey, FailedEvent, JobId, SectionEvent
from server.core.ports import NewCard, StoredCard
from server.core.urls import canonical_url
from tests.fakes import make_job, make_key
from tests.server.api.served import NOW, Served, load_case, run, sse, texts_of

CASE = load_case()
URL = CASE.thread.url
KEY = canonical_url(URL).key
CAPTURE = {"v": 1, "url": URL, "captured_at": "2026-11-20T00:00:00Z", "via": "dom", "html": "<p>x</p>"}
PUBLIC = {"public_address": "https://cards.example"}
SECRET = "s" * 32


def issue(served: Served, key_id: str = "a" * 12, **changes: Any) -> dict[str, str]:
    """A standing key, as the header that carries it."""
    run(served.store.save_key(make_key(key_id, secret_sha256=hash_secret(SECRET), **changes)))
    return {"authorization": f"Bearer {write_token(key_id, SECRET)}"}


def save(served: Served, scope: str, visibility: str) -> StoredCard:
    """The case as somebody's card."""
    card = msgspec.structs.replace(CASE, id=CardId(f"{visibility:-<16}"), visibility=visibility)
    return run(served.store.save_card(NewCard(card=card, key=CardKey(KEY, scope=scope), texts=texts_of(card))))


# ---- keys -------------------------------------------------------------------------------------------


def test_a_token_is_read_as_it_was_written() -> None:
    """And nothing else is one."""
    token = write_token("0123456789ab", "A_b-" * 8)
    assert parse_token(token) == ("0123456789ab", "A_b-" * 8)
    for wrong in ("", "tp_", token[:-1], token + "x", token.upper(), f" {token}", token + "\n"):
        assert parse_token(wrong) is None


def test_only_a_standing_keys_own_secret_opens() -> None:
    """Not another's, not a revoked one's, not the hash itself, and nothing opens no key."""
    key = make_key(secret_sha256=hash_secret(SECRET))
    assert opens(key, SECRET)
    assert not opens(key, SECRET[:-1])
    assert not opens(key, key.secret_sha256)
    assert not opens(msgspec.structs.replace(key, revoked_at=NOW), SECRET)
    assert not opens(None, SECRET)
    assert not opens(None, "")


def test_a_persons_name_has_one_spelling() -> None:
    """Spaces and case do not make another person."""
    assert person_of(" Ada\tLOVELACE ") == person_of("ada lovelace")


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("wrong", ["Bearer", "Bearer x", f"bearer {write_token('b' * 12, SECRET)}", "Bearer tp_\u00e9"])
def test_a_key_that_is_none_is_refused_everywhere(local: bool, wrong: str) -> None:
    """401 with the next step, on this machine and for reading too: a typing error must not pass for a stranger."""
    served = Served(**({} if local else PUBLIC))
    headers = {b"authorization": wrong.encode("latin-1")}
    for answer in (
        served.client.post("/api/v1/cards", json={"url": URL}, headers=headers),
        served.client.get(f"/api/v1/cards/{CASE.id}", headers=headers),
    ):
        assert (answer.status_code, answer.json()["type"]) == (401, "unauthorized")
        assert "threadproof keys add" in answer.json()["detail"]
        assert answer.headers["www-authenticate"] == "Bearer"
    assert served.queue.waiting == []


def test_a_revoked_key_is_refused_at_once() -> None:
    """No server has to be started again."""
    served = Served(**PUBLIC)
    headers = issue(served)
    assert served.client.post("/api/v1/cards", json={"url": URL}, headers=headers).status_code == 202
    run(served.store.revoke_key("a" * 12, NOW))
    assert served.client.post("/api/v1/cards", json={"url": URL}, headers=headers).status_code == 401


def test_a_proxys_own_password_is_no_key() -> None:
    """`Authorization: Basic` was for whoever stands in front of us."""
    served = Served(**PUBLIC)
    served.save(CASE)
    headers = {"authorization": "Basic eDp5"}
    assert served.client.get(f"/api/v1/cards/{CASE.id}", headers=headers).status_code == 200
    assert served.client.post("/api/v1/cards", json={"url": URL}, headers=headers).status_code == 403


# ---- posting ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scopes", [("delete",), ()])
def test_a_key_without_the_scope_may_not_post(scopes: tuple[str, ...]) -> None:
    """Though it is a key."""
    served = Served(**PUBLIC)
    answer = served.client.post("/api/v1/cards", json={"url": URL}, headers=issue(served, scopes=scopes))
    assert (answer.status_code, answer.json()["type"]) == (403, "forbidden")


@pytest.mark.parametrize(("trusted", "scope"), [(True, "public"), (False, "a" * 12)])
def test_a_capture_is_believed_as_far_as_its_key(trusted: bool, scope: str) -> None:
    """A trusted one makes the public card; any other key's makes a card in the owner's scope."""
    for served in (Served(**PUBLIC), Served()):
        headers = issue(served, trusted=trusted)
        answer = served.client.post("/api/v1/cards", json={"url": URL, "capture": CAPTURE}, headers=headers)
        job = run(served.store.load_job(JobId(answer.json()["job"]["id"])))
        assert job is not None
        assert (job.key.scope, job.capture_id is not None) == (scope, True)


def test_without_a_capture_a_key_asks_for_the_public_card() -> None:
    """The server's own reading is everybody's."""
    served = Served(**PUBLIC)
    answer = served.client.post("/api/v1/cards", json={"url": URL}, headers=issue(served))
    job = run(served.store.load_job(JobId(answer.json()["job"]["id"])))
    assert job is not None
    assert job.key.scope == "public"


def test_the_operator_on_this_machine_needs_no_key() -> None:
    """And is trusted."""
    served = Served()
    answer = served.client.post("/api/v1/cards", json={"url": URL, "capture": CAPTURE})
    job = run(served.store.load_job(JobId(answer.json()["job"]["id"])))
    assert job is not None
    assert job.key.scope == "public"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"html": None}, "invalid-capture"),
        ({"html": ""}, "invalid-capture"),
        ({"json": {}}, "invalid-capture"),
        ({"via": "json"}, "invalid-capture"),
        ({"url": "https://www.reddit.com/comments/zzzzz/"}, "invalid-capture"),
        ({"url": "no address"}, "invalid-capture"),
        ({"html": "é" * (2 * 1024 * 1024 + 1)}, "payload-too-large"),
        ({"via": "json", "html": None, "json": ["x" * 4 * 1024 * 1024]}, "payload-too-large"),
        ({"v": 2}, "invalid-request"),
        ({"cookies": "x"}, "invalid-request"),
        ({"captured_at": "yesterday"}, "invalid-request"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_capture_is_what_is_documented_or_refused(changes: dict[str, Any], code: str) -> None:
    """One form, of the page asked about, 4 MiB at the most, and not a field more."""
    served = Served()
    answer = served.client.post("/api/v1/cards", json={"url": URL, "capture": CAPTURE | changes})
    assert (answer.status_code, answer.json()["type"]) == (413 if code == "payload-too-large" else 400, code)
    assert served.queue.waiting == []


# ---- finding and reading ----------------------------------------------------------------------------


def test_an_owners_card_is_found_again_by_its_key_alone() -> None:
    """Not by another key, a stranger, a list, a search or a look-up."""
    served = Served(**PUBLIC, anonymous_posting=True)
    own, other = issue(served), issue(served, "b" * 12)
    save(served, "a" * 12, "unlisted")
    assert served.client.post("/api/v1/cards", json={"url": URL}, headers=own).status_code == 200
    assert served.client.post("/api/v1/cards", json={"url": URL}, headers=other).status_code == 202
    assert served.client.post("/api/v1/cards", json={"url": URL}).status_code == 202
    assert served.client.get("/api/v1/cards", headers=own).json()["cards"] == []
    assert served.client.get("/api/v1/cards", params={"q": "quillbase"}).json()["cards"] == []


def test_an_unlisted_cards_address_opens_for_whoever_has_it() -> None:
    """Page, JSON and exports; caches between us and them keep nothing."""
    served = Served(**PUBLIC)
    card = save(served, "a" * 12, "unlisted").card
    for path in (f"/c/{card.id}", f"/c/{card.id}.json", f"/c/{card.id}/v/1", f"/api/v1/cards/{card.id}"):
        answer = served.client.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-cache")


def test_a_private_card_opens_for_its_owner_alone() -> None:
    """404 for anybody else, as if it were not there; on its own machine the operator reads it."""
    served = Served(**PUBLIC)
    own, other = issue(served), issue(served, "b" * 12, trusted=True, scopes=("post", "delete", "admin"))
    card = save(served, "a" * 12, "private").card
    paths = [f"/c/{card.id}{end}" for end in ("", ".json", ".md", ".html", "/v/1", "/source/1")]
    for path in (*paths, f"/api/v1/cards/{card.id}"):
        assert served.client.get(path, headers=own).status_code == 200, path
        assert served.client.get(path, headers=other).status_code == 404, path
        assert served.client.get(path).status_code == 404, path
    local = Served()
    save(local, "a" * 12, "private")
    assert local.client.get(f"/api/v1/cards/{card.id}").status_code == 200


def test_a_series_hidden_under_the_public_key_answers_nobody_elses_asking() -> None:
    """Its thread went private after its first card."""
    served = Served(**PUBLIC)
    save(served, "public", "private")
    assert served.client.post("/api/v1/cards", json={"url": URL}, headers=issue(served)).status_code == 202


# ---- deleting ---------------------------------------------------------------------------------------


def test_a_card_is_deleted_by_its_owner_or_the_operator() -> None:
    """Not by strangers, other keys, or a key without the scope; a public one by the operator's key."""
    served = Served(**PUBLIC)
    own, other = issue(served), issue(served, "b" * 12)
    weak, admin = issue(served, "c" * 12, scopes=("post",)), issue(served, "d" * 12, scopes=("admin",))
    card, public = save(served, "a" * 12, "unlisted").card, served.save(CASE).card
    for headers in ({}, other, weak):
        assert served.client.delete(f"/api/v1/cards/{card.id}", headers=headers).status_code == 403
    assert served.client.delete(f"/api/v1/cards/{public.id}", headers=own).status_code == 403
    assert served.client.delete(f"/api/v1/cards/{card.id}", headers=own).status_code == 204
    assert served.client.delete(f"/api/v1/cards/{public.id}", headers=admin).status_code == 204


# ---- jobs -------------------------------------------------------------------------------------------


def private_job(served: Served, **changes: Any) -> str:
    """A job that turned out to be about a private thread, with what it told so far."""
    job = make_job(key=CardKey(KEY, scope="a" * 12), attempt=1, **{"state": "working", **changes})
    run(served.store.join_job(job))
    card = msgspec.structs.replace(CASE, visibility="private")
    run(served.progress.publish(job.id, 1, SectionEvent("lead", card)))
    run(served.progress.publish(job.id, 1, CardEvent(card)))
    return job.id


@pytest.mark.parametrize("state", ["working", "done"])
def test_a_private_threads_job_tells_strangers_nothing_of_it(state: str) -> None:
    """Its stream ends for them as if the thread could not be read; its owner hears all of it."""
    served = Served(**PUBLIC)
    own = issue(served)
    card = save(served, "a" * 12, "private").card
    job_id = private_job(served, state=state, card_id=card.id, finished_at=NOW if state == "done" else None)
    heard = sse(served.client.get(f"/api/v1/jobs/{job_id}/events").text)
    assert [event["event"] for event in heard] == [FailedEvent.__struct_config__.tag]
    assert "thread-private" in heard[0]["data"]
    pages = [served.client.get(f"/jobs/{job_id}{end}").text for end in ("", "/fragment")]
    assert not [page for page in pages if CASE.headline.text in page]
    assert served.client.get(f"/api/v1/jobs/{job_id}").json()["card"] is None
    told = sse(served.client.get(f"/api/v1/jobs/{job_id}/events", headers=own).text)
    assert [event["event"] for event in told] == ["section", "card"]
    assert served.client.get(f"/api/v1/jobs/{job_id}", headers=own).json()["card"]["id"] == card.id


def test_a_stranger_owns_nothing() -> None:
    """Not even what nobody owns."""
    assert not STRANGER.may_read("private", "public")
    assert not STRANGER.may_delete("public")
    assert Caller(owner="a" * 12).may_read("private", "a" * 12)
