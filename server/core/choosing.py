"""Which comments a model is shown when it cannot be shown all of them.

The loudest comments alone make a thread look agreed. So a part of the budget is for those that disagree, a branch or a
person counts less with every further comment, and what a chosen comment answers comes along.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from server.core.thread import Comment, Thread

BYTES_PER_TOKEN = 4
HEAD_TOKENS = 12  # a comment's id, author and score in front of its words
DISSENT_SHARE = 0.25  # of the budget: enough for an answer to each main point, too little to turn the tables
FIRST_DISSENT_SHARE = 0.5  # so that a small budget, too, holds one voice that disagrees
WEIGHED_DISSENT = 1500  # comments whose words are searched for disagreement; searching 23,000 takes 0.2 s
LONGEST_CHAIN = 20  # comments that one choice may bring along; also what ends a circle of parents
FULL_LENGTH = 200  # characters with which a comment can make a point; "lol" cannot
LONG_TOKENS = 400  # a comment of this length has to be worth twice a short one's
SAME_BRANCH, SAME_AUTHOR = 0.35, 0.5
POSTER = 3.0  # as much as a score of 20
DEEPER = 0.15

# Ways to disagree, in English; in other languages votes tell alone.
_FORMS = (
    r"disagree|\bnot (?:true|correct|accurate|the case|convinced|so sure|buying)|\b(?:wrong|false|incorrect|untrue|"
    r"misleading|nonsense|overhyped|overblown|debunked)\b|\bi doubt\b|s[ck]eptical|on the contrary|counterpoint|"
    r"devil's advocate|citation needed|exaggerat|doesn['’]t (?:hold|follow|add up|make sense)|\bexcept that\b"
)
_DISSENT = re.compile(_FORMS)
# Without the words' borders a search skips to letters that a form can begin with, and takes a fifth of the time.
_MAY_DISSENT = re.compile(_FORMS.replace(r"\b", ""))


def estimate_tokens(text: str) -> int:
    """About how many tokens a model counts, rounded up.

    English has some four characters a token with every tokenizer in use. UTF-8 bytes are counted rather than
    characters: the same for English, and two to three times as many where scripts cost two to three times as much.
    """
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return -(-size // BYTES_PER_TOKEN)


def comment_tokens(comment: Comment) -> int:
    """What showing a comment costs."""
    return HEAD_TOKENS + estimate_tokens(comment.text)


def choose_comments(thread: Thread, budget_tokens: int) -> list[Comment]:
    """The comments to show, in the thread's order; all that have words where they fit.

    By score, replies, depth and the poster's own answers, with room kept for dissent. Never more than the budget
    holds, and never a reply without the readable comments it answers, up to the top. The same comments in another
    order give the same choice.
    """
    readable = thread.readable_comments()
    choice = _Choice(thread.comments, readable, budget_tokens)
    if choice.cost_of_all <= budget_tokens:
        return readable
    ranked = _ranked(readable, thread.comments)
    branches = _branches(thread.comments)
    for _, _, comment in _diversified(_dissenting(ranked), branches):
        share = DISSENT_SHARE if choice.chosen else FIRST_DISSENT_SHARE
        choice.take(comment, most=int(budget_tokens * share))
    for _, _, comment in _diversified(ranked, branches):
        if choice.is_full:
            break
        choice.take(comment, most=budget_tokens)
    return [comment for comment in readable if comment.id in choice.chosen]


class _Choice:
    """What was chosen, closed under parents, and what it costs."""

    def __init__(self, comments: Iterable[Comment], readable: Sequence[Comment], budget: int) -> None:
        self._parents = {comment.id: comment.parent for comment in comments}
        self._costs = {comment.id: comment_tokens(comment) for comment in readable}
        self._budget, self._spent = budget, 0
        self._least = min(self._costs.values(), default=0)
        self.cost_of_all = sum(self._costs.values())
        self.chosen: set[str] = set()

    @property
    def is_full(self) -> bool:
        """Nothing more can fit."""
        return self._budget - self._spent < self._least

    def take(self, comment: Comment, *, most: int) -> None:
        """Choose it with what it answers, if all that is chosen then costs no more than `most`."""
        left = most - self._spent
        chain: list[str] = []
        name: str | None = comment.id
        while name is not None and name not in self.chosen:
            if name in self._costs:  # one that was removed has no words to show
                chain.append(name)
                left -= self._costs[name]
            if left < 0 or len(chain) > LONGEST_CHAIN or name == self._parents.get(name):
                return
            name = self._parents.get(name)
        self.chosen.update(chain)
        self._spent = most - left


# Worth negated, id, comment: sorted, the best come first, and between equals the id decides.
_Ranked = list[tuple[float, str, Comment]]


def _ranked(readable: Sequence[Comment], comments: Sequence[Comment]) -> _Ranked:
    """By what each is worth alone; of comments in the same words the best one only."""
    replies = Counter(comment.parent for comment in comments)
    ranked = sorted((-_worth(comment, replies[comment.id]), comment.id, comment) for comment in readable)
    first: dict[str, tuple[float, str, Comment]] = {}
    for entry in ranked:
        first.setdefault(entry[2].text, entry)
    return list(first.values())


def _worth(comment: Comment, replies: int) -> float:
    """Votes and replies count by their magnitude: the second hundred says less than the first ten."""
    heard = 1.0 + math.log1p(max(comment.score or 0, 0)) + math.log1p(replies) + (POSTER if comment.by_poster else 0.0)
    size = len(comment.text)
    substance = 0.3 + 0.7 * min(1.0, size / FULL_LENGTH)
    return heard * substance / (1 + DEEPER * comment.depth) / (1 + size / (BYTES_PER_TOKEN * LONG_TOKENS))


def _dissenting(ranked: _Ranked) -> _Ranked:
    """Those that disagree: voted down though they say something, the more the weightier, or in so many words."""
    found: _Ranked = []
    searched = 0
    for worth, name, comment in ranked:
        if (comment.score is not None and comment.score < 0) or comment.state == "collapsed":
            found.append((worth * (1 + math.log1p(abs(comment.score or 0))), name, comment))
        elif searched < WEIGHED_DISSENT:
            searched += 1
            plain = comment.text.lower()
            if _MAY_DISSENT.search(plain) and _DISSENT.search(plain):
                found.append((worth, name, comment))
    return sorted(found)


def _diversified(ranked: _Ranked, branches: Mapping[str, str]) -> _Ranked:
    """Each counts less the more of its branch, and of its author, stand before it; but a poster answers many."""
    before: Counter[str] = Counter()
    said: Counter[str] = Counter()
    weighed: _Ranked = []
    for worth, name, comment in ranked:
        branch, author = branches[name], "" if comment.by_poster else comment.author or ""
        weight = 1 / (1 + SAME_BRANCH * before[branch]) / (1 + SAME_AUTHOR * said[author])
        weighed.append((worth * weight, name, comment))
        before[branch] += 1
        if author:
            said[author] += 1
    return sorted(weighed)


def _branches(comments: Sequence[Comment]) -> dict[str, str]:
    """The top-level comment that each stands below; in a circle of parents, one of the circle."""
    parents = {comment.id: comment.parent for comment in comments}
    tops: dict[str, str] = {}
    for name in parents:
        chain: dict[str, None] = {}
        above: str | None = name
        while above in parents and above not in tops and above not in chain:
            chain[above] = None
            above = parents[above]
        top = tops[above] if above in tops else min(chain) if above in chain else next(reversed(chain))
        tops.update(dict.fromkeys(chain, top))
    return tops
