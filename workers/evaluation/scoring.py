"""Scores: values in, values out. Texts are compared as plain words, so that typography decides nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from server.core.card import Card, ClaimDraft, Span, list_claims
from server.core.citations import Drop, verify_claim
from server.core.search_results import page_key
from server.core.source import Evidence
from server.core.thread import Thread
from server.core.words import fold
from workers.evaluation.manifest import KeyFact, Manifest, Snippet, ThreadEntry

FIRST = 12  # pages read whose choice is scored


class Tally(msgspec.Struct, frozen=True):
    """So many of so many, and which are missing."""

    found: int
    of: int
    missing: tuple[str, ...] = ()


class Extraction(msgspec.Struct, frozen=True):
    """What of a thread was read, and what got into it that is not of it."""

    facts: Tally
    strange: tuple[str, ...] = ()


class Chosen(msgspec.Struct, frozen=True):
    """Pages by what the manifest says of them. `others` are those it does not list."""

    pages: int
    relevant: int
    distractors: int
    walls: int
    others: int


class Retrieval(msgspec.Struct, frozen=True):
    """Which pages were read, in the order they were chosen in."""

    read: tuple[str, ...]
    first: Chosen  # the first twelve
    relevant_read: Tally


class Citations(msgspec.Struct, frozen=True):
    """Quotations that stand in the stored text, claims that pass the gate once more, and what did not get so far."""

    quotes: Tally
    claims: Tally
    corroborated: int
    dropped: int
    reasons: dict[str, int]


def score_extraction(thread: Thread, entry: ThreadEntry) -> Extraction | None:
    """None where the manifest expects nothing of the thread."""
    wanted: list[tuple[str, bool]] = [(text, _has(thread.text, text)) for text in entry.post_text_must_contain]
    snippets = [Snippet(each) if isinstance(each, str) else each for each in entry.comments_must_contain]
    wanted += [(each.text, _has_comment(thread, each.text, each.author)) for each in snippets]
    wanted += [(fact, states(thread, fact)) for fact in entry.facts]
    if not wanted and not entry.must_not_contain:
        return None
    everything = "\n".join([thread.title, thread.text, *(comment.text for comment in thread.comments)])
    strange = tuple(text for text in entry.must_not_contain if fold(text) in fold(everything))
    missing = tuple(text for text, found in wanted if not found)
    return Extraction(Tally(len(wanted) - len(missing), len(wanted), missing), strange)


def states(thread: Thread, fact: str) -> bool:
    """Whether a thread holds a fact of the form "what: how it reads", where "what" may be a commenter's name."""
    what, _, said = fact.partition(": ")
    match what:
        case "title":
            return fold(thread.title) == fold(said)
        case "linked address":
            return page_key(said) in map(page_key, thread.links)
        case "points":
            return str(thread.score) == said
        case "comments":
            return str(thread.comment_count) == said
        case "subreddit":
            return fold(thread.community or "").removeprefix("r/") == fold(said)
        case "permalink" | "reddit post id":
            return said.strip("/") in thread.url or _has(thread.text, said)
        case "author":
            return thread.author == said
    anywhere = _has(f"{thread.title}\n{thread.text}", said)
    return anywhere or _has_comment(thread, said, None if what == "comment" else what)


def _has(text: str, words: str) -> bool:
    """Each run of the words, where they leave something out ("…"). Letters and digits alone count: manifests were made
    from markup, and what stood around a link may have left a space behind."""
    plain = _letters(text)
    return all(run in plain for part in re.split(r"…|\.\.\.", words) if (run := _letters(part)))


def _has_comment(thread: Thread, words: str, author: str | None = None) -> bool:
    """In one comment; of that author, where both know of one."""
    return any(
        _has(comment.text, words)
        for comment in thread.comments
        if not author or not comment.author or fold(comment.author) == fold(author)
    )


def _letters(text: str) -> str:
    return "".join(ch for ch in fold(text) if ch.isalnum())


def score_retrieval(read: Sequence[str], manifest: Manifest) -> Retrieval | None:
    """None where the manifest lists no pages on the subject."""
    relevant = manifest.keys("relevant")
    if not relevant:
        return None
    found = {page_key(url) for url in read}
    missing = tuple(sorted(relevant - found))
    return Retrieval(
        tuple(read),
        score_choice(read[:FIRST], manifest),
        Tally(len(relevant) - len(missing), len(relevant), missing),
    )


def score_choice(urls: Iterable[str], manifest: Manifest) -> Chosen:
    """How many of the pages stand in which list."""
    keys = [page_key(url) for url in urls]
    lists = {name: manifest.keys(name) for name in ("relevant", "distractors", "walls")}
    counts = {name: sum(key in listed for key in keys) for name, listed in lists.items()}
    others = sum(not any(key in listed for listed in lists.values()) for key in keys)
    return Chosen(pages=len(keys), **counts, others=others)


def score_key_facts(card: Card, facts: Sequence[KeyFact]) -> Tally | None:
    """None where the manifest has no key facts."""
    if not facts:
        return None
    claims = [fold(f"{claim.label or ''} {claim.text}") for _, claim in list_claims(card)]
    missing = tuple(fact.fact for fact in facts if not is_told(fact, claims))
    return Tally(len(facts) - len(missing), len(facts), missing)


def is_told(fact: KeyFact, claims: Sequence[str]) -> bool:
    """Whether one claim has all figures, and the two longest words, of one of the fact's wordings."""
    for phrase in map(fold, fact.matched.values()):
        figures = re.findall(r"\d[\d.,]*\d|\d", phrase)
        longest = sorted(re.findall(r"[^\W\d_]{4,}", phrase), key=len, reverse=True)[:2]
        marks = [*figures, *longest]
        if marks and any(all(mark in claim for mark in marks) for claim in claims):
            return True
    return False


def score_citations(card: Card, texts: Mapping[int, str], evidence: Evidence, reasons: Mapping[str, int]) -> Citations:
    """`evidence` holds the card's sources under the card's own numbers; `reasons` are those of what was refused."""
    quotes = [(source.n, quote) for source in card.sources for quote in source.quotes]
    astray = tuple(quote.text for n, quote in quotes if texts.get(n, "")[quote.start : quote.end] != quote.text)
    claims = list_claims(card)
    spans = {(n, quote.id): Span(n, quote.start, quote.end) for n, quote in quotes}
    drops: list[Drop] = []
    for section, claim in claims:
        cited = tuple(spans[key] for each in claim.citations if (key := (each.source, each.quote)) in spans)
        draft = ClaimDraft(text=claim.text, kind=claim.kind, spans=cited, label=claim.label)
        verify_claim(section, draft, evidence, drops)
    told = Counter(reasons)
    if rest := card.verification.dropped - told.total():
        told["other"] += rest
    return Citations(
        quotes=Tally(len(quotes) - len(astray), len(quotes), astray),
        claims=Tally(len(claims) - len(drops), len(claims), tuple(f"{drop.reason}: {drop.text}" for drop in drops)),
        corroborated=card.verification.corroborated,
        dropped=card.verification.dropped,
        reasons=dict(sorted((reason, count) for reason, count in told.items() if count > 0)),
    )
