"""How a card is made, on one screen."""

import msgspec

from server.core.assembly import CardFacts, assemble_card
from server.core.card import Card, CardId, Draft, Provenance, Unread
from server.core.citations import CheckedDraft, verify_draft
from server.core.errors import ThreadTooThin
from server.core.jobs import Job
from server.core.ports import NewCard
from server.core.queries import heuristic_queries
from server.core.source import Document, Evidence, cut_sentences
from server.core.thread import Thread
from server.core.urls import canonical_url
from workers.adapters.sentences import split_sentences
from workers.bootstrap import Parts
from workers.readers.as_document import thread_document
from workers.stages.ground import Grounding, ground_thread
from workers.stages.read import read_thread
from workers.stages.tell import Teller
from workers.stages.write import growing_drafts, lead_draft


async def make_card(job: Job, parts: Parts) -> Card:
    """Read the thread, ask the web, write, verify, save; each stage and the growing card go to the job's stream.

    ThreadError when the thread cannot be had or nothing can be told; the web failing only makes a card thinner.
    """
    teller = Teller(job, parts.progress)
    async with teller.stage("read") as note:
        thread = await _read(job, parts)
        note.text = _how_much(thread)
    desk = Desk(job, parts, thread, teller)
    await desk.show("lead", lead_draft(thread, desk.evidence([])), desk.evidence([]), ())

    web = parts.web_for(job.key.canonical_url)
    grounding = await ground_thread(thread, heuristic_queries(thread), web, parts.extractor, teller, parts.settings)
    evidence = desk.evidence(grounding.documents)

    async with teller.stage("write"):
        draft = await parts.writer.write(thread, evidence, lang=desk.lang)
    async with teller.stage("verify") as note:
        checked = verify_draft(draft, evidence)
        note.text = f"{len(checked.drops)} claims dropped" if checked.drops else "every claim holds"
    for section, partial in growing_drafts(draft):
        await desk.show(section, partial, evidence, grounding.unread)
    async with teller.stage("save"):
        return await desk.save(checked, evidence, grounding)


async def _read(job: Job, parts: Parts) -> Thread:
    capture = await parts.store.load_capture(job.capture_id) if job.capture_id else None
    web = parts.web_for(job.key.canonical_url)
    thread = await read_thread(
        canonical_url(job.url), fetcher=web.fetcher, extractor=parts.extractor, capture=capture, now=parts.clock()
    )
    if capture is None:
        return thread
    trust = "trusted" if job.key.scope == "public" else "browser"
    receipt = msgspec.structs.replace(thread.capture, verified=trust)
    return msgspec.structs.replace(thread, capture=receipt)


def _how_much(thread: Thread) -> str:
    receipt = thread.capture
    total = receipt.comments_total if receipt.comments_total is not None else receipt.comments_read
    return f"{receipt.comments_read} of {total} comments"


class Desk:
    """Where one job's evidence, drafts and facts come together into cards."""

    def __init__(self, job: Job, parts: Parts, thread: Thread, teller: Teller) -> None:
        self.job, self.parts, self.thread, self.teller = job, parts, thread, teller
        self.lang = job.key.lang if job.key.lang != "auto" else (thread.language or "en")
        self.series: tuple[CardId, int] | None = None

    def evidence(self, documents: list[Document]) -> Evidence:
        """The thread as source 1, then the documents in their order."""
        numbered = enumerate([thread_document(self.thread), *documents], start=1)
        return Evidence(tuple(cut_sentences(n, document, split_sentences) for n, document in numbered))

    async def show(self, section: str, draft: Draft, evidence: Evidence, unread: tuple[Unread, ...]) -> None:
        """Publish what of a draft is verified so far; a part that cannot stand yet is not shown."""
        try:
            card = assemble_card(verify_draft(draft, evidence), evidence, await self._facts("partial", unread))
        except ThreadTooThin:
            return
        await self.teller.section(section, card)

    async def save(self, checked: CheckedDraft, evidence: Evidence, grounding: Grounding) -> Card:
        """Store the next version of the card and return it."""
        uncited = _uncited(checked, evidence)
        card = assemble_card(checked, evidence, await self._facts("complete", (*grounding.unread, *uncited)))
        texts = {source.n: _text_of(source.url, evidence) for source in card.sources}
        stored = await self.parts.store.save_card(NewCard(card=card, key=self.job.key, texts=texts))
        return stored.card

    async def _facts(self, status: str, unread: tuple[Unread, ...]) -> CardFacts:
        self.series = self.series or await self.parts.store.next_version(self.job.key)
        provenance = Provenance(
            writer="extractive",
            model=None,
            prompts=None,
            tokens=None,
            cost_usd=None,
            made_in_s=self.teller.total_s(),
            stages=dict(self.teller.took_s),
        )
        return CardFacts(
            id=self.series[0],
            version=self.series[1],
            address=self.parts.settings.address,
            thread=self.thread,
            lang=self.lang,
            unread=unread,
            provenance=provenance,
            generated_at=self.parts.clock(),
            status=status,
        )


def _uncited(checked: CheckedDraft, evidence: Evidence) -> tuple[Unread, ...]:
    """Sources that were read and that no claim came to cite."""
    cited = checked.cited_sources()
    return tuple(
        Unread(
            url=source.document.url, title=source.document.title or None, reason="read, and nothing of it was needed"
        )
        for source in evidence.sources[1:]
        if source.n not in cited
    )


def _text_of(url: str, evidence: Evidence) -> str:
    return next(source.document.text for source in evidence.sources if source.document.url == url)
