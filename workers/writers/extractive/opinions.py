"""What commenters say, and where sources contradict one another."""

from server.core.card import ClaimDraft, DisputeDraft
from server.core.disputes import find_disputes
from server.core.speech import within
from server.core.words import word_count
from workers.writers.extractive.board import ON_TOPIC, Board
from workers.writers.extractive.candidates import Candidate, said_by
from workers.writers.extractive.lexicon import ARGUMENT, CHATTER, DISAGREES, DISSENT, LOGISTICS

MOST_DISPUTES = 2
FEWEST_WORDS, MOST_WORDS = 12, 25  # of what one commenter says, the name with it
LONGEST_DISSENT = 40


def choose_discussion(board: Board) -> list[ClaimDraft]:
    """The best argument, the best dissent and a third voice, each a commenter's own sentence. One that is too long is
    heard as far as its first clauses say it, a strong dissent in full."""
    shown = {id(c): text for c in board.voices if (text := _shown(c, board))}
    said = [c for c in board.voices if id(c) in shown]
    on_topic = [c for c in said if _on_topic(c, board)]
    said = on_topic if len(on_topic) >= 3 else said
    worth = {id(c): _worth(c, board) - _too_long(c, shown[id(c)]) for c in said}
    chosen: list[Candidate] = []
    for wanted in (None, DISSENT, None):
        two_answers = board.answers and len(chosen) < 2  # then somebody else is heard
        spoken = {c.speaker for c in chosen if not (two_answers and board.is_posters(c))}
        blocks = {c.block for c in chosen}
        left = [c for c in said if c.speaker not in spoken and c.block not in blocks and not board.used.repeats(c)]
        fitting = [c for c in left if wanted is None or two_answers or wanted.search(c.text)]
        against = 0.12 if wanted and not two_answers else 0.0

        def score(c: Candidate, against: float = against) -> float:
            return worth[id(c)] + against * min(3, len(DISAGREES.findall(c.text)))

        best = max(fitting or left, key=score, default=None)
        if best and score(best) > 0.25:
            chosen.append(board.used.take(best))
    return [said_by(c, text=shown[id(c)]) for c in chosen]


def _shown(c: Candidate, board: Board) -> str | None:
    """What the card would show of a comment's sentence; None where it says nothing by itself."""
    if not board.comments[id(c)] or c.labelled_count < FEWEST_WORDS or c.points_back or CHATTER.search(c.text):
        return None
    if text := within(c.text, MOST_WORDS - word_count(c.speaker)):
        return text
    dissents = DISAGREES.search(c.text) and not board.answers
    return c.text if dissents and c.labelled_count <= LONGEST_DISSENT else None


def _too_long(c: Candidate, shown: str) -> float:
    """Sentences of the right length come first."""
    return 0.0 if c.labelled_count <= MOST_WORDS else 0.15 if shown != c.text else 0.3


def _worth(c: Candidate, board: Board) -> float:
    comment = board.comments[id(c)]
    above = board.parents.get(comment.parent or "") if comment else None
    answer = bool(above and comment and above.text.rstrip().endswith("?") and len(comment.text.split()) < 15)
    argued = 0.15 * bool(ARGUMENT.search(c.text)) + 0.12 * bool(c.numbers) + 0.12 * min(2, len(c.names))
    heard = 0.8 * board.salience.centrality(c) + 0.6 * board.votes(c)
    heard += (0.6 if board.answers else 0.2) * board.is_posters(c)
    stray = 0.5 * bool(LOGISTICS.search(c.text)) + 0.4 * answer + 0.15 * c.second_person
    return heard + argued - stray


def _on_topic(c: Candidate, board: Board) -> bool:
    """Speaks of what the title speaks of, is near enough to it, or is the poster's answer."""
    own = board.answers and board.is_posters(c)
    return own or bool(c.terms & board.title_terms) or board.salience.centrality(c) >= 0.2


def choose_disputes(board: Board) -> list[DisputeDraft]:
    """Where pages about the event contradict one another; what they say there is said, but for the other sections."""
    chosen: list[DisputeDraft] = []
    for dispute in find_disputes(board.evidence):
        sources = {span.source for side in dispute.sides for span in side.spans}
        central = max(board.salience.centrality_of(side.text) for side in dispute.sides)
        if len(chosen) < MOST_DISPUTES and not sources & board.far and central >= ON_TOPIC:
            chosen.append(dispute)
            for side in dispute.sides:
                board.used.tell(side)
            if dispute.note:
                board.used.tell(dispute.note)
    return chosen
