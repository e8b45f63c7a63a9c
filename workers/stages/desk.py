"""Where one job's evidence, drafts and facts come together into cards, partial ones to show and the last to save."""

from collections.abc import AsyncIterator, Sequence

import msgspec

from server.core.assembly import CardFacts, assemble_card
from server.core.card import Card, CardId, Claim, ClaimDraft, Draft, Provenance, Unread, list_claims
from server.core.changes import tell_changes
from server.core.citations import CheckedClaim, CheckedDraft, Drop, list_checked, verify_draft
from server.core.corroboration import corroborate
from server.core.drafts import list_drafted, map_claims, merge_drafts
from server.core.errors import ThreadTooThin
from server.core.headings import vet_headings
from server.core.instructions import addresses_machine
from server.core.language import find_language
from server.core.orders import orders_in
from server.core.passages import PassageFinder
from server.core.ports import NewCard
from server.core.repetition import without_repetition
from server.core.source import Document, Evidence, cut_sentences
from server.core.support import Reason
from server.core.thread import Thread
from server.core.words import term_set
from server.core.writing import Assignment, Refused, WriterName, Written
from workers.adapters.sentences import split_sentences
from workers.parts import Parts
from workers.readers.as_document import thread_document
from workers.stages.ground import Grounding
from workers.stages.tell import Teller
from workers.stages.vouch import Reading
from workers.stages.write import fill_missing, lead_draft
from workers.writers.extractive import shorten

FIRST_COMMENTS = 20  # tell which language a thread is in
LONGEST_WRITTEN = 550  # words: an editor's bound for a card
NEEDED = ("headline", "what_changed", "takeaways", "discussion")  # quoted where nothing that was written of them holds
NOTHING_HOLDS = "Quoted, not written: nothing of what the model wrote holds against its sources."


