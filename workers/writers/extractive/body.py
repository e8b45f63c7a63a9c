"""Takeaways, technical points, implications and timeline: what the sources say in depth."""

import re
from collections.abc import Sequence

import msgspec

from server.core.card import ClaimDraft, EventDraft, ImplicationDraft, Span
from server.core.dates import spell_date
from server.core.words import overlap, term_set, word_count
from workers.writers.extractive.board import Board
from workers.writers.extractive.candidates import Candidate, draft, plain_markup, said_by, speaker_of
from workers.writers.extractive.lead import is_statement, shown_title
from workers.writers.extractive.lexicon import (
    CHATTER,
    EVENT,
    FUTURE,
    GUESS,
    LABELS,
    LOGISTICS,
    MECHANISM,
    PLEDGES,
    REPORTS,
    UNIT,
    VAGUE_HEADING,
)

MOST_TAKEAWAYS = 5
OWN_WORDS = 2  # takeaways from the thread itself, where it is its own news
WANTED_SITES = 4


def choose_takeaways(board: Board) -> list[ClaimDraft]:
    """Facts that others confirm or that carry numbers; each source is heard before one is heard thrice."""
    chosen: list[Candidate] = []
    few_sources = len(board.evidence.sources) <= 2

    def score(c: Candidate) -> float:
        again = 0.18 * sum(c.source == other.source for other in chosen)
        again += 0.10 * sum(c.site == other.site for other in chosen) + 0.06 * board.used.sources[c.source]
        chatter = (0.0 if few_sources else 0.5) * (c.kind == "thread")
        worth = board.salience.score(c) + 0.15 * bool(c.numbers) + 0.4 * board.votes(c) + _names_subject(c, board)
        return worth + _hedged(c, board) - again - chatter - 0.25 * board.used.likeness(c)

    def fits(c: Candidate) -> bool:
        restated = board.about_event and board.used.restates(c, board.salience.weights)
        alone = _reads_alone(c) and _speaks_for_itself(c, board) and not CHATTER.search(c.text)
        return 15 <= c.labelled_count <= 32 and alone and not c.drama and not restated and not board.used.repeats(c)

    if not board.about_event:
        chosen += _own_words(board, few_sources)
    while len(chosen) < MOST_TAKEAWAYS:
        heard = {c.site for c in chosen}
        pool = [c for c in (board.candidates if board.about_event or few_sources else board.web) if fits(c)]
        if not board.about_event:
            pool = [c for c in pool if c.site not in heard] or pool
        best = max(pool, key=score, default=None)
        floor = max(0.12, 0.3 * max(map(score, chosen), default=0.0))
        if best is None or (len(chosen) >= 3 and score(best) < floor):
            break
        chosen.append(board.used.take(best))
    return [_dated(c, said_by(c, also=_second_source(c, board)), board) for c in chosen]


def _hedged(c: Candidate, board: Board) -> float:
    """Where the news is an allegation, who alleges it is part of every sentence, but for the party's own."""
    if not board.alleged or c.kind == "thread" or c.source in board.salience.primary:
        return 0.0
    if REPORTS.search(c.text):
        return 0.25
    return -0.25 * (board.named(c.text) >= 2)


def _dated(c: Candidate, claim: ClaimDraft, board: Board) -> ClaimDraft:
    """Background from another time says from when it is."""
    if c.source not in board.far:
        return claim
    when = spell_date(board.evidence.source(c.source).document.published_at or "")
    return msgspec.structs.replace(claim, label=f"{c.speaker}, {when}")


