"""What commenters say, and where sources contradict one another."""

import re

from server.core.card import ClaimDraft, DisputeDraft
from server.core.words import STOPWORDS, fold, term_set
from workers.writers.extractive.board import Board
from workers.writers.extractive.candidates import Candidate, said_by
from workers.writers.extractive.lexicon import ARGUMENT, CHATTER, CONTRAST, DISSENT, LOGISTICS


def choose_discussion(board: Board) -> list[ClaimDraft]:
    """The best argument, the best dissent and a third voice, each a commenter's own sentence."""

    parents = {comment.id: comment for comment in board.thread.comments}

    def score(c: Candidate) -> float:
        comment = board.comments[id(c)]
        above = parents.get(comment.parent or "") if comment else None
        answer = bool(above and comment and above.text.rstrip().endswith("?") and len(comment.text.split()) < 15)
        argued = 0.15 * bool(ARGUMENT.search(c.text)) + 0.12 * bool(c.numbers) + 0.12 * min(2, len(c.names))
        heard = 0.8 * board.salience.centrality(c) + 0.6 * board.votes(c)
        heard += (0.6 if board.answers else 0.2) * board.is_posters(c)
        stray = 0.5 * bool(LOGISTICS.search(c.text)) + 0.4 * answer + 0.4 * c.points_back + 0.15 * c.second_person
        return heard + argued - stray

    said = [c for c in board.voices if board.comments[id(c)] and 12 <= c.labelled_count <= 25]
    said = [c for c in said if not (c.points_back or CHATTER.search(c.text))]
    on_topic = [c for c in said if _on_topic(c, board)]
    said = on_topic if len(on_topic) >= 3 else said
    chosen: list[Candidate] = []
    for wanted in (None, DISSENT, None):
        two_answers = board.answers and len(chosen) < 2  # then somebody else is heard
        spoken = {c.speaker for c in chosen if not (two_answers and board.is_posters(c))}
        blocks = {c.block for c in chosen}
        left = [c for c in said if c.speaker not in spoken and c.block not in blocks and not board.used.repeats(c)]
        fitting = [c for c in left if wanted is None or two_answers or wanted.search(c.text)]
        best = max(fitting or left, key=score, default=None)
        if best and score(best) > 0.25:
            chosen.append(board.used.take(best))
    return [said_by(c) for c in chosen]


def _on_topic(c: Candidate, board: Board) -> bool:
    """Speaks of what the title speaks of, is near enough to it, or is the poster's answer."""
    own = board.answers and board.is_posters(c)
    return own or bool(c.terms & board.title_terms) or board.salience.centrality(c) >= 0.2


def choose_disputes(board: Board) -> list[DisputeDraft]:
    """Two sources that say the same sentence with another number: same subject, same noun counted, both short."""
    web = [c for c in board.web if c.numbers and c.labelled_count <= 20 and not c.points_back]
    counted = [(c, counts) for c in web if len(c.numbers) <= 2 and (counts := _counts(c))]
    found: list[tuple[float, Candidate, Candidate, str]] = []
    for i, (one, first) in enumerate(counted):
        for two, second in counted[i + 1 :]:
            nouns = [noun for noun in first if noun in second and first[noun] != second[noun]]
            if nouns and one.site != two.site and (about := _contradiction(one, two, nouns)):
                weight = board.salience.score(one) + board.salience.score(two)
                found.append((weight, one, two, about))
    chosen: list[DisputeDraft] = []
    for _, one, two, about in sorted(found, key=lambda item: -item[0]):
        if len(chosen) < 2 and not board.used.repeats(one, 0.99) and not board.used.repeats(two, 0.99):
            board.used.take(one)
            board.used.take(two)
            note = _explanation(one, two, board)
            sides = (said_by(one), said_by(two))
            chosen.append(DisputeDraft(about=about, sides=sides, note=said_by(note) if note else None))
    return chosen


def _explanation(one: Candidate, two: Candidate, board: Board) -> Candidate | None:
    """A third sentence that names both sides and sets them against each other; taken."""
    sides = [_own(one), _own(two)]
    found = [
        c
        for c in board.web
        if c.source not in (one.source, two.source)
        and c.labelled_count <= 30
        and CONTRAST.search(c.text)
        and all(c.terms & side for side in sides)
        and not (one.numbers & c.numbers and two.numbers & c.numbers)  # tells the same two numbers over again
    ]
    return board.used.take(found[0]) if found else None


_COUNTED = re.compile(r"(?P<number>\d[\d,.]*)\s+(?P<noun>[a-z]{3,}(?:\s+[a-z]{3,})?)")


def _contradiction(one: Candidate, two: Candidate, nouns: list[str]) -> str | None:
    """What they disagree on; None when they do not, or speak of different things."""
    if one.numbers & two.numbers:
        return None
    own = _own(one) | _own(two)
    about_one, about_two = (term_set(" ".join(c.names)) - own for c in (one, two))
    if about_one != about_two:
        return None
    subject_one, subject_two = ({t for t in c.terms if not t[0].isdigit()} - own for c in (one, two))
    shared = subject_one & subject_two
    enough = len(shared) >= 4 and len(shared) >= 0.75 * min(len(subject_one), len(subject_two))
    return f"How many {nouns[0]}" if enough else None


def _counts(c: Candidate) -> dict[str, str]:
    """What is counted, and the number: "58,000 machines" → {"machines": "58,000"}."""
    found = ((match["noun"], match["number"].strip(".,")) for match in _COUNTED.finditer(fold(c.text)))
    return {" ".join(word for word in noun.split() if word not in STOPWORDS): number for noun, number in found}


def _own(c: Candidate) -> frozenset[str]:
    """Terms of the speaker's own name, which differ by nature."""
    return term_set(c.speaker)
