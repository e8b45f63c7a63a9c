"""A stored version as it is shown."""

from datetime import timedelta

import msgspec
import pytest

from server.core.card import CardId, Related
from server.core.jobs import CardKey, Problem
from server.core.ports import StoredCard
from server.core.presentation import SLUG_LENGTH, card_id_of, permalink, present_card, slug, view_job
from tests.fakes import NOON, make_card, make_job

ID = CardId("kestrelpoint-001")
STORED = StoredCard(card=make_card(), key=CardKey("https://r.example/"), visibility="unlisted", latest_version=1)


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Kestrel Point relights its lamp", "kestrel-point-relights-its-lamp"),
        ("It's Café Ångström's 24,000 lamps!", "its-cafe-angstroms-24-000-lamps"),
        ("  --Hyphens--  &  slashes/ ..", "hyphens-slashes"),
        ("灯台が光る", ""),
        ("منارة lamp", "lamp"),
        ("🚀", ""),
        ("\x00\u202e", ""),
        ("", ""),
        ("x" * 500, ""),
        ("../../etc/passwd?a=b#c<script>", "etc-passwd-a-b-c-script"),
    ],
)
def test_a_slug_is_plain_words(headline: str, expected: str) -> None:
    """Lower-case ASCII joined by hyphens, nothing that means something in an address; may be empty."""
    assert slug(headline) == expected


def test_a_slug_ends_with_a_whole_word_within_its_length() -> None:
    """No word is cut."""
    words = "the council of kestrel point voted on monday to relight the lamp of the old lighthouse"
    found = slug(words)
    assert len(found) <= SLUG_LENGTH
    assert words.replace(" ", "-").startswith(f"{found}-")
    assert len(found) > SLUG_LENGTH - 12


def test_a_permalink_carries_the_headline_where_it_can() -> None:
    """And is only the id otherwise."""
    assert permalink("https://c.example", ID, "Lamp lit") == "https://c.example/c/kestrelpoint-001-lamp-lit"
    assert permalink("https://c.example", ID, "灯台") == "https://c.example/c/kestrelpoint-001"


@pytest.mark.parametrize("headline", ["Lamp lit", "灯台", "- - -"])
@pytest.mark.parametrize("card_id", ["abcdefghijklmnop", "-_-_-_-_-_-_-_-_", "a-b-c-d-e-f-g-h-"])
def test_the_id_comes_back_out_of_a_permalink(card_id: str, headline: str) -> None:
    """Though ids may hold hyphens and end in one."""
    path = permalink("https://c.example", CardId(card_id), headline).rpartition("/c/")[2]
    assert card_id_of(path) == card_id


def test_a_card_is_shown_with_its_series_present_state() -> None:
    """Visibility, freshness, relations and address are today's; the body is the version's."""
    related = (Related(id="x", headline="y", permalink="z"),)
    at = NOON + timedelta(hours=1, minutes=30)
    shown = present_card(STORED, address="https://c.example", now=at, related=related)
    assert (shown.visibility, shown.freshness, shown.related) == ("unlisted", "aging", related)
    assert shown.permalink.startswith("https://c.example/c/kestrelpoint-001-")
    now_filled = {"permalink", "visibility", "freshness", "related"}
    for field in msgspec.structs.fields(shown):
        if field.name not in now_filled:
            assert getattr(shown, field.name) == getattr(STORED.card, field.name), field.name


def test_showing_a_card_changes_no_stored_one() -> None:
    """Time passes for what is shown alone."""
    before = msgspec.json.encode(STORED)
    assert present_card(STORED, address="https://c.example", now=NOON + timedelta(days=9)).freshness == "stale"
    assert msgspec.json.encode(STORED) == before


def test_a_job_is_shown_with_its_stream_and_with_its_card_once_there_is_one() -> None:
    """The permalink bears the slug when the headline is known."""
    job = make_job(state="working", stage="fetch", attempt=2, started_at=NOON)
    view = view_job(job, address="https://c.example")
    assert (view.state, view.stage, view.attempt, view.card) == ("working", "fetch", 2, None)
    assert view.events == f"/api/v1/jobs/{job.id}/events"
    done = msgspec.structs.replace(job, state="done", card_id=ID)
    found = view_job(done, address="https://c.example", headline="Lamp lit").card
    assert found is not None
    assert found.permalink == "https://c.example/c/kestrelpoint-001-lamp-lit"


def test_a_failed_job_shows_its_problem() -> None:
    """As it was kept."""
    problem = Problem(type="source-unavailable", title="t", status=502, detail="d", retryable=True)
    assert view_job(make_job(state="failed", error=problem), address="https://c.example").error == problem
