"""What commenters say, and where sources contradict one another."""

import re
from collections.abc import Sequence

from server.core.card import ClaimDraft, DisputeDraft
from server.core.thread import Comment, Thread
from server.core.words import STOPWORDS, fold, term_set
from workers.writers.extractive.candidates import Candidate, said_by
from workers.writers.extractive.lexicon import ARGUMENT, CHATTER, CONTRAST, DISSENT
from workers.writers.extractive.salience import Salience, Used


def choose_discussion(
    thread: Thread, candidates: Sequence[Candidate], salience: Salience, used: Used
) -> list[ClaimDraft]:
    """The best argument, the best dissent and a third voice, each a commenter's own sentence."""
    comments = thread.readable_comments()
    standing = _standing(thread)
    pool = [
        c
        for c in candidates
        if c.kind == "thread" and c.speaker and 12 <= c.labelled_count <= 25 and not CHATTER.search(c.text)
    ]
    said = [(c, comment) for c in pool if (comment := _comment_of(c, comments))]

    def score(pair: tuple[Candidate, Comment]) -> float:
        c, comment = pair
        argued = 0.15 * bool(ARGUMENT.search(c.text)) + 0.12 * bool(c.numbers)
        return (
            0.8 * salience.centrality(c)
            + 0.6 * standing.get(comment.id, 0.0)
            + argued
            - 0.4 * c.points_back
            - 0.15 * c.second_person
        )

    chosen: list[tuple[Candidate, Comment]] = []
    for wanted in (None, DISSENT, None):
        left = [
            p for p in said if p[1].author not in {comment.author for _, comment in chosen} and not used.repeats(p[0])
        ]
        fitting = [p for p in left if wanted is None or wanted.search(p[0].text)]
        best = max(fitting or left, key=score, default=None)
        if best and score(best) > 0.25:
            used.take(best[0])
            chosen.append(best)
    return [said_by(c, label=comment.author or "A commenter") for c, comment in chosen]


def _comment_of(c: Candidate, comments: Sequence[Comment]) -> Comment | None:
    """The comment that holds the sentence, among its speaker's own first."""
    opening = fold(c.text)[:60].rstrip(".")
    own = [comment for comment in comments if comment.author == c.speaker]
    return next((comment for comment in [*own, *comments] if opening in fold(comment.text)), None)


def _standing(thread: Thread) -> dict[str, float]:
    """0 to 1 by votes, replies and depth; where a site shows no votes, by replies and its own order."""
    comments = thread.readable_comments()
    top = max((comment.score or 0 for comment in comments), default=0) or 1
    replies: dict[str, int] = {}
    for comment in comments:
        if comment.parent:
            replies[comment.parent] = replies.get(comment.parent, 0) + 1
    most = max(replies.values(), default=1)
    shown = any(comment.score for comment in comments)
    standing: dict[str, float] = {}
    for place, comment in enumerate(comments):
        voted = (comment.score or 0) / top if shown else 1 - place / len(comments)
        standing[comment.id] = (
            0.6 * max(0.0, voted) ** 0.5 + 0.3 * replies.get(comment.id, 0) / most + 0.1 / (1 + comment.depth)
        )
    return standing


def choose_disputes(candidates: Sequence[Candidate], salience: Salience, used: Used) -> list[DisputeDraft]:
    """Two sources that say the same sentence with another number: same subject, same noun counted, both short."""
    web = [c for c in candidates if c.kind == "web" and c.numbers and c.labelled_count <= 20 and not c.points_back]
    found: list[tuple[float, Candidate, Candidate, str]] = []
    for i, one in enumerate(web):
        for two in web[i + 1 :]:
            if one.site != two.site and (about := _contradiction(one, two)):
                found.append((salience.score(one) + salience.score(two), one, two, about))  # noqa: PERF401
    chosen: list[DisputeDraft] = []
    for _, one, two, about in sorted(found, key=lambda item: -item[0]):
        if len(chosen) < 2 and not used.repeats(one, 0.99) and not used.repeats(two, 0.99):
            used.take(one)
            used.take(two)
            note = _explanation(one, two, candidates)
            sides = (said_by(one), said_by(two))
            chosen.append(DisputeDraft(about=about, sides=sides, note=said_by(used.take(note)) if note else None))
    return chosen


def _explanation(one: Candidate, two: Candidate, candidates: Sequence[Candidate]) -> Candidate | None:
    """A third sentence that names both sides and sets them against each other."""
    sides = [_own(one), _own(two)]
    for c in candidates:
        elsewhere = c.kind == "web" and c.source not in (one.source, two.source) and c.labelled_count <= 30
        if elsewhere and CONTRAST.search(c.text) and all(c.terms & side for side in sides):
            return c
    return None


_COUNTED = re.compile(r"(?P<number>\d[\d,.]*)\s+(?P<noun>[a-z]{3,}(?:\s+[a-z]{3,})?)")


def _contradiction(one: Candidate, two: Candidate) -> str | None:
    """What they disagree on; None when they do not, or speak of different things."""
    if one.numbers & two.numbers or len(one.numbers) > 2 or len(two.numbers) > 2:
        return None
    own = _own(one) | _own(two)
    about_one, about_two = (term_set(" ".join(c.names)) - own for c in (one, two))
    if about_one != about_two:
        return None
    first, second = _counts(one), _counts(two)
    nouns = [noun for noun in first if noun in second and first[noun] != second[noun]]
    subject_one = {t for t in one.terms if not t[0].isdigit()} - set(_own(one))
    subject_two = {t for t in two.terms if not t[0].isdigit()} - set(_own(two))
    shared = subject_one & subject_two
    enough = len(shared) >= 4 and len(shared) >= 0.75 * min(len(subject_one), len(subject_two))
    return f"How many {nouns[0]}" if nouns and enough else None


def _counts(c: Candidate) -> dict[str, str]:
    """What is counted, and the number: "58,000 machines" → {"machines": "58,000"}."""
    found = ((match["noun"], match["number"].strip(".,")) for match in _COUNTED.finditer(fold(c.text)))
    return {" ".join(word for word in noun.split() if word not in STOPWORDS): number for noun, number in found}


def _own(c: Candidate) -> frozenset[str]:
    """Terms of the speaker's own name, which differ by nature."""
    return term_set(c.speaker)
