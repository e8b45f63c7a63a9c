"""What all sections choose from: one thread's evidence as candidates, with their weights and what is said already."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from server.core.errors import ThreadTooThin
from server.core.queries import plain_title
from server.core.relevance import title_names, topic_profile
from server.core.source import Evidence, Source
from server.core.speech import plain_markup
from server.core.thread import Comment, Thread
from server.core.words import fold, term_set
from workers.writers.extractive.candidates import Candidate, list_candidates
from workers.writers.extractive.coverage import Coverage
from workers.writers.extractive.lexicon import ALLEGES, BOT, CONCEDES, NOBODY
from workers.writers.extractive.salience import Salience, Used, is_subject

OWN_BAR = 0.18  # the page the post is about, or of whom it is about, may say what nobody else does
OTHER_TIME = timedelta(days=180)
ON_TOPIC = 0.3  # of the most central sentence: below it a page speaks of other things
SAME_NEWS = timedelta(days=10)
MIXED = 0.3  # of a page's sentences on topic; below it a long page is a digest
LONG = 80  # sentences
ANSWERS = 3
FEW_WORDS = 40  # a post with fewer, and hardly a comment, leaves the telling to the web


class Board:
    """The candidates of one card; what one section takes no other says again. ThreadTooThin where no word was said."""

    def __init__(self, thread: Thread, evidence: Evidence) -> None:
        self.thread = thread
        self.evidence = evidence
        if not evidence.source(1).sentences:
            raise ThreadTooThin("The thread has no title and no text. Give the address of one that says something.")
        self.title = evidence.source(1).sentences[0]
        everything = list_candidates(evidence, topic_profile(thread))
        self.about_event = is_about_event(thread, evidence)
        self.salience = Salience(thread, evidence, everything, about_event=self.about_event)
        self.digests = {source.n for source in evidence.sources[1:] if self._is_digest(source.n, everything)}
        self.far = {source.n for source in evidence.sources[1:] if is_far(source, thread)}
        self.dated_pages = {source.n for source in evidence.sources[1:] if source.document.published_at}
        self.title_terms = term_set(plain_title(thread.title))
        said = Sayings(thread)
        self.comments = {id(c): said.comment_of(c) for c in everything if c.kind == "thread"}
        self.post = {id(c) for c in everything if c.kind == "thread" and said.is_post(c)}
        withdrawn = withdrawn_comments(thread)
        self.candidates = [c for c in everything if self._speaks_to_topic(c, withdrawn)]
        self.alleged = any(ALLEGES.search(source.document.title) for source in evidence.sources)
        self.actors = find_actors(everything)
        self._actor = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(self.actors, key=len, reverse=True)))})\b")
        self.subjects = title_names(thread)
        self.web = [c for c in self.candidates if c.kind == "web"]
        self.voices = [c for c in self.candidates if c.kind == "thread"]
        self.dated = [c for c in everything if c.dates]
        self.everything = everything
        first_hand = self.salience.primary | self.salience.subject
        self.used = Used(Coverage(self.candidates, first_hand))
        self.standing = comment_standing(thread)
        self.parents = {comment.id: comment for comment in thread.comments}
        own = sum(comment.author == thread.author for comment in thread.readable_comments())
        self.answers = not self.about_event and own >= ANSWERS  # the poster answers, as in an AMA

    def _speaks_to_topic(self, c: Candidate, withdrawn: set[str]) -> bool:
        """Near enough to the event for its page, whole in itself, and still its speaker's word."""
        if c.kind == "thread":
            comment = self.comments[id(c)]
            return not (BOT.search(c.speaker) or (comment and comment.id in withdrawn))
        bar = ON_TOPIC + 0.25 * (c.source in self.digests)
        if c.source in self.salience.subject | self.salience.primary and c.source not in self.digests:
            bar = OWN_BAR
        return self.salience.centrality(c) >= bar and not c.points_back

    def is_news(self, c: Candidate) -> bool:
        """Fit for the summary: no page of another time, which may only give background."""
        return c.source not in self.far

    def _is_digest(self, n: int, everything: list[Candidate]) -> bool:
        """Whether a long page is mostly about other things; its sentences must be more central than others'."""
        own = [self.salience.centrality(c) for c in everything if c.source == n]
        return len(own) >= LONG and sum(value >= ON_TOPIC for value in own) / len(own) < MIXED

    def named(self, text: str) -> int:
        """How many of the event's actors a text names."""
        return len(set(self._actor.findall(fold(text)))) if self.actors else 0

    def pick(
        self,
        pool: Iterable[Candidate],
        fits: Callable[[Candidate], bool],
        score: Callable[[Candidate], float],
        at_least: float,
    ) -> Candidate | None:
        """The best fitting sentence that is not said yet, taken; None when none reaches `at_least`."""
        best = max((c for c in pool if fits(c) and not self.used.repeats(c)), key=score, default=None)
        return self.used.take(best) if best is not None and score(best) >= at_least else None

    def votes(self, candidate: Candidate) -> float:
        """0 to 1: the standing of the comment a sentence comes from; 0 for the post and for pages."""
        comment = self.comments.get(id(candidate))
        return self.standing.get(comment.id, 0.0) if comment else 0.0

    def is_posters(self, candidate: Candidate) -> bool:
        """Whether the post's own author says it."""
        return candidate.kind == "thread" and (candidate.speaker == self.thread.author or self.is_post(candidate))

    def is_post(self, candidate: Candidate) -> bool:
        """Whether it stands in the post itself, not in a comment."""
        return id(candidate) in self.post


