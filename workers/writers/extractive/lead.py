"""Headline, hook, what changed, why it matters, what to do next: the thirty-second part."""

import re
from collections.abc import Sequence

from server.core.card import ClaimDraft, ClaimKind, Span
from server.core.dates import spell_date
from server.core.queries import plain_title
from server.core.source import Sentence
from server.core.speech import plain_markup, speaker_of
from server.core.words import names, overlap, term_set, word_count
from workers.writers.extractive.board import Board
from workers.writers.extractive.candidates import Candidate, said_by
from workers.writers.extractive.lexicon import (
    ADVICE,
    AFFECTED,
    ALLEGES,
    ASIDE,
    CHATTER,
    DRAMA,
    EFFECT,
    EVENT,
    FINITE,
    HARM,
    IMPERATIVE,
    LEANS_WITHIN,
    LOGISTICS,
    NO_STATEMENT,
    ORDERS,
    SETTLES,
    SHOULD,
    STRONG_TENSION,
    WEAK_TENSION,
)
from workers.writers.extractive.salience import is_subject

LEAD = 0.25  # of a page's first sentence, which tells what happened
LONGEST_HEADLINE = 16  # words; an editor wants 12, and a good title that is longer beats a poor one that is not


def choose_headline(board: Board) -> ClaimDraft:
    """A title that says who did what in 6 to 12 words: the thread's own, or, where the web tells its news, the most
    central source's; else the thread's title as what somebody asks or says."""
    eligible = board.evidence.sources if board.about_event else board.evidence.sources[:1]
    titles = [title for source in eligible if (title := _title(source.sentences))]
    best = max(titles, key=lambda title: _headline_score(title, board), default=None)
    if best is None or _headline_score(best, board) <= 0:
        return _attributed_title(board)
    kind: ClaimKind = "thread" if best.source == 1 else "web"
    return ClaimDraft(text=shown_title(best.text), kind=kind, spans=(Span(best.source, best.start, best.end),))


def _title(sentences: Sequence[Sentence]) -> Sentence | None:
    return next((s for s in sentences[:1] if s.kind == "title"), None)


def _headline_score(title: Sentence, board: Board) -> float:
    """0 for what is no statement, sells, or is far from 6 to 12 words; else how much of the event's words it has."""
    text = shown_title(title.text)
    count = word_count(text)
    if not 6 <= count <= LONGEST_HEADLINE or not is_statement(text) or DRAMA.search(text):
        return 0.0
    weight = sum(board.salience.weights.get(term, 0.0) for term in term_set(text))
    weight *= 1.25 if title.source == 1 else board.salience.near.get(title.source, 0.5)
    if title.source > 1 and title.source not in board.salience.primary | board.salience.reports:
        weight *= 0.75  # whoever comments on the news is not the one to announce it
    weight *= 1.15 if EVENT.search(text) else 1.0
    weight *= 1.0 if count <= 12 else 0.6
    if board.alleged:
        weight *= 1.3 if ALLEGES.search(text) else 0.6 if SETTLES.search(text) else 1.0
    if title.source == 1:
        return weight * (1.0 if names(text) else 0.6)
    actors, ours = board.named(text), len(board.title_terms & term_set(text))
    if title.source in board.digests or (len(board.title_terms) > 2 and not ours):
        return 0.0
    return weight * (0.5 + 0.5 * min(2, actors)) if actors or not board.actors else 0.0


def is_statement(text: str) -> bool:
    """Says that something is so: no question, no how-to, no bare noun phrase, nobody's "I"."""
    if "?" in text or NO_STATEMENT.match(text) or re.search(r"\b(?:my|I|I'm|you|your)\b", text):
        return False
    return bool(FINITE.search(" ".join(text.split()[1:]).lower()))


def shown_title(text: str) -> str:
    """A title without forum tags and without a full stop at its end."""
    text = re.sub(r"^(?:important|update|psa|breaking|fun fact):\s+", "", plain_title(text), flags=re.IGNORECASE)
    text = re.sub(r",(?=[A-Z])", ", ", plain_markup(text)).rstrip(". ")
    return text[0].upper() + text[1:] if text[:1].islower() and text.split()[0].isalpha() else text


