"""A card laid out for its page: citations resolved, lines worded. No HTML here, and no judgement about claims."""

import unicodedata
from datetime import datetime
from typing import Any

import msgspec

from server.core.assembly import METHOD
from server.core.card import Card, CardSource, Claim, Quote
from server.core.presentation import slug
from server.pages.words import cost_words, count_words, instant_words, site_of, span_words, web_address
from server.pages.writing_systems import PLAIN, Tongue, primary, tongue_of

QUOTES_SHOWN = 2  # a source's further quotes stand behind a fold
LONG_HEADLINE = 90  # letters: 12 words are about 75
MOST_MARKS = 60  # so many fit beside the verdict on a phone
MARK = 6  # of the strip: a mark's width, and half as much to the next


class Run(msgspec.Struct, frozen=True):
    """Neighbouring marks of the strip that tell the same."""

    fate: str
    start: int
    length: int


class Strip(msgspec.Struct, frozen=True):
    """One mark for every claim that was proposed, in the strip's own units."""

    runs: list[Run]
    width: int


class Cited(msgspec.Struct, frozen=True):
    """One citation with what it points at: a commenter's name, else the site's.

    `context` is our own page of the passage, when there is one.
    """

    n: int
    name: str
    quote: Quote
    source: CardSource
    context: str | None


class Change(msgspec.Struct, frozen=True):
    """What one version changed. Only the newest tells it in full."""

    summary: str
    version: int | None = None
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    sources_added: tuple[str, ...] = ()
    sources_dropped: tuple[str, ...] = ()

    @property
    def parts(self) -> list[tuple[str, tuple[str, ...]]]:
        """Titles and lines of what it tells in full."""
        named = (
            ("New", self.added),
            ("No longer said", self.dropped),
            ("New sources", self.sources_added),
            ("Sources no longer cited", self.sources_dropped),
        )
        return [(title, lines) for title, lines in named if lines]


