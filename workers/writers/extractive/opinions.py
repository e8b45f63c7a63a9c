"""What commenters say, and where sources contradict one another."""

from server.core.card import ClaimDraft, DisputeDraft
from server.core.disputes import find_disputes
from workers.writers.extractive.board import ON_TOPIC, Board
from workers.writers.extractive.candidates import Candidate, said_by
from workers.writers.extractive.lexicon import ARGUMENT, CHATTER, DISSENT, LOGISTICS

MOST_DISPUTES = 2


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