def _attributed_title(board: Board) -> ClaimDraft:
    """The thread's title with its speaker in front: "Hacker News asks: …", "PresidentObama on r/IAmA: …"."""
    thread, title = board.thread, board.title
    text = shown_title(title.text)
    community = thread.community or board.evidence.source(1).document.site
    subject = next((s for s in board.evidence.sources[1:] if s.sentences and is_subject(s, thread)), None)
    who = speaker_of(subject.document, subject.sentences[0]) if subject else community
    asks = "?" in title.text or re.match(r"(?:who|what|how|why|when|where|which)\b", text, re.IGNORECASE)
    speaks = thread.author and re.search(r"\b(?:I|my|we|our)\b", text)
    label = f"{who} asks" if asks else f"{thread.author} on {community}" if speaks else community
    if subject and subject.sentences[0].kind == "title" and asks:
        own = subject.sentences[0]
        return ClaimDraft(text=text, kind="web", spans=(Span(subject.n, own.start, own.end),), label=label)
    return ClaimDraft(text=text, kind="thread", spans=(Span(1, title.start, title.end),), label=label)


def choose_what_changed(board: Board, headline: ClaimDraft) -> ClaimDraft:
    """The sentence that best tells the event, or what the post says, with its date: said in it, or else the page's
    own in the label."""
    score = _event_score if board.about_event else _statement_score

    def fit(c: Candidate) -> float:
        count = c.word_count + word_count(_dated_label(c, board))
        said = term_set(headline.text)
        repeats = 0.35 * (overlap(c.terms, said) >= 0.7) + 0.6 * (c.terms <= said)
        return score(c, board) - repeats - 0.05 * max(0, 12 - count, count - 25)

    best = max((c for c in board.candidates if board.is_news(c)), key=fit, default=None)
    if best is None or fit(best) < 0:
        title = board.title
        span = Span(1, title.start, title.end)
        return ClaimDraft(text=shown_title(title.text), kind="thread", spans=(span,), label=_thread_label(board))
    board.used.take(best)
    return said_by(best, label=_dated_label(best, board))


def _event_score(c: Candidate, board: Board) -> float:
    opening = " ".join(c.text.split()[:6])
    return (
        board.salience.score(c)
        + 0.25 * any(not said.resolved and len(said.iso) == 10 for said in c.dates)
        + 0.15 * bool(c.numbers)
        + 0.25 * (c.source in board.salience.primary)
        + 0.20 * (c.source in board.salience.primary and c.index <= 2 and c.source in board.dated_pages)
        - 0.40 * (c.source > 1 and c.source not in board.dated_pages)
        + 0.35 * (c.source in board.salience.subject)
        + 0.20 * bool(EVENT.search(c.text))
        + 0.15 * bool(names(f". {opening}") or names(opening))
        + 0.08 * min(3, board.named(c.text))
        + 0.10 * min(3, len(board.title_terms & c.terms))
        + LEAD * max(0.0, 1 - c.index / 8) * (c.kind == "web" and c.source not in board.digests)
        - 0.25 * c.relative_time
        - 0.25 * bool(ASIDE.search(c.text))
        - 0.30 * (c.source in board.digests)
        - 0.40 * c.second_person
        - 0.45 * (c.kind == "thread" and len(board.evidence.sources) > 1)
        - 0.60 * bool(re.match(r"(?:if|when|unless|let|assume|suppose)\b", c.text, re.IGNORECASE))
    )


def _statement_score(c: Candidate, board: Board) -> float:
    """For a thread that is its own news: the poster's sentences first, then those of comments that others back."""
    own = board.is_posters(c)
    return (
        board.salience.centrality(c)
        + 0.9 * board.is_post(c)
        + 0.5 * board.votes(c)
        + 0.30 * max(0.0, 1 - c.index / 12) * own
        + 0.15 * bool(EVENT.search(c.text))
        + 0.15 * bool(c.numbers or c.dates)
        + 0.30 * any(not said.resolved and len(said.iso) == 10 for said in c.dates)
        + 0.25 * c.is_summary
        - 0.20 * bool(re.search(r"\b(?:also|too)\b", c.text[:30]))
        - 0.35 * (c.points_back or bool(CHATTER.search(c.text)))
        - 0.5 * (bool(LOGISTICS.search(c.text)) and not board.is_post(c))
        - 1.2 * (c.kind == "web")
    )


def _dated_label(candidate: Candidate, board: Board) -> str:
    """The speaker, and the page's date where the sentence says none."""
    published = board.evidence.source(candidate.source).document.published_at
    if any(len(said.iso) == 10 and not said.resolved for said in candidate.dates) or not published:
        return candidate.speaker
    return f"{candidate.speaker}, {spell_date(published)}"


def _thread_label(board: Board) -> str:
    thread = board.thread
    who = f"{thread.author} on {thread.community}" if thread.author and thread.community else thread.community
    when = spell_date(thread.posted_at.isoformat()) if thread.posted_at else ""
    return ", ".join(part for part in (who or thread.site, when) if part)


