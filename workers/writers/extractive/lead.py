"""Headline, hook, what changed, why it matters, what to do next: the thirty-second part."""

import re
from collections.abc import Callable, Sequence

from server.core.card import ClaimDraft, Span
from server.core.dates import spell_date
from server.core.queries import plain_title
from server.core.source import Evidence, Sentence
from server.core.thread import Thread
from server.core.words import names, overlap, term_set, word_count
from workers.writers.extractive.candidates import Candidate, draft, plain_markup, said_by
from workers.writers.extractive.lexicon import (
    AFFECTED,
    EFFECT,
    EVENT,
    FINITE,
    IMPERATIVE,
    NO_STATEMENT,
    SHOULD,
    TENSION,
)
from workers.writers.extractive.salience import Salience, Used


def choose_headline(
    thread: Thread, evidence: Evidence, candidates: Sequence[Candidate], salience: Salience
) -> ClaimDraft:
    """A title that says who did what in 6 to 12 words: the thread's own, else the most central source's, else a short
    sentence; at the last the thread's title as what its community asks or says."""
    titles = [title for source in evidence.sources if (title := _title(source.sentences))]
    scored = [(_headline_score(title, thread, salience), title) for title in titles]
    fitting = [(score, title) for score, title in scored if score > 0]
    if fitting:
        _, best = max(fitting, key=lambda pair: pair[0])
        return _title_claim(best, thread)
    short = [c for c in candidates if 6 <= c.word_count <= 12 and not c.points_back and not c.first_person and c.names]
    central = max(short, key=salience.score, default=None)
    if central and central.kind == "web" and salience.centrality(central) > 0.5:
        return draft(central)
    return _fallback_headline(thread, evidence)


def _title(sentences: Sequence[Sentence]) -> Sentence | None:
    return next((s for s in sentences[:1] if s.kind == "title"), None)


def _headline_score(title: Sentence, thread: Thread, salience: Salience) -> float:
    """0 for what is no statement of 6 to 12 words; else how much of the event's vocabulary it holds."""
    text = shown_title(title.text)
    count = word_count(text)
    if not 6 <= count <= 12 or not is_statement(text):
        return 0.0
    weight = sum(salience.weights.get(term, 0.0) for term in term_set(text))
    weight *= 1.25 if title.source == 1 else salience.near.get(title.source, 0.5)
    weight *= 1.15 if EVENT.search(text) else 1.0
    return weight * (1.0 if names(text) else 0.6)


def is_statement(text: str) -> bool:
    """Says that something is so: no question, no how-to, no bare noun phrase, nobody's "I"."""
    if "?" in text or NO_STATEMENT.match(text) or re.search(r"\b(?:my|I|I'm|you|your)\b", text):
        return False
    return bool(FINITE.search(" ".join(text.split()[1:]).lower()))


def shown_title(text: str) -> str:
    """A title without forum tags and without a full stop at its end."""
    return plain_markup(plain_title(text)).rstrip(". ")


def _title_claim(title: Sentence, thread: Thread) -> ClaimDraft:
    span = Span(title.source, title.start, title.end)
    return ClaimDraft(text=shown_title(title.text), kind="thread" if title.source == 1 else "web", spans=(span,))


def _fallback_headline(thread: Thread, evidence: Evidence) -> ClaimDraft:
    """The thread's title with its speaker in front: "Hacker News asks: …", "r/pics: …"."""
    title = evidence.source(1).sentences[0]
    text = shown_title(title.text)
    who = thread.community or evidence.source(1).document.site
    asks = "?" in text or text.lower().startswith(("who ", "what ", "how ", "why ", "when ", "where ", "which "))
    claim = ClaimDraft(text=text, kind="thread", spans=(Span(1, title.start, title.end),))
    label = (
        f"{who} asks"
        if asks
        else f"{thread.author} on {who}"
        if thread.author and re.search(r"\b(?:I|my|we|our)\b", text)
        else who
    )
    return ClaimDraft(text=claim.text, kind=claim.kind, spans=claim.spans, label=label)