def _own_words(board: Board, few_sources: bool) -> list[Candidate]:
    """What the poster says, then what the best-backed comments say."""

    chosen: list[Candidate] = []

    def score(c: Candidate) -> float:
        told = 0.5 * board.salience.centrality(c) + 0.1 * bool(c.numbers) + 0.01 * c.word_count
        chat = (
            0.6 * bool(LOGISTICS.search(c.text))
            + 0.4 * c.second_person
            + 0.2 * (c.first_person and not c.numbers and not c.names)
        )
        own = 0.7 * board.is_posters(c) + 0.4 * (board.comments[id(c)] is None and not board.answers)
        return told + own + 0.8 * board.votes(c) + 0.15 * min(2, len(c.names)) - chat

    def fits(c: Candidate) -> bool:
        asked = board.thread.title.rstrip().endswith("?") and c.names
        if not (board.is_posters(c) or c.terms & board.title_terms or asked):
            return False
        elsewhere = all(c.block != other.block for other in chosen)
        return 15 <= c.labelled_count <= 32 and elsewhere and not c.points_back and not CHATTER.search(c.text)

    wanted = MOST_TAKEAWAYS if few_sources or len({c.site for c in board.web}) < 2 else OWN_WORDS
    while len(chosen) < wanted and (best := board.pick(board.voices, fits, score, 0.4)):
        chosen.append(best)
    return chosen


def unheard_sources(board: Board, have: int) -> list[ClaimDraft]:
    """One more takeaway from each of the nearest sites nobody has quoted yet, until four sites speak."""
    site_of = {source.n: source.document.site for source in board.evidence.sources}
    heard = {site_of[n] for n in board.used.sources if n > 1}
    added: list[ClaimDraft] = []
    for source in board.evidence.sources[1:]:
        if len(heard) >= WANTED_SITES or have + len(added) >= MOST_TAKEAWAYS + 2:
            break
        own = [c for c in board.everything if c.source == source.n and 10 <= c.labelled_count <= 34]
        news = source.n in board.salience.primary
        own = [c for c in own if not board.used.repeats(c, 0.8) and (news or not c.first_person)]
        own = [c for c in own if not (c.points_back or c.drama)] or own
        best = max(own, key=lambda c: board.salience.score(c) + _names_subject(c, board), default=None)
        if site_of[source.n] not in heard and best is not None:
            heard.add(site_of[source.n])
            added.append(_dated(best, said_by(board.used.take(best)), board))
    return added


def _reads_alone(c: Candidate) -> bool:
    return not c.points_back and not (c.second_person and c.kind == "web")


def _names_subject(c: Candidate, board: Board) -> float:
    """Background earns its place by speaking of those whom the thread's title names."""
    if board.about_event or c.kind == "thread" or not board.subjects:
        return 0.0
    return 0.3 if board.subjects & c.terms else -0.4


def _speaks_for_itself(c: Candidate, board: Board) -> bool:
    """A page's "we" is its own news, or a stranger's of whom the card tells nothing."""
    return c.kind == "thread" or not c.first_person or c.source in board.salience.primary


def _second_source(candidate: Candidate, board: Board) -> list[Span]:
    """A sentence of another site that has all of this one's numbers and names and nearly all of its words."""
    for other in board.salience.confirmed[id(candidate)]:
        whole = candidate.numbers <= other.numbers and set(candidate.names) <= set(other.names)
        if whole and len(candidate.terms & other.terms) >= 0.8 * len(candidate.terms):
            return [Span(other.source, other.start, other.end)]
    return []


def choose_technical(board: Board, *, most: int = 4) -> list[ClaimDraft]:
    """Mechanisms and measurements, under the heading they stand below where it is short, else under what they are."""
    chosen: list[ClaimDraft] = []
    labels: set[str] = set()
    central = 0.0 if board.about_event else 0.45

    def score(c: Candidate) -> float:
        marks = min(3, len(set(map(str.lower, MECHANISM.findall(c.text)))))
        told = 0.22 * marks + 0.35 * bool(UNIT.search(c.text)) + 0.25 * bool(_short_heading(c))
        own = 0.25 * (c.source in board.salience.primary) - 0.2 * bool(GUESS.search(c.text))
        return 0.6 * board.salience.score(c) + told + own

    def fits(c: Candidate) -> bool:
        marks = len(set(map(str.lower, MECHANISM.findall(c.text))))
        technical = UNIT.search(c.text) or marks >= 2 or (marks and board.salience.centrality(c) >= 0.5)
        own = technical and _reads_alone(c) and not c.first_person and not c.drama and not CHATTER.search(c.text)
        if board.used.restates(c, board.salience.weights):
            return False
        return bool(own) and board.salience.centrality(c) >= central and not board.used.repeats(c)

    for c in sorted((c for c in board.web if fits(c)), key=score, reverse=True):
        label = _technical_label(c, labels)
        if len(chosen) == most or score(c) < 0.42:
            break
        if label and 15 <= c.word_count + word_count(label) <= 32 and not board.used.repeats(c):
            labels.add(label)
            chosen.append(draft(board.used.take(c), label=label))
    return chosen


