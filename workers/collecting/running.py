"""One run of a watch: look at the list, decide about each thread, queue what is to be made, write down the result."""

import logging
import secrets
from collections import Counter
from contextlib import suppress
from datetime import datetime

import msgspec

from server.core.errors import Blocked, InsightError, InvalidUrl
from server.core.freshness import is_due
from server.core.jobs import CardKey, Job, JobId
from server.core.money import Payer
from server.core.targets import parse_target
from server.core.urls import canonical_url
from server.core.watching import DAY, Find, Known, Listed, Run, Skipped, Watch, after_run, choose, reason_to_skip
from workers.collecting.desk import Desk
from workers.collecting.fetching import NoListing, fetch_listing

log = logging.getLogger("threadproof.collecting")

COLLECTOR = Payer(key="collecting")  # counts as one key does: its share of the day's budget, and no more
LONGEST_PROBLEM = 500


async def collect_due(desk: Desk) -> list[Run]:
    """A run of every watch whose time has come, one after another: however many there are, they take turns."""
    return [await collect(watch, desk) for watch in await desk.watches.take_due(desk.clock())]


async def collect(watch: Watch, desk: Desk) -> Run:
    """What the run came to; its row and the jobs are in the store.

    Nothing but what is out of reach itself (the store, the queue) raises: whatever a site answers ends in the row.
    """
    started_at, began_s = desk.clock(), desk.monotonic()
    target, wait_s = parse_target(watch.target), None
    try:
        found = await fetch_listing(target, watch.top, desk.fetcher, desk.reddit)
    except NoListing as error:
        run, wait_s = Run(started_at=started_at, problem=error.message[:LONGEST_PROBLEM]), error.retry_after_s
    else:
        chosen, skipped = choose(found.threads, watch.top)
        queued = await _queue_all(chosen, skipped, watch, desk)
        run = Run(
            started_at=started_at,
            via=found.via,
            listed=len(found.threads),
            queued=queued,
            skipped=dict(sorted(skipped.items())),
        )
    run = msgspec.structs.replace(run, took_s=round(desk.monotonic() - began_s, 3))
    await desk.watches.end_run(after_run(watch, run, wait_s=wait_s))
    if run.problem:
        log.warning("%s: %s", watch.target, run.problem)
    else:
        log.info("%s: %d listed, %d queued", watch.target, run.listed, run.queued)
    return run


async def _queue_all(chosen: list[Listed], skipped: Counter[str], watch: Watch, desk: Desk) -> int:
    """Jobs for those that should have one; the others are counted by reason."""
    urls = await _canonical(chosen, skipped, watch, desk)
    known = await _look_up(list(urls), desk)
    now, queued = desk.clock(), 0
    wanted = {}
    for url, listed in urls.items():
        if reason := reason_to_skip(known[url], now):
            skipped[reason] += 1
        else:
            wanted[url] = listed
    left = desk.most_a_day - await desk.watches.count_finds(now - DAY) if wanted else 0
    for url, listed in wanted.items():
        if reason := await _no_room(left - queued, desk):
            skipped[reason] += 1
        elif await _queue_one(url, listed, known[url], watch, desk):
            queued += 1
        else:
            skipped["under way"] += 1
    return queued


async def _no_room(left: int, desk: Desk) -> Skipped | None:
    if left <= 0:
        return "the day's number is reached"
    return None if await desk.money_left() else "the day's budget is spent"


async def _canonical(chosen: list[Listed], skipped: Counter[str], watch: Watch, desk: Desk) -> dict[str, Listed]:
    """The chosen threads by their keys; what is none of this site, or blocked, is left out."""
    kind = parse_target(watch.target).kind
    found: dict[str, Listed] = {}
    for listed in chosen:
        try:
            address = canonical_url(listed.url)
            desk.blocked.check_address(address)
        except InvalidUrl:
            address = None
        except Blocked:
            skipped["blocked"] += 1
            continue
        if address is None or address.kind != kind or address.thread_id is None:
            skipped["no thread"] += 1
            continue
        found.setdefault(await desk.store.find_alias(address.key) or address.key, listed)
    return found


async def _look_up(urls: list[str], desk: Desk) -> dict[str, Known]:
    deleted = await desk.watches.deleted_among(urls) if urls else set()
    finds = {find.canonical_url: find for find in await desk.watches.finds_of(urls)} if urls else {}
    now = desk.clock()
    return {url: await _known(url, finds.get(url), url in deleted, now, desk) for url in urls}


async def _known(url: str, find: Find | None, was_deleted: bool, now: datetime, desk: Desk) -> Known:
    stored = await desk.store.find_card(CardKey(url))
    return Known(
        has_card=stored is not None,
        is_due=stored is not None and is_due(stored.card, now),
        was_deleted=was_deleted and stored is None,
        find=find,
        job=await desk.store.load_job(JobId(find.job_id)) if find else None,
    )


async def _queue_one(url: str, listed: Listed, known: Known, watch: Watch, desk: Desk) -> bool:
    """The thread's one job; False where somebody else's is there already. A queue that is away gets it at the next
    sweep, since the row is there."""
    now = desk.clock()
    job, is_new = await desk.store.join_job(
        Job(
            id=JobId(secrets.token_urlsafe(12)),
            key=CardKey(url),
            url=listed.url,
            created_at=now,
            refresh=known.has_card,
            payer=COLLECTOR,
            priority="collect",
        )
    )
    if not is_new:
        return False
    tries = known.find.tries + 1 if known.find and not known.has_card else 1
    await desk.watches.save_find(Find(canonical_url=url, target=watch.target, job_id=job.id, found_at=now, tries=tries))
    with suppress(InsightError):
        await desk.queue.enqueue(job)
    return True