def choose_hook(board: Board) -> ClaimDraft | None:
    """A short sentence that holds the tension; in a discussion, a commenter's."""
    used, salience = board.used, board.salience

    def score(c: Candidate) -> float:
        return (
            salience.score(c)
            + 0.18 * min(4, _tension(c))
            + 0.3 * board.votes(c)
            - 0.3 * c.relative_time
            - 0.4 * used.likeness(c)
        )

    def fits(c: Candidate) -> bool:
        central = c.kind == "web" or salience.centrality(c) >= 0.35
        short = 8 <= c.labelled_count <= 18 and board.is_news(c) and not ORDERS.search(c.text)
        alone = not c.points_back and not LEANS_WITHIN.search(c.text) and not (c.first_person and c.kind == "web")
        tense = _tension(c) >= (1 if board.is_posters(c) else 2)
        return short and central and tense and alone and not CHATTER.search(c.text)

    chosen = board.pick(board.candidates if board.about_event else board.voices, fits, score, 0.35)
    return said_by(chosen) if chosen else None


def _tension(c: Candidate) -> int:
    """Two for a word of conflict, one for a turn."""
    return 2 * len(STRONG_TENSION.findall(c.text)) + len(WEAK_TENSION.findall(c.text))


def choose_why(board: Board) -> ClaimDraft | None:
    """Who is affected and how, in a source's own sentence."""

    def score(c: Candidate) -> float:
        marks = len(set(map(str.lower, EFFECT.findall(c.text)))) + len(set(map(str.lower, AFFECTED.findall(c.text))))
        told = 0.14 * min(4, marks) + 0.3 * board.votes(c) + 0.2 * bool(STRONG_TENSION.search(c.text))
        return board.salience.score(c) + told - 0.3 * board.used.likeness(c) - 0.3 * c.second_person

    def fits(c: Candidate) -> bool:
        told = AFFECTED.search(c.text) and EFFECT.search(c.text) and board.is_news(c)
        return 12 <= c.labelled_count <= 25 and bool(told) and not ORDERS.search(c.text) and not c.points_back

    chosen = next((found for pool in _why_pools(board) if (found := board.pick(pool, fits, score, 0.75))), None)
    return said_by(chosen) if chosen else None


def _why_pools(board: Board) -> list[list[Candidate]]:
    """The page in question first, then whoever it is about, then others; of a discussion only the poster."""
    if not board.about_event:
        return [[c for c in board.voices if board.is_posters(c)]]
    first_hand = [[c for c in board.web if c.source in own] for own in (board.salience.subject, board.salience.primary)]
    return [*first_hand, board.web, board.voices]


def title_as_hook(board: Board) -> ClaimDraft:
    """The post's own title, which is often the joke that made people look."""
    thread, title = board.thread, board.title
    label = thread.community or board.evidence.source(1).document.site
    text = f"“{shown_title(title.text).replace('“', '‘').replace('”', '’')}”"
    return ClaimDraft(text=text, kind="thread", spans=(Span(1, title.start, title.end),), label=label)


def title_as_headline(board: Board) -> ClaimDraft:
    """The post's own title, where it tells the news itself."""
    title = board.title
    return ClaimDraft(text=shown_title(title.text), kind="thread", spans=(Span(1, title.start, title.end),))


def choose_next(board: Board) -> list[ClaimDraft]:
    """Advice that a source gives in the imperative or as a "should", about the thread's own subject."""

    def score(c: Candidate) -> float:
        return board.salience.centrality(c) + 0.3 * bool(IMPERATIVE.match(c.text)) + 0.1 * bool(c.numbers)

    def fits(c: Candidate) -> bool:
        advises = IMPERATIVE.match(c.text) or (SHOULD.search(c.text) and not c.first_person)
        harmless = not HARM.search(c.text) and not c.points_back
        return 8 <= c.labelled_count <= 16 and bool(advises) and harmless and len(c.terms) >= 5

    pool = [c for c in board.candidates if board.is_posters(c)]
    if board.about_event:
        pool = [c for c in board.web if c.source in board.salience.primary or ADVICE.search(c.heading or "")]
    chosen: list[Candidate] = []
    while len(chosen) < 2 and (best := board.pick(pool, fits, score, 0.62)):
        chosen.append(best)
    return [said_by(c) for c in chosen]


def much_alike(one: str, two: str) -> bool:
    """Two texts an editor would call the same; not where a short one has but its commonest words in the other."""
    first, second = term_set(one), term_set(two)
    return len(first & second) >= 4 and overlap(first, second) >= 0.6
