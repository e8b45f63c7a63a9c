"""Technical points, implications and timeline: what the sources say in depth."""

import re
from collections.abc import Collection, Sequence

from server.core.card import ClaimDraft, EventDraft, ImplicationDraft, Span
from server.core.speech import plain_markup, speaker_of
from server.core.words import overlap, term_set, word_count
from workers.writers.extractive.board import Board
from workers.writers.extractive.candidates import Candidate, draft, said_by
from workers.writers.extractive.lead import is_statement, shown_title
from workers.writers.extractive.lexicon import (
    CHATTER,
    EVENT,
    FUTURE,
    GUESS,
    LABELS,
    LEANS_WITHIN,
    MECHANISM,
    ORDERS,
    PLEDGES,
    POLICY,
    SPAN_OF_TIME,
    UNIT,
    VAGUE_HEADING,
)

NEAR = 0.2  # of the most central sentence: what somebody expects of the event uses other words
GAIN = 0.4  # of a sentence that tells most of what the card has not told


def choose_technical(board: Board, *, most: int = 4) -> list[ClaimDraft]:
    """Mechanisms and measurements, under the heading they stand below where it is short, else under what they are."""
    own = [] if board.about_event else [c for c in board.voices if board.is_posters(c)]
    pool = [c for c in (*board.web, *own) if _is_technical(c, board)]
    worth = {id(c): _technical_worth(c, board) for c in pool}
    chosen: list[Candidate] = []
    labels: list[str] = []

    def score(c: Candidate) -> float:
        new = GAIN * board.used.coverage.gain(c) - 0.45 * board.used.likeness(c)
        return worth[id(c)] + new - 0.1 * sum(c.site == other.site for other in chosen)

    while len(chosen) < most:
        pool = [c for c in pool if not board.used.repeats(c) and not board.used.restates(c, board.salience.weights)]
        fitting = {id(c): label for c in pool if (label := _technical_label(c, labels))}
        best = max((c for c in pool if id(c) in fitting), key=score, default=None)
        if best is None or score(best) < 0.42:
            break
        labels.append(fitting[id(best)])
        chosen.append(board.used.take(best))
    return [said_by(c, label=label) for c, label in zip(chosen, labels, strict=True)]


def _is_technical(c: Candidate, board: Board) -> bool:
    """Tells how something works or what was measured. Of a first-hand page one word of it under a telling heading is
    enough, and whose "we" it is tells the label."""
    marks = len(set(map(str.lower, MECHANISM.findall(c.text))))
    own = c.kind == "thread" or (c.source in board.salience.primary and board.about_event)
    measured = UNIT.search(c.text) and (marks or _short_heading(c) or not SPAN_OF_TIME.search(c.text))
    near = board.salience.centrality(c) >= 0.5 or (own and _short_heading(c))
    technical = measured or marks >= 2 or (marks and near)
    if not technical or c.drama or any(other.search(c.text) for other in (CHATTER, POLICY, ORDERS)):
        return False
    central = 0.0 if board.about_event else 0.45
    return c.reads_alone and (own or not c.first_person) and board.salience.centrality(c) >= central


def _technical_worth(c: Candidate, board: Board) -> float:
    marks = min(3, len(set(map(str.lower, MECHANISM.findall(c.text)))))
    told = 0.22 * marks + 0.35 * bool(UNIT.search(c.text)) + 0.25 * bool(_short_heading(c))
    own = 0.25 * (c.source in board.salience.primary) - 0.2 * bool(GUESS.search(c.text))
    return 0.6 * board.salience.score(c) + told + own


def _short_heading(c: Candidate) -> str | None:
    """The heading above, when it is one to three words that the sentence does not repeat."""
    heading = plain_markup(c.heading or "").strip(" :.#")
    heading = re.sub(r"^\d+[.)]\s*", "", heading)
    if not 1 <= word_count(heading) <= 3 or "?" in heading or not heading[:1].isalnum():
        return None
    if VAGUE_HEADING.search(heading) or overlap(term_set(heading), c.terms) > 0.5:
        return None
    return heading.capitalize() if heading.isupper() else heading[0].upper() + heading[1:]


def _technical_label(c: Candidate, taken: Collection[str]) -> str | None:
    """One to three words that the sentence does not hold itself, with its speaker where that fits; None when all that
    would fit are taken, and when label and sentence are not of the length of a technical point."""
    told = [label for pattern, label in LABELS if pattern.search(c.text) and not term_set(label) & c.terms]
    plain = "Measurement" if UNIT.search(c.text) else "Mechanism"
    for topic in (_short_heading(c), *told, plain):
        if not topic:
            continue
        signed = f"{topic}, {c.speaker}"
        whole = word_count(signed) <= 3 and not term_set(c.speaker) <= c.terms
        label = signed if whole else topic
        used = any(label == other or topic == other.partition(",")[0] for other in taken)
        if not used and (whole or not c.first_person) and 15 <= c.word_count + word_count(label) <= 32:
            return label
    return None


def choose_implications(board: Board) -> list[ImplicationDraft]:
    """What a source itself says about the future: a short prediction with the sentence beside it that it rests on, or
    a long sentence in which somebody named predicts. Only of news, since background predicts other things."""
    if not board.about_event:
        return []
    found = _short_predictions(board, 2)
    return found + _attributed_predictions(board, 2 - len(found))