def find_actors(candidates: Iterable[Candidate]) -> set[str]:
    """Names, folded, that at least half of the pages' sites use, and two at least; no countries, and nothing that is
    everybody's: "AI", "API"."""
    sites: dict[str, set[str]] = {}
    everywhere: set[str] = set()
    for c in candidates:
        if c.kind == "web":
            everywhere.add(c.site)
            for name in c.names:
                sites.setdefault(fold(name), set()).add(c.site)
    common = {name for name, where in sites.items() if len(where) >= max(2, len(everywhere) / 2)}
    return {name for name in common if not NOBODY.fullmatch(name)}


def is_about_event(thread: Thread, evidence: Evidence) -> bool:
    """Whether the web tells the thread's own news: its page is there, or several pages of the same days are, or the
    thread itself says next to nothing. Else pages are background and the card tells what the thread says."""
    web = evidence.sources[1:]
    if any(is_subject(source, thread) for source in web):
        return True
    near = sum(is_same_news(source, thread.posted_at) for source in web)
    silent = len(thread.text.split()) < FEW_WORDS and len(thread.readable_comments()) < 3
    return near >= 2 or (silent and len(web) >= 2)


def is_same_news(source: Source, posted_at: datetime | None) -> bool:
    """Published within ten days of the post."""
    try:
        published = datetime.fromisoformat((source.document.published_at or "")[:10])
    except ValueError:
        return False
    return posted_at is not None and abs(published - posted_at.replace(tzinfo=None)) <= SAME_NEWS


def is_far(source: Source, thread: Thread) -> bool:
    """Published half a year or more before or after the post, and not what it links to: background at best."""
    links = {link.rstrip("/") for link in thread.links}
    if is_subject(source, thread) or source.document.url.rstrip("/") in links or thread.posted_at is None:
        return False
    try:
        published = datetime.fromisoformat((source.document.published_at or "")[:10])
    except ValueError:
        return False
    return abs(published - thread.posted_at.replace(tzinfo=None)) > OTHER_TIME


def withdrawn_comments(thread: Thread) -> set[str]:
    """Ids of comments whose author concedes further down ("oh yeah", "I stand corrected")."""
    by_id = {comment.id: comment for comment in thread.readable_comments()}
    gone: set[str] = set()
    for comment in by_id.values():
        above = by_id.get(comment.parent or "") if CONCEDES.match(comment.text.strip()) else None
        steps = 0
        while above is not None and steps < len(by_id):
            if above.author == comment.author:
                gone.add(above.id)
                break
            above, steps = by_id.get(above.parent or ""), steps + 1
    return gone


def comment_standing(thread: Thread) -> dict[str, float]:
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
        answered = replies.get(comment.id, 0) / most
        standing[comment.id] = 0.6 * max(0.0, voted) ** 0.5 + 0.3 * answered + 0.1 / (1 + comment.depth)
    return standing


class Sayings:
    """Which comment a sentence stands in, marks of formatting aside; each text is folded once."""

    def __init__(self, thread: Thread) -> None:
        self.post = fold(plain_markup(thread.text))
        self.by_speaker: dict[str | None, list[tuple[str, Comment]]] = {}
        for comment in thread.readable_comments():
            self.by_speaker.setdefault(comment.author, []).append((fold(plain_markup(comment.text)), comment))

    def is_post(self, candidate: Candidate) -> bool:
        """Whether the post holds it."""
        return _opening(candidate) in self.post

    def comment_of(self, candidate: Candidate) -> Comment | None:
        """The comment of its speaker that holds it; of a speaker without a name, the nameless one that does."""
        if self.is_post(candidate):
            return None
        named = self.by_speaker.get(candidate.speaker) or self.by_speaker.get(None, [])
        opening = _opening(candidate)
        return next((comment for text, comment in named if opening in text), None)


def _opening(candidate: Candidate) -> str:
    return fold(candidate.text)[:60].rstrip(".")
