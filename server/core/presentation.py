"""A stored version as it is shown: the body never changes, what belongs to its series is filled in here."""

import re
import unicodedata
from datetime import datetime

import msgspec

from server.core.card import Card, CardId, Related
from server.core.freshness import freshness
from server.core.jobs import CardRef, Job, JobView
from server.core.ports import StoredCard

SLUG_LENGTH = 60


def slug(headline: str) -> str:
    """Lower-case ASCII words joined by hyphens; may be empty (a headline in another script)."""
    plain = unicodedata.normalize("NFKD", headline).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    text = ""
    for word in words:
        if len(text) + len(word) + 1 > SLUG_LENGTH:
            break
        text = f"{text}-{word}" if text else word
    return text


def permalink(address: str, card_id: CardId, headline: str) -> str:
    """The public address of a series' latest version."""
    words = slug(headline)
    return f"{address}/c/{card_id}-{words}" if words else f"{address}/c/{card_id}"


def card_id_of(path: str) -> CardId:
    """The id in "{id}-{slug}"; ids are 16 characters of base64url (96 bits), which may hold hyphens themselves."""
    return CardId(path[:16])


def present_card(stored: StoredCard, *, address: str, now: datetime, related: tuple[Related, ...] = ()) -> Card:
    """The card with permalink, visibility, freshness and relations as they are now."""
    card = stored.card
    return msgspec.structs.replace(
        card,
        permalink=permalink(address, card.id, card.headline.text),
        visibility=stored.visibility,
        freshness=freshness(card.capture.captured_at, card.fresh_until, now),
        related=related,
    )


def view_job(job: Job, *, address: str, headline: str = "") -> JobView:
    """A job as the API shows it; `headline` lets the card's permalink carry its slug."""
    return JobView(
        id=job.id,
        state="failed" if job.state == "parked" else job.state,
        url=job.url,
        stage=job.stage,
        attempt=job.attempt,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        card=CardRef(job.card_id, permalink(address, job.card_id, headline)) if job.card_id else None,
        error=job.error,
        events=f"/api/v1/jobs/{job.id}/events",
    )