class Desk:
    """What of one card is proposed so far, over the evidence there is so far. All that it shows is verified."""

    def __init__(self, reading: Reading, parts: Parts, teller: Teller) -> None:
        self.reading, self.parts, self.teller = reading, parts, teller
        self.thread, self.key = with_language(reading.thread), reading.job.key
        self.lang = self.key.lang if self.key.lang != "auto" else (self.thread.language or "en")
        self.series: tuple[CardId, int] | None = None
        self.evidence = number_sources([thread_document(self.thread)])
        self.grounding = Grounding([], ())
        self._shown_evidence = self.evidence  # what the lead is quoted from
        self._finder = PassageFinder(self.evidence, reading.orders)
        self._lead, self._draft = Draft(), Draft()
        self._refused: dict[str, tuple[Refused, ...]] = {}
        self._shown: list[tuple[str, Claim]] = []

    @property
    def assignment(self) -> Assignment:
        """What a writer starts from."""
        return Assignment(
            thread=self.thread,
            evidence=self.evidence,
            lang=self.lang,
            propose=self.propose,
            payer=self.reading.job.payer,
        )

    async def show_lead(self) -> None:
        """The best that the evidence says by itself, until a writer says it better."""
        self._lead, self._shown_evidence = lead_draft(self.thread, self.evidence), self.evidence
        await self._show("lead")

    async def show_glimpse(self, documents: list[Document]) -> None:
        """The lead with the first pages at hand. Nobody may cite them yet: which number they will have is not known."""
        glimpsed = number_sources([self.evidence.source(1).document, *documents])
        self._lead, self._shown_evidence = lead_draft(self.thread, glimpsed), glimpsed
        await self._show("lead")

    async def take_grounding(self, grounding: Grounding) -> None:
        """From now on the web is evidence too. The thread stays source 1, so what was proposed keeps standing."""
        self.grounding = grounding
        self.evidence = number_sources([self.evidence.source(1).document, *grounding.documents])
        told = [text for document in grounding.documents for text in orders_in(document)]
        self._finder = PassageFinder(self.evidence, [*self.reading.orders, *told])
        self._shown_evidence = self.evidence
        if not self.parts.writer.instant:
            await self.show_lead()

    async def heed(self, queries: AsyncIterator[str]) -> AsyncIterator[str]:
        """A writer's questions without those that ask for what only an order to machines speaks of."""
        async for query in queries:
            if not term_set(query) & self._finder.spoiled:
                yield query

    async def propose(self, section: str, part: Draft) -> tuple[Refused, ...]:
        """Take what of a part of a draft is supported, each claim with the citations that bear it, and show it."""
        refused: list[Refused] = []

        def refuse(field: str, claim: ClaimDraft, reason: Reason) -> None:
            refused.append(Refused(field, claim, reason))

        def seat(field: str, claim: ClaimDraft) -> ClaimDraft | None:
            seated, reason = self._finder.support(field, claim)
            if reason:
                refuse(field, claim, reason)
            return None if reason else seated

        vetted = vet_headings(part, self._finder, refuse)
        self._draft = merge_drafts(self._draft, map_claims(vetted, seat))
        self._refused |= {field: () for field, _ in list_drafted(part)}
        for each in refused:
            self._refused[each.section] += (each,)
        await self._show(section)
        return tuple(refused)

    def verify(self, written: Written) -> CheckedDraft:
        """The whole draft by the whole evidence, what its writer had to leave out quoted in its place."""
        fallen = [field for field in NEEDED if self._refused.get(field) and not getattr(self._draft, field)]
        quoted = fill_missing((*written.missing, *fallen), self.thread, self.evidence)
        draft = merge_drafts(merge_drafts(self._lead, quoted), self._draft)
        if written.writer != "extractive":  # which keeps account itself of what it has said
            draft = shorten(without_repetition(draft), LONGEST_WRITTEN)
        checked = verify_draft(corroborate(draft, self._finder), self.evidence)
        refused = [*written.refused, *(each for found in self._refused.values() for each in found)]
        drops = [Drop(each.section, each.claim.text, each.reason) for each in refused]
        return msgspec.structs.replace(checked, drops=(*drops, *checked.drops))

    async def save(self, checked: CheckedDraft, written: Written) -> Card:
        """Store the next version of the card and return it."""
        unread = tuple(map(_unnamed, (*self.grounding.unread, *_uncited(checked, self.evidence))))
        written = self._signed(checked, written)
        card = assemble_card(checked, self.evidence, await self._facts("complete", unread, written))
        earlier = await self.parts.store.find_card(self.key)
        if earlier is not None:
            card = msgspec.structs.replace(card, changes=tell_changes(earlier.card, card))
        texts = {source.n: _text_of(source.url, self.evidence) for source in card.sources}
        new = NewCard(card=card, key=self.key, texts=texts, job=self.reading.job)
        stored = await self.parts.store.save_card(new)
        return stored.card

    def _signed(self, checked: CheckedDraft, written: Written) -> Written:
        """By whose words the card really has, and what is quoted instead of written."""
        if written.writer == "extractive":
            return written
        own = {claim.text for _, claim in list_drafted(self._draft)}
        quoted = [claim for claim in list_checked(checked) if claim.draft.text not in own]
        if len(quoted) == len(list_checked(checked)):
            return msgspec.structs.replace(written, writer="extractive", notes=(*written.notes, NOTHING_HOLDS))
        writer: WriterName = "mixed" if quoted else "claude"
        return msgspec.structs.replace(written, writer=writer, notes=(*written.notes, *_what_is_quoted(checked, own)))

    async def _show(self, section: str) -> None:
        """Publish what of the draft is verified so far; a part that cannot stand yet is not shown."""
        evidence = self._shown_evidence
        checked = verify_draft(merge_drafts(self._lead, self._draft), evidence)
        facts = await self._facts("partial", self.grounding.unread, Written(writer="extractive"))
        try:
            card = assemble_card(checked, evidence, facts)
        except ThreadTooThin:
            return
        if (claims := list_claims(card)) == self._shown:
            return
        self._shown = claims
        await self.teller.section(section, card)

    async def _facts(self, status: str, unread: tuple[Unread, ...], written: Written) -> CardFacts:
        self.series = self.series or await self.parts.store.next_version(self.key)
        provenance = Provenance(
            writer=written.writer,
            model=written.model,
            prompts=written.prompts,
            tokens=written.tokens,
            cost_usd=written.cost_usd,
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
            without_web=self.grounding.without_web,
            notes=written.notes,
            status=status,
            visibility=self.reading.visibility,
        )


def with_language(thread: Thread) -> Thread:
    """The thread in the language that its words are in, where they tell and its site does not."""
    said = "\n".join(
        [thread.title, thread.text, *(comment.text for comment in thread.readable_comments()[:FIRST_COMMENTS])]
    )
    return msgspec.structs.replace(thread, language=find_language(said, [thread.language]))


def number_sources(documents: Sequence[Document]) -> Evidence:
    """The documents in their order, the thread first, cut into sentences."""
    return Evidence(tuple(cut_sentences(n, document, split_sentences) for n, document in enumerate(documents, start=1)))


def _what_is_quoted(checked: CheckedDraft, own: set[str]) -> tuple[str, ...]:
    """One sentence for the reader, where there is something to tell."""
    names = [name for name in CheckedDraft.__struct_fields__ if _claims_in(getattr(checked, name))]
    quoted = [name for name in names if any(c.draft.text not in own for c in _claims_in(getattr(checked, name)))]
    return (f"Quoted instead of written: {', '.join(quoted).replace('_', ' ')}.",) if quoted else ()


def _claims_in(value: object) -> list[CheckedClaim]:
    if isinstance(value, CheckedClaim):
        return [value]
    return [claim for item in value for claim in _claims_in(item)] if isinstance(value, tuple) else []


def _unnamed(page: Unread) -> Unread:
    """Without a title that gives orders to machines: whoever reads the card's JSON may be one."""
    return msgspec.structs.replace(page, title=None) if page.title and addresses_machine(page.title) else page


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
