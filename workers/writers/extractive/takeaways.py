"""Takeaways: the facts that others confirm or that carry numbers, and in a discussion the thread's own words."""

import msgspec

from server.core.card import ClaimDraft, Span
from server.core.dates import spell_date
from workers.writers.extractive.board import Board
from workers.writers.extractive.candidates import Candidate, said_by
from workers.writers.extractive.lexicon import (
    CHATTER,
    LEANS_WITHIN,
    LOGISTICS,
    ORDERS,
    REPORTS,
)
from workers.writers.extractive.salience import YEARS

MOST_TAKEAWAYS = 5
OWN_WORDS = 2  # takeaways from the thread itself, where it is its own news
WANTED_SITES = 4
GAIN = 0.6  # of a sentence that tells most of what the card has not told
NEW_FIGURE = 0.2
TOLD_FIGURE = 0.15
LEANING = 0.12  # of a sentence that says "these accounts" and means ones named before


def choose_takeaways(board: Board) -> list[ClaimDraft]:
    """Facts that add most to what is told, of pages that report or are first-hand before others; each source is heard
    before one is heard thrice."""
    few_sources = len(board.evidence.sources) <= 2
    chosen = [] if board.about_event else _own_words(board, few_sources)
    pool = board.candidates if board.about_event or few_sources else board.web
    worth = {id(c): _worth(c, board, few_sources) for c in pool if _may_be_told(c, board)}
    pool = [c for c in pool if id(c) in worth]
    best_so_far = 0.0
    choice = min(1.0, (len({c.site for c in pool}) - 1) / 3)  # where one site tells all, nobody else can be heard

    def score(c: Candidate) -> float:
        again = 0.18 * sum(c.source == other.source for other in chosen)
        again += 0.10 * sum(c.site == other.site for other in chosen) + 0.06 * board.used.sources[c.source]
        again *= choice
        figures = c.numbers - YEARS
        new = GAIN * board.used.coverage.gain(c)
        new += NEW_FIGURE * min(2, len(figures - board.used.all_figures)) * min(1.0, board.salience.centrality(c) / 0.4)
        again += TOLD_FIGURE * len(figures & board.used.all_figures)
        return worth[id(c)] + new - again - 0.25 * board.used.likeness(c)

    while len(chosen) < MOST_TAKEAWAYS:
        pool = [c for c in pool if not board.used.repeats(c) and not _restates(c, board)]
        heard = {c.site for c in chosen}
        unheard = [c for c in pool if c.site not in heard] if not board.about_event else pool
        best = max(unheard or pool, key=score, default=None)
        if best is None or (len(chosen) >= 3 and score(best) < max(0.12, 0.3 * best_so_far)):
            break
        best_so_far = max(best_so_far, score(best))
        chosen.append(board.used.take(best))
    return [_dated(c, said_by(c, also=_second_source(c, board)), board) for c in chosen]


def _may_be_told(c: Candidate, board: Board) -> bool:
    """Of the length of a takeaway, and whole by itself."""
    alone = c.reads_alone and _speaks_for_itself(c, board) and not CHATTER.search(c.text)
    orders = c.kind == "web" and ORDERS.search(c.text)
    return 15 <= _length(c, board) <= 32 and alone and not c.drama and not orders


def _restates(c: Candidate, board: Board) -> bool:
    return board.about_event and board.used.restates(c, board.salience.weights)


def _worth(c: Candidate, board: Board, few_sources: bool) -> float:
    """What it is worth whatever else is told: how central it is, what it tells, and who tells it."""
    chatter = (0.0 if few_sources else 0.5) * (c.kind == "thread")
    told = 0.15 * bool(c.numbers) + 0.4 * board.votes(c) - LEANING * bool(LEANS_WITHIN.search(c.text))
    if board.about_event and c.kind == "web":
        reports = c.source in board.salience.primary or c.source in board.salience.reports
        told += 0.12 if reports else -0.15 * (c.source in board.salience.diaries)
    return board.salience.score(c) + told + _names_subject(c, board) + _hedged(c, board) - chatter


def _hedged(c: Candidate, board: Board) -> float:
    """Where the news is an allegation, who alleges it is part of every sentence, but for the party's own."""
    if not board.alleged or c.kind == "thread" or c.source in board.salience.primary:
        return 0.0
    if REPORTS.search(c.text):
        return 0.15
    return -0.15 * (board.named(c.text) >= 2)


def _dated(c: Candidate, claim: ClaimDraft, board: Board) -> ClaimDraft:
    """Background from another time says from when it is."""
    if c.source not in board.far:
        return claim
    when = spell_date(board.evidence.source(c.source).document.published_at or "")
    return msgspec.structs.replace(claim, label=f"{c.speaker}, {when}")


def _length(c: Candidate, board: Board) -> int:
    """Words with the speaker in front, and the date where it is shown."""
    return c.labelled_count + 3 * (c.source in board.far)


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
        own = 0.7 * board.is_posters(c) + 0.4 * (board.is_post(c) and not board.answers)
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
        own = [c for c in board.everything if c.source == source.n and 10 <= _length(c, board) <= 34]
        own = [c for c in own if 15 <= _length(c, board) <= 32] or own
        news = source.n in board.salience.primary
        own = [c for c in own if not board.used.repeats(c, 0.8) and (news or not c.first_person)]
        own = [c for c in own if not (c.points_back or c.drama)] or own
        best = max(own, key=lambda c: board.salience.score(c) + _names_subject(c, board), default=None)
        if site_of[source.n] not in heard and best is not None:
            heard.add(site_of[source.n])
            added.append(_dated(best, said_by(board.used.take(best)), board))
    return added


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
