"""The evidence as a model is shown it: numbered sentences between fences, plain, within a budget of tokens.

All of it is strangers' text. Nothing in it can close a fence or open one, since angle brackets are replaced; characters
that people do not see and models read (tags, bidirectional marks, zero-width joiners between letters) are taken out.
The quotations on the card come from the stored text, which none of this touches.
"""

import unicodedata
from collections.abc import Iterable, Iterator

from server.core.choosing import choose_comments, estimate_tokens
from server.core.numbers import numbers
from server.core.ranking import Bm25
from server.core.relevance import topic_profile
from server.core.source import Evidence, Sentence, Source
from server.core.thread import Comment, Thread
from server.core.words import terms
from workers.readers.as_document import block_owners
from workers.writers.extractive.salience import is_primary

LONGEST_SENTENCE = 600  # characters; more is a list or code that lost its line breaks
LEAD_SENTENCES = 6  # of every page, where it says what it is about
FIGURE = 0.15  # what a number adds to a sentence's worth, of the best sentence's
NEIGHBOUR = 0.25  # what a sentence gets of its better neighbour's worth, since it may hold the rest of the thought
_BRACKETS = str.maketrans({"<": "‹", ">": "›"})


def plain(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """One line of a stranger's text, without what is unseen and without angle brackets."""
    seen = text if text.isprintable() else "".join(filter(_is_seen, text))
    line = " ".join(seen.split()).translate(_BRACKETS)
    return line if len(line) <= longest else line[:longest].rstrip() + " …"


def _is_seen(letter: str) -> bool:
    return letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Co", "Cs", "Cn")


def thread_material(thread: Thread, source: Source, budget_tokens: int) -> str:
    """The post, then comments that together make the thread's case and its dissent, each with its writer."""
    owners = block_owners(thread)
    spoken: dict[str | None, list[Sentence]] = {}
    for sentence in source.sentences:
        spoken.setdefault(owners[sentence.block], []).append(sentence)
    post = spoken.get(None, [])
    head = list(_within(_lines(post, 0), budget_tokens // 2))
    spent = sum(map(estimate_tokens, head))
    chosen = choose_comments(thread, max(0, budget_tokens - spent))
    names = _attributes(
        community=thread.community or thread.site,
        by=thread.author,
        posted=thread.posted_at.date().isoformat() if thread.posted_at else None,
        score=thread.score,
        comments=thread.comment_count,
        links_to=" ".join(thread.links[:3]) or None,
    )
    body = [*head, *(part for comment in chosen for part in _comment(comment, spoken.get(comment.id, [])))]
    return "\n".join([f"<thread n=1{names}>", *body, "</thread>"])


def _comment(comment: Comment, sentences: list[Sentence]) -> Iterator[str]:
    if sentences:
        names = _attributes(id=comment.id, by=comment.author, score=comment.score, answers=comment.parent)
        yield f"<comment{names}>"
        yield from _lines(sentences, 0)
        yield "</comment>"


def sources_material(thread: Thread, evidence: Evidence, budget_tokens: int) -> str:
    """Every page's best sentences in their order, nearest page first, each page with a like share of the budget."""
    pages = evidence.sources[1:]
    profile = topic_profile(thread)
    left, shown, before = budget_tokens, list[str](), len(evidence.source(1).sentences)
    for place, source in enumerate(pages):
        share = left // (len(pages) - place)
        part = _page(source, profile, share, before, first_hand=is_primary(source, thread))
        before += len(source.sentences)
        left -= estimate_tokens(part)
        shown.append(part)
    return "\n\n".join(shown)


def _page(source: Source, profile: dict[str, float], budget_tokens: int, before: int, *, first_hand: bool) -> str:
    document = source.document
    names = _attributes(
        site=document.site,
        title=document.title,
        by=document.author,
        published=(document.published_at or "")[:10] or None,
        address=document.url,
        first_hand="yes" if first_hand else None,
    )
    lines: list[str] = []
    last = -1
    for sentence in _best_sentences(source, profile, budget_tokens):
        if sentence.index > last + 1 and lines:
            lines.append("…")
        if sentence.heading and not any(line.endswith(f"## {plain(sentence.heading, 80)}") for line in lines):
            lines.append(f"## {plain(sentence.heading, 80)}")
        lines += _lines([sentence], before)
        last = sentence.index
    return "\n".join([f"<source n={source.n}{names}>", *lines, "</source>"])


def _best_sentences(source: Source, profile: dict[str, float], budget_tokens: int) -> list[Sentence]:
    """The page's lead and those sentences nearest the thread's subject, in the page's order, within the budget."""
    said = [s for s in source.sentences if s.kind not in ("title", "heading") and len(s.text) > 20]
    index = Bm25([terms(sentence.text) for sentence in said])
    scores = index.scores(sorted(profile, key=lambda term: -profile[term])[:40])
    best = max(scores, default=0.0) or 1.0
    worth = [score / best + FIGURE * bool(numbers(s.text)) for score, s in zip(scores, said, strict=True)]
    around = [0.0, *worth, 0.0]
    lifted = [own + NEIGHBOUR * max(around[i], around[i + 2]) for i, own in enumerate(worth)]
    order = sorted(range(len(said)), key=lambda i: (i >= LEAD_SENTENCES, -lifted[i] if i >= LEAD_SENTENCES else i))
    taken: list[int] = []
    for i in order:
        cost = estimate_tokens(said[i].text[:LONGEST_SENTENCE]) + 4
        if cost <= budget_tokens:
            budget_tokens -= cost
            taken.append(i)
    return [said[i] for i in sorted(taken)]


def number_of(sentence: Sentence, evidence: Evidence) -> int:
    """The number a sentence is shown under: counted from 1 over all sources in their order, the thread's first."""
    return sum(len(source.sentences) for source in evidence.sources[: sentence.source - 1]) + sentence.index + 1


def _lines(sentences: Iterable[Sentence], before: int) -> Iterator[str]:
    for sentence in sentences:
        text = plain(sentence.text)
        if text:
            quoted = "> " if sentence.kind == "quote" else ""  # somebody else's words, often quoted to be disputed
            yield f"[{before + sentence.index + 1}] {quoted}{text}"


def _within(lines: Iterable[str], budget_tokens: int) -> Iterator[str]:
    for line in lines:
        budget_tokens -= estimate_tokens(line)
        if budget_tokens < 0:
            return
        yield line


def _attributes(**named: object) -> str:
    """` name="value"` of those that are there; a stranger's quotation marks become single ones."""
    return "".join(
        f' {name}="{plain(str(value), 200).replace(chr(34), chr(39))}"'
        for name, value in named.items()
        if value is not None
    )