class CardPage(msgspec.Struct, frozen=True):
    """What the card's templates ask. `base` is the series' address on this server; None leaves links to it out."""

    card: Card
    base: str | None = None
    latest_version: int | None = None
    only_this_machine: bool = False
    indexing: bool = False  # whether the operator wants search engines to list public cards

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
    def form(self) -> str:
        """Where this very version's other forms are, but for their ending."""
        return f"/c/{self.card.id}/v/{self.card.version}" if self.is_old else f"/c/{self.card.id}"

    @property
    def address(self) -> str:
        """This server's public address, without a slash at its end."""
        return self.card.permalink.removesuffix(path_of(self.card))

    def numbers(self, claim: Claim) -> list[int]:
        """The numbers of the sources a claim cites, each once."""
        return list(dict.fromkeys(cited.n for cited in self.cited(claim)))

    @property
    def is_old(self) -> bool:
        """Whether a later version exists."""
        return self.latest_version is not None and self.card.version < self.latest_version

    @property
    def is_for_search(self) -> bool:
        """Whether search engines may list it: where the operator lets them, the latest version of what is public."""
        return self.indexing and self.card.visibility == "public" and not self.is_old

    @property
    def is_extractive(self) -> bool:
        """Whether every sentence is a quotation and no model wrote."""
        return self.card.provenance.writer == "extractive"

    @property
    def web_sources(self) -> int:
        """Cited sources, the thread not counted."""
        return sum(source.n != 1 for source in self.card.sources)

    @property
    def is_headline_long(self) -> bool:
        """Whether the headline would fill a screen in the usual size; an ideograph takes the room of two letters."""
        headline = f"{self.card.headline.label or ''}{self.card.headline.text}"
        return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in headline) > LONG_HEADLINE

    @property
    def facts(self) -> list[str]:
        """What was read, when, how fast."""
        return [*self.thread_facts, *self.time_facts]

    @property
    def thread_facts(self) -> list[str]:
        """How large the thread is, and how much of it was read."""
        score = self.card.thread.score
        return [*([count_words(score, "point")] if score is not None else []), comments_read(self.card)]

    @property
    def time_facts(self) -> list[str]:
        """From posting to capture, and from asking to the card."""
        after_s, made_in_s = self.card.collected_after_s, self.card.provenance.made_in_s
        collected = [f"Collected in {span_words(after_s)}"] if after_s is not None else []
        return [*collected, *([f"made in {span_words(made_in_s)}"] if made_in_s is not None else [])]

    @property
    def notices(self) -> list[str]:
        """Why this card is less than it could have been: written without the web, quoted for want of a budget."""
        method = self.card.verification.method
        said = method.removeprefix(METHOD).strip() if method.startswith(METHOD) else ""
        return [said] if said else []

    @property
    def freshness(self) -> str:
        """The freshness in words."""
        return f"{self.card.freshness.capitalize()} {self.fresh_when}"

    @property
    def fresh_when(self) -> str:
        """Until when it is fresh, or since when it is no longer."""
        return f"{'until' if self.card.freshness == 'fresh' else 'since'} {instant_words(self.card.fresh_until)}"

    @property
    def verdict(self) -> str:
        """How the claims that were proposed fared."""
        counts = self.card.verification
        said = f"{counts.supported} of {counts.claims} claims supported"
        partial = f", {counts.partial} in part" if counts.partial else ""
        return f"{said}{partial}, {counts.dropped} dropped"

    @property
    def strip(self) -> Strip | None:
        """The verdict drawn; None where there is nothing to draw, or too much."""
        counts = self.card.verification
        fates = (("supported", counts.supported), ("partial", counts.partial), ("dropped", counts.dropped))
        marks = sum(count for _, count in fates)
        if not 0 < marks <= MOST_MARKS:
            return None
        step, runs, start = MARK * 3 // 2, list[Run](), 0
        for fate, count in fates:
            if count:
                runs.append(Run(fate, start, count * step - MARK // 2))
                start += count * step
        return Strip(runs, start - MARK // 2)

    @property
    def written_by(self) -> str:
        """Whose words they are. A model may have been paid for nothing, or for less than the whole."""
        made = self.card.provenance
        if made.model is None:
            return "the extractive writer, no model"
        if self.is_extractive:
            return f"the extractive writer, since nothing of {made.model} held"
        return f"{made.model} and the extractive writer" if made.writer == "mixed" else made.model

    @property
    def receipt(self) -> list[tuple[str, str]]:
        """How the card was made and checked, and what that took."""
        made, counts = self.card.provenance, self.card.verification
        rows = [("Claims", self.verdict)]
        if counts.corroborated:
            rows.append(("Corroborated", f"{counts.corroborated} with two independent origins"))
        rows.append(("Written by", self.written_by))
        if made.tokens:
            parts = ", ".join(f"{count:,} {name}" for name, count in made.tokens.items())
            rows.append(("Tokens", f"{sum(made.tokens.values()):,} ({parts})"))
        if made.cost_usd is not None and made.model is not None:
            rows.append(("Cost", cost_words(made.cost_usd)))
        if made.made_in_s is not None:
            rows.append(("Time", f"{made.made_in_s:.1f} s"))
        rows.append(("Made", instant_words(self.card.generated_at)))
        rows.append(("Checked", METHOD if self.notices else counts.method))
        return rows

    @property
    def ours(self) -> Tongue:
        """How to mark our own words, which are English."""
        return PLAIN if primary(self.card.lang) == "en" else Tongue("en", "ltr")

    def tongue(self, text: str, source: CardSource | None = None) -> Tongue:
        """How to mark a text of the card or of a source.

        A card knows its sources' languages, unless it is old; then their script may tell.
        """
        known = source.language if source is not None else None
        if source is not None and source.n == 1:
            known = known or self.card.thread.language
        return tongue_of(text, known, within=self.card.lang)

    def shown(self, source: CardSource) -> tuple[Quote, ...]:
        """The quotes that stand openly under a source."""
        return source.quotes if len(source.quotes) <= QUOTES_SHOWN + 1 else source.quotes[:QUOTES_SHOWN]

    def folded(self, source: CardSource) -> tuple[Quote, ...]:
        """The rest of them."""
        return source.quotes[len(self.shown(source)) :]

    @property
    def made_by(self) -> list[str]:
        """Writer, model, tokens, cost, seconds: what the operator paid for."""
        made = self.card.provenance
        parts = ["Extractive writer, no model" if made.model is None else f"Written by {self.written_by}"]
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
    def versions(self) -> int:
        """How many there are, as far as is known."""
        return max(self.latest_version or 1, self.card.version)

    @property
    def place(self) -> list[tuple[str, str]]:
        """The neighbours in the series: what to call them, and where they are."""
        if self.base is None:
            return []
        at, last, folder = self.card.version, self.versions, f"/c/{self.card.id}/v"
        around = [("Previous", at - 1)] if at > 1 else []
        around += [("Next", at + 1)] if at + 1 < last else []
        found = [(f"{name}: version {number}", f"{folder}/{number}") for name, number in around]
        return [*found, *([(f"Latest: version {last}", self.base)] if at < last else [])]

    @property
    def first_at(self) -> datetime | None:
        """When the series began, if this version tells."""
        return self.card.generated_at if self.card.version == 1 else None

    @property
    def told_changes(self) -> list[Change]:
        """What this version and those before it changed, newest first. Cards of other makers may tell less, or more."""
        told = [_read_change(change) for change in self.card.changes]
        return [change for change in reversed(told) if change]


def _read_change(change: dict[str, Any]) -> Change | None:
    try:
        return msgspec.convert(change, Change)
    except msgspec.ValidationError:
        return None


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
