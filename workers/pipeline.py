"""How a card is made, on one screen."""

from server.core.card import Card
from server.core.citations import list_checked
from server.core.jobs import Job
from server.core.judging import apply_rulings
from server.core.queries import heuristic_queries
from server.core.thread import Thread
from workers.parts import Parts
from workers.stages.desk import Desk
from workers.stages.ground import ground_thread
from workers.stages.tell import Teller
from workers.stages.vouch import Reading, heed_no_orders, read_and_vouch, seek_corroboration


async def make_card(job: Job, parts: Parts) -> Card | None:
    """Read the thread, ask the web, write, verify, save; each stage and the growing card go to the job's stream.

    A thread that turns out to have its card gives that one. None when a second reading was looked for and not found.
    ThreadError when the thread cannot be had or nothing can be told; the web failing only makes a card thinner.
    """
    teller = Teller(job, parts.progress)
    async with teller.stage("read") as note:
        reading = await read_and_vouch(job, parts)
        if not isinstance(reading, Reading):
            return reading
        reading = heed_no_orders(reading)
        thread = reading.thread
        note.text = _how_much(thread)
    desk = Desk(reading, parts, teller)
    await desk.show_lead()
    web = parts.web_for(reading.job.key.canonical_url)
    async with parts.writer.begin(desk.assignment) as writing:  # a model asks its own questions while we ask ours
        queries = heuristic_queries(thread)
        more = desk.heed(writing.queries())
        glimpse = None if parts.writer.instant else desk.show_glimpse
        grounding = await ground_thread(thread, queries, web, parts.extractor, teller, parts.settings, more, glimpse)
        await desk.take_grounding(grounding)
        async with teller.stage("write"):
            written = await writing.write(desk.evidence)
        async with teller.stage("verify") as note:
            checked = desk.verify(written)
            rulings, written = await writing.judge(list_checked(checked), desk.evidence)
            checked = apply_rulings(checked, rulings, desk.evidence)
            note.text = f"{len(checked.drops)} claims dropped" if checked.drops else "every claim holds"
    async with teller.stage("save"):
        card = await desk.save(checked, written)
    await teller.trace()
    if card.visibility == "unlisted":
        await seek_corroboration(reading.job, parts)
    return card


def _how_much(thread: Thread) -> str:
    receipt = thread.capture
    total = receipt.comments_total if receipt.comments_total is not None else receipt.comments_read
    return f"{receipt.comments_read} of {total} comments"