def _short_predictions(board: Board, most: int) -> list[ImplicationDraft]:
    at = {(c.source, c.index): c for c in board.web}
    chosen: list[ImplicationDraft] = []
    for c in sorted(board.web, key=board.salience.score, reverse=True):
        if len(chosen) == most or board.salience.score(c) < 0.3:
            break
        if FUTURE.search(c.text) and c.labelled_count <= 18 and not c.points_back and not c.second_person:
            beside = _grounds(c, [at.get((c.source, c.index + step)) for step in (1, -1)], board)
            if beside and not board.used.repeats(c):
                board.used.take(c)
                chosen.append(_implication(c, board.used.take(beside)))
    return chosen


def _grounds(c: Candidate, beside: Sequence[Candidate | None], board: Board) -> Candidate | None:
    """A sentence of the same paragraph, 20 to 40 words long."""
    fitting = (o for o in beside if o and o.block == c.block and 20 <= o.word_count <= 40)
    return next((other for other in fitting if not board.used.repeats(other)), None)


def _implication(c: Candidate, grounds: Candidate) -> ImplicationDraft:
    """One quotation holds both sentences, so that it supports what is predicted as well."""
    whole = Span(c.source, min(c.start, grounds.start), max(c.end, grounds.end))
    rationale = ClaimDraft(text=grounds.text, kind=grounds.kind, spans=(whole,))
    return ImplicationDraft(prediction=f"{c.speaker}: {c.text}", rationale=rationale)


_PREDICTS = r"(?:said|says|predicted|predicts|expects|argues|warns|warned|estimates)"
_PERSON = r"[A-Z][\w'’.-]+(?:\s[A-Z][\w'’.-]+){1,3}"
_PREDICTOR = re.compile(
    rf"\b{_PREDICTS}\s+(?P<behind>{_PERSON})|(?P<before>{_PERSON})(?:,\s[^,;.]{{3,90}},)?\s+{_PREDICTS}\b"
)


def _attributed_predictions(board: Board, most: int) -> list[ImplicationDraft]:
    """Long sentences in which a named person predicts: the sentence is the rationale, its speaker the heading."""
    chosen: list[ImplicationDraft] = []
    pool = [c for c in board.everything if 20 <= c.word_count <= 40 and FUTURE.search(c.text) and not c.points_back]
    pool = [c for c in pool if c.kind == "web" and board.salience.centrality(c) >= NEAR]
    for c in sorted(pool, key=board.salience.score, reverse=True):
        if len(chosen) >= most or board.salience.score(c) < 0.25:
            break
        who = _predictor(c)
        told = c.first_person or PLEDGES.search(c.text) or board.used.repeats(c)
        if who and not told and board.is_news(c):
            chosen.append(ImplicationDraft(prediction=f"What {who} expects", rationale=draft(board.used.take(c))))
    return chosen


def _predictor(c: Candidate) -> str | None:
    """The person beside the verb of saying, whatever is told of them between."""
    found = _PREDICTOR.search(c.text)
    return (found["behind"] or found["before"]) if found else None


def choose_timeline(board: Board, *, most: int = 5) -> list[EventDraft]:
    """Dated sentences of at most 22 words and titles under their page's own date, one a date, the most central of
    each; none when there are not two dates."""
    best: dict[str, Candidate] = {}
    pool = [c for c in board.dated if c.word_count <= 22 and not c.points_back and not c.first_person]
    pool = [c for c in pool if not LEANS_WITHIN.search(c.text)]
    pool = [c for c in pool if (c.kind == "web" if board.about_event else board.is_posters(c))]
    for c in sorted(pool, key=board.salience.score, reverse=True):
        told = any(overlap(c.terms, other.terms) >= 0.6 for other in best.values())
        known = c.dates[0].iso in best or told or board.used.repeats(c, 0.75)
        if len(best) < most and not known and _dates_an_event(c, board):
            best[c.dates[0].iso] = c
    events = [EventDraft(date=iso, event=draft(board.used.take(c))) for iso, c in best.items()]
    events += _published(board, set(best), most - len(best))
    return sorted(events, key=lambda entry: entry.date) if len(events) > 1 else []


def _dates_an_event(c: Candidate, board: Board) -> bool:
    """A year alone dates something only when it is not the page's own and something happens in it."""
    iso = c.dates[0].iso
    own_year = (board.evidence.source(c.source).document.published_at or "")[:4]
    precise = len(iso) > 4 or (bool(EVENT.search(c.text)) and iso != own_year)
    ours = board.named(c.text) or board.title_terms & c.terms
    return precise and bool(ours) and board.salience.centrality(c) > 0.18


def _published(board: Board, taken: set[str], most: int) -> list[EventDraft]:
    """What a page says in its title, on the day it was published: one page a day, those nearest to the thread."""
    events: list[EventDraft] = []
    for source in board.evidence.sources[1:] if board.about_event else ():
        if not source.sentences:
            continue
        title, day = source.sentences[0], (source.document.published_at or "")[:10]
        text = shown_title(title.text)
        tells = source.n in board.salience.primary and EVENT.search(text) and not re.match(r"\w+ing\b", text)
        told = board.used.says(text) or not (title.kind == "title" and len(day) == 10 and is_statement(text) and tells)
        if len(events) < min(2, most) and day not in taken and not told and word_count(text) <= 18:
            taken.add(day)
            board.used.note(text)
            span = Span(source.n, title.start, title.end)
            claim = ClaimDraft(text=text, kind="web", spans=(span,), label=speaker_of(source.document, title))
            events.append(EventDraft(date=day, event=claim))
    return events