def _short_heading(c: Candidate) -> str | None:
    """The heading above, when it is one to three words that the sentence does not repeat."""
    heading = plain_markup(c.heading or "").strip(" :.#")
    heading = re.sub(r"^\d+[.)]\s*", "", heading)
    if not 1 <= word_count(heading) <= 3 or "?" in heading or not heading[:1].isalnum():
        return None
    if VAGUE_HEADING.search(heading) or overlap(term_set(heading), c.terms) > 0.5:
        return None
    return heading.capitalize() if heading.isupper() else heading[0].upper() + heading[1:]


def _technical_label(c: Candidate, taken: set[str]) -> str | None:
    """One to three words that the sentence does not hold itself; None when all that would fit are taken."""
    told = [label for pattern, label in LABELS if pattern.search(c.text) and not term_set(label) & c.terms]
    plain = "Measured" if UNIT.search(c.text) else "Mechanism"
    options = [_short_heading(c), *told, plain]
    return next((label for label in options if label and label not in taken), None)


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


_PREDICTS = re.compile(r"\b(?:said|says|predicted|predicts|expects|argues|warns|warned|estimates)\b")
_PERSON_AFTER = re.compile(r"\s+((?:[A-Z][\w'’.-]+\s?){1,4})")
_PERSON_BEFORE = re.compile(r"((?:[A-Z][\w'’.-]+\s){1,4})$")


def _attributed_predictions(board: Board, most: int) -> list[ImplicationDraft]:
    """Long sentences in which a named person predicts: the sentence is the rationale, its speaker the heading."""
    chosen: list[ImplicationDraft] = []
    pool = [c for c in board.web if 20 <= c.word_count <= 40 and FUTURE.search(c.text) and not c.points_back]
    for c in sorted(pool, key=board.salience.score, reverse=True):
        if len(chosen) >= most or board.salience.score(c) < 0.25:
            break
        who = _predictor(c)
        told = c.first_person or PLEDGES.search(c.text) or board.used.repeats(c)
        if who and not told and board.is_news(c):
            chosen.append(ImplicationDraft(prediction=f"What {who} expects", rationale=draft(board.used.take(c))))
    return chosen


def _predictor(c: Candidate) -> str | None:
    """The name beside the verb of saying."""
    verb = _PREDICTS.search(c.text)
    if verb is None:
        return None
    found = _PERSON_AFTER.match(c.text, verb.end()) or _PERSON_BEFORE.search(c.text[: verb.start()])
    return found[1].strip(" ,.") if found and found[1].strip().lower() not in ("he", "she", "they", "it") else None


def choose_timeline(board: Board, *, most: int = 5) -> list[EventDraft]:
    """Dated sentences of at most 22 words and titles under their page's own date, one a date, the most central of
    each; none when there are not two dates."""
    best: dict[str, Candidate] = {}
    pool = [c for c in board.dated if c.word_count <= 22 and not c.points_back and not c.first_person]
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
    return precise and board.salience.centrality(c) > 0.18


def _published(board: Board, taken: set[str], most: int) -> list[EventDraft]:
    """What a page says in its title, on the day it was published: one page a day, those nearest to the thread."""
    events: list[EventDraft] = []
    for source in board.evidence.sources[1:] if board.about_event else ():
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
