"""Where one job's evidence, drafts and facts come together into cards, partial ones to show and the last to save."""

from server.core.assembly import CardFacts, assemble_card
from server.core.card import Card, CardId, Draft, Provenance, Unread
from server.core.citations import CheckedDraft, verify_draft
from server.core.errors import ThreadTooThin
from server.core.ports import NewCard
from server.core.source import Document, Evidence, cut_sentences
from workers.adapters.sentences import split_sentences
from workers.parts import Parts
from workers.readers.as_document import thread_document
from workers.stages.ground import Grounding
from workers.stages.tell import Teller
from workers.stages.vouch import Reading


class Desk:
    """Where one job's evidence, drafts and facts come together into cards."""

    def __init__(self, reading: Reading, parts: Parts, teller: Teller) -> None:
        self.reading, self.parts, self.teller = reading, parts, teller
        self.thread, self.key = reading.thread, reading.job.key
        self.lang = self.key.lang if self.key.lang != "auto" else (self.thread.language or "en")
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
        card = assemble_card(
            checked, evidence, await self._facts("complete", (*grounding.unread, *uncited), grounding.without_web)
        )
        texts = {source.n: _text_of(source.url, evidence) for source in card.sources}
        stored = await self.parts.store.save_card(NewCard(card=card, key=self.key, texts=texts))
        return stored.card

    async def _facts(self, status: str, unread: tuple[Unread, ...], without_web: str | None = None) -> CardFacts:
        self.series = self.series or await self.parts.store.next_version(self.key)
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
            without_web=without_web,
            status=status,
            visibility=self.reading.visibility,
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