def choose_what_changed(
    candidates: Sequence[Candidate], salience: Salience, evidence: Evidence, used: Used, headline: ClaimDraft
) -> ClaimDraft:
    """The sentence that best tells the event, with its date: said in it, or else the page's own in the label."""

    def score(c: Candidate) -> float:
        opening = " ".join(c.text.split()[:6])
        return (
            salience.score(c)
            + 0.25 * any(not d.resolved and len(d.iso) == 10 for d in c.dates)
            + 0.15 * bool(c.numbers)
            + 0.15 * (c.source in salience.primary)
            + 0.20 * bool(EVENT.search(c.text))
            + 0.15 * bool(names(f". {opening}") or names(opening))
            - 0.35 * (overlap(c.terms, term_set(headline.text)) >= 0.7)
            - 0.25 * c.relative_time
            - 0.40 * c.second_person
            - 0.45 * (c.kind == "thread" and len(evidence.sources) > 1)
            - 0.6 * bool(re.match(r"(?:if|when|unless)\b", c.text, re.IGNORECASE))
        )

    def fit(c: Candidate) -> float:
        count = c.word_count + word_count(_dated_label(c, evidence))
        return score(c) - 0.05 * max(0, 12 - count, count - 25)

    best = max(candidates, key=fit, default=None)
    if best is None:
        title = evidence.source(1).sentences[0]
        return ClaimDraft(text=plain_title(title.text), kind="thread", spans=(Span(1, title.start, title.end),))
    used.take(best)
    return said_by(best, label=_dated_label(best, evidence))


def _dated_label(candidate: Candidate, evidence: Evidence) -> str:
    """The speaker, and the page's date where the sentence says none."""
    published = evidence.source(candidate.source).document.published_at
    if any(len(said.iso) == 10 and not said.resolved for said in candidate.dates) or not published:
        return candidate.speaker
    return f"{candidate.speaker}, {spell_date(published)}"


def _choose(
    candidates: Sequence[Candidate],
    used: Used,
    fits: Callable[[Candidate], bool],
    score: Callable[[Candidate], float],
    at_least: float,
) -> Candidate | None:
    pool = [c for c in candidates if fits(c) and not used.repeats(c)]
    best = max(pool, key=score, default=None)
    return used.take(best) if best is not None and score(best) >= at_least else None


def choose_hook(candidates: Sequence[Candidate], salience: Salience, used: Used) -> ClaimDraft | None:
    """A short sentence that holds the tension."""

    def score(c: Candidate) -> float:
        tension = 0.3 * min(2, len(TENSION.findall(c.text)))
        return salience.score(c) + tension - 0.3 * c.relative_time - 0.4 * used.likeness(c)

    def fits(c: Candidate) -> bool:
        return 8 <= c.labelled_count <= 18 and bool(TENSION.search(c.text)) and not c.points_back

    chosen = _choose(candidates, used, fits, score, 0.45)
    return said_by(chosen) if chosen else None


def choose_why(candidates: Sequence[Candidate], salience: Salience, used: Used) -> ClaimDraft | None:
    """Who is affected and how, in a source's own sentence."""

    def score(c: Candidate) -> float:
        marks = len(set(map(str.lower, EFFECT.findall(c.text)))) + len(set(map(str.lower, AFFECTED.findall(c.text))))
        return salience.score(c) + 0.14 * min(4, marks) - 0.3 * used.likeness(c) - 0.3 * c.second_person

    def fits(c: Candidate) -> bool:
        told = AFFECTED.search(c.text) and EFFECT.search(c.text)
        return 12 <= c.labelled_count <= 25 and bool(told) and not c.points_back

    chosen = _choose([c for c in candidates if c.kind == "web"], used, fits, score, 0.5)
    chosen = chosen or _choose(candidates, used, fits, score, 0.5)
    return said_by(chosen) if chosen else None


def title_as_hook(thread: Thread, evidence: Evidence) -> ClaimDraft:
    """The post's own title, which is often the joke that made people look."""
    title = evidence.source(1).sentences[0]
    label = thread.community or evidence.source(1).document.site
    return ClaimDraft(
        text=f"“{shown_title(title.text)}”", kind="thread", spans=(Span(1, title.start, title.end),), label=label
    )


def choose_next(candidates: Sequence[Candidate], salience: Salience, used: Used) -> list[ClaimDraft]:
    """Advice that a source gives in the imperative or as a "should", about the thread's own subject."""

    def score(c: Candidate) -> float:
        return salience.centrality(c) + 0.3 * bool(IMPERATIVE.match(c.text)) + 0.1 * bool(c.numbers)

    def fits(c: Candidate) -> bool:
        advises = IMPERATIVE.match(c.text) or (SHOULD.search(c.text) and not c.first_person)
        return (
            8 <= c.labelled_count <= 16
            and bool(advises)
            and not c.points_back
            and c.kind == "web"
            and len(c.terms) >= 5
        )

    chosen: list[Candidate] = []
    while len(chosen) < 2 and (best := _choose(candidates, used, fits, score, 0.62)):
        chosen.append(best)
    return [said_by(c) for c in chosen]


def much_alike(one: str, two: str) -> bool:
    """Two texts an editor would call the same."""
    return overlap(term_set(one), term_set(two)) >= 0.7
