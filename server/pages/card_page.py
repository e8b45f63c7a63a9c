"""A card laid out for its page: citations resolved, lines worded. No HTML here, and no judgement about claims."""

import msgspec

from server.core.card import Card, CardSource, Claim, Quote
from server.core.presentation import slug
from server.pages.words import cost_words, count_words, instant_words, site_of, span_words, web_address

QUOTES_SHOWN = 3  # a source's further quotes stand behind a fold


class Cited(msgspec.Struct, frozen=True):
    """One citation with what it points at: a commenter's name, else the site's.

    `context` is our own page of the passage, when there is one.
    """

    n: int
    name: str
    quote: Quote
    source: CardSource
    context: str | None


class CardPage(msgspec.Struct, frozen=True):
    """What the card's templates ask. `base` is the series' address on this server; None leaves links to it out."""

    card: Card
    base: str | None = None
    latest_version: int | None = None
    only_this_machine: bool = False

    def cited(self, claim: Claim) -> list[Cited]:
        """The quotes of a claim in order. A citation that points nowhere is left out, as is its number."""
        sources = {source.n: source for source in self.card.sources}
        found: list[Cited] = []
        for citation in claim.citations:
            source = sources.get(citation.source)
            quote = next((q for q in source.quotes if q.id == citation.quote), None) if source else None
            if source and quote:
                name = quote.by if source.n == 1 and quote.by else name_of(source)
                found.append(Cited(source.n, name, quote, source, self.context(source, quote)))
        return found

    def context(self, source: CardSource, quote: Quote | None = None) -> str | None:
        """Where our stored copy of a source shows what is quoted from it."""
        if self.base is None:
            return None
        version = f"?version={self.card.version}" if self.is_old else ""
        return f"{self.base}/source/{source.n}{version}" + (f"#q-{quote.id}" if quote else "")

    @property
    def is_old(self) -> bool:
        """Whether a later version exists."""
        return self.latest_version is not None and self.card.version < self.latest_version

    @property
    def is_extractive(self) -> bool:
        """Whether every sentence is a quotation and no model wrote."""
        return self.card.provenance.writer == "extractive"

    @property
    def web_sources(self) -> int:
        """Cited sources, the thread not counted."""
        return sum(source.n != 1 for source in self.card.sources)

    @property
    def facts(self) -> list[str]:
        """The line under the hook: what was read, when, how fast."""
        card = self.card
        facts = [count_words(card.thread.score, "point")] if card.thread.score is not None else []
        facts.append(comments_read(card))
        if card.collected_after_s is not None:
            facts.append(f"Collected in {span_words(card.collected_after_s)}")
        if card.provenance.made_in_s is not None:
            facts.append(f"made in {span_words(card.provenance.made_in_s)}")
        return facts

    @property
    def freshness(self) -> str:
        """The freshness in words."""
        until = instant_words(self.card.fresh_until)
        if self.card.freshness == "fresh":
            return f"Fresh until {until}"
        return f"{'Aging' if self.card.freshness == 'aging' else 'Stale'} since {until}"

    @property
    def verdict(self) -> str:
        """How the claims that were proposed fared."""
        counts = self.card.verification
        said = f"{counts.supported} of {counts.claims} claims supported"
        partial = f", {counts.partial} in part" if counts.partial else ""
        return f"{said}{partial}, {counts.dropped} dropped"

    @property
    def ticks(self) -> list[str]:
        """One word per claim that was proposed, for the drawn strip."""
        counts = self.card.verification
        whole = ["supported"] * counts.supported + ["partial"] * counts.partial + ["dropped"] * counts.dropped
        return whole if len(whole) <= 80 else []

    @property
    def made_by(self) -> list[str]:
        """Writer, model, tokens, cost, seconds: what the operator paid for."""
        made = self.card.provenance
        parts = ["Extractive writer, no model" if made.model is None else f"Written by {made.model}"]
        if made.tokens:
            parts.append(", ".join(f"{count:,} {name} tokens" for name, count in made.tokens.items()))
        if made.cost_usd is not None and made.model is not None:
            parts.append(cost_words(made.cost_usd))
        if made.made_in_s is not None:
            parts.append(f"{made.made_in_s:.1f} s")
        return parts

    @property
    def closing(self) -> str:
        """What stands under the sources: who wrote, and how to take it."""
        if self.is_extractive:
            return "Every sentence is quoted from the sources above; no model wrote here."
        return "Facts are quoted from the sources above; what looks ahead is interpretation, written by a model."

    @property
    def original(self) -> str:
        """What to call the thread's own place."""
        thread = self.card.thread
        return f"Original thread on {thread.community or site_of(thread.url)}"

    @property
    def summaries(self) -> list[str]:
        """What later versions changed, where the card says so in words."""
        return [str(change["summary"]) for change in self.card.changes if change.get("summary")]


def comments_read(card: Card) -> str:
    """How much of the thread was read."""
    read, total = card.capture.comments_read, card.capture.comments_total
    if total is None or total < read:
        return f"{count_words(read, 'comment')} read"
    return f"{read:,} of {count_words(total, 'comment')} read"


def name_of(source: CardSource) -> str:
    """What a reader calls the source."""
    return source.site or site_of(source.url)


def byline(source: CardSource) -> list[str]:
    """Site and author; neither twice."""
    names = [name_of(source), source.author or ""]
    return [name for number, name in enumerate(names) if name and name not in names[:number]]


def path_of(card: Card) -> str:
    """The permalink's path, slug and all."""
    return f"/c/{card.id}-{words}" if (words := slug(card.headline.text)) else f"/c/{card.id}"


def linked(quote: Quote, source: CardSource) -> str | None:
    """Where the quotation can be seen at its source."""
    return web_address(quote.url) or web_address(source.url)
