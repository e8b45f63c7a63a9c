"""Where sources tell the same thing differently, found among all their sentences.

Both sides are shown in their own words, so a false dispute would accuse two honest pages: `contradictions.py` decides
narrowly. Here the pairs worth comparing are found, and the surest are made ready for a card.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from server.core.card import ClaimDraft, DisputeDraft, Span
from server.core.contradictions import Difference, Slot, agree, compare
from server.core.numbers import digit_numbers
from server.core.source import Evidence
from server.core.speech import plain_markup, speaker_of, tell, within
from server.core.tellings import Telling
from server.core.words import names, term_set, word_count

LONGEST_SIDE = 20  # words an editor grants a side, its speaker among them
LONGEST_NOTE = 30
FEWEST_WORDS, MOST_WORDS = 5, 45  # a longer sentence tells several things
COMMON_KEY = 30  # sentences a word may stand in and still tell where to look
FEWEST_KEYS = 2
KEYS_SHARED = 0.5  # of the shorter sentence's

_SPACED = str.maketrans({**dict.fromkeys(",.'’", None), **dict.fromkeys('"“”‘()[]{}:;!?/—–-+*_`|<>=%$€£#&', " ")})
_DIGIT = re.compile(r"\d")
_NUMERALS = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety dozen hundred thousand million billion".split()
)
_DENIAL_SIGNS = ("not", "n't", "n’t", "never", "neither", "deni", "deny", "disput", "reject", "refut", "contest")
_NOT = re.compile(r"not\b|n['’]t\b|\bnever\b|\bneither\b|\b(?:den(?:y|ies|ied)|disput|reject|refut|contest)")
_CONTRAST = re.compile(
    r"\b(?:whereas|while|but|because|differs?|different|instead|also counted|by contrast|only)\b", re.IGNORECASE
)
_UNSAID = re.compile(r"\?|://|\bif\b|^(?:based on|published|updated|posted)\b")


def find_disputes(evidence: Evidence) -> list[DisputeDraft]:
    """Disputes between pages of different sites, those in which a first-hand page has part first, then the surest.

    Each has two sides in their pages' own words. A third page's sentence that explains the difference is its note, else
    the title of the side that is first-hand, where one is. No sentence is a side twice. What commenters say is no side:
    it is told as discussion.
    """
    pages = _Pages(evidence)
    own = first_hand(evidence)
    found: list[tuple[tuple[bool, int, int], Telling, Telling, Difference]] = []
    for pair in pages.pairs():
        one, two = sorted(pair, key=lambda telling: telling.source.n not in own)  # first-hand first
        difference = compare(one, two)
        if difference and not pages.tells_both(one, two, difference.slot):
            length = word_count(one.text) + word_count(two.text)
            found.append(((not own & {one.source.n, two.source.n}, -difference.shared, length), one, two, difference))
    told: set[int] = set()
    subjects: set[str] = set()
    disputes: list[DisputeDraft] = []
    for _, one, two, difference in sorted(found, key=lambda each: each[0]):
        if not {id(one), id(two)} & told and difference.about not in subjects:
            told |= {id(one), id(two)}
            subjects.add(difference.about)
            note = pages.explanation(one, two) or _first_hand_note(one, two, own)
            about = difference.about[:1].upper() + difference.about[1:]
            disputes.append(DisputeDraft(about=about, sides=(_side(one), _side(two)), note=note))
    return disputes


def first_hand(evidence: Evidence) -> set[int]:
    """Sources that speak of their own doing: the thread's title, or the titles of two other pages, name their site."""
    title = evidence.source(1).document.title
    named = {term for name in (*names(f". {title}"), *title.split()[:1]) for term in term_set(name)}
    openings = [term_set(" ".join(source.document.title.split()[:3])) for source in evidence.sources[1:]]
    found = set()
    for source in evidence.sources[1:]:
        site = term_set(source.document.site.split(".")[0])
        if site & named or (site and sum(site <= opening for opening in openings) > 1):
            found.add(source.n)
    return found


class _Pages:
    """The sentences of all pages that state something by themselves, and the words they may be found by."""

    def __init__(self, evidence: Evidence) -> None:
        self.tellings: list[Telling] = []
        self.keys: list[frozenset[str]] = []
        self._counts: list[int] = []
        self._denies: set[int] = set()
        self.place: dict[int, int] = {}
        for source in evidence.sources[1:]:
            for sentence in source.sentences:
                plain = sentence.text.lower()
                if sentence.kind in ("paragraph", "item") and _states(plain):
                    self._add(Telling(source, sentence), plain)

    def _add(self, telling: Telling, plain: str) -> None:
        at = len(self.tellings)
        self.tellings.append(telling)
        self.place[id(telling)] = at
        words = plain.translate(_SPACED).split()
        self.keys.append(frozenset([word[:6] for word in words if len(word) > 3 or word.isdigit()]))
        if _DIGIT.search(plain) or not _NUMERALS.isdisjoint(words):
            self._counts.append(at)
        if any(sign in plain for sign in _DENIAL_SIGNS) and _NOT.search(plain):
            self._denies.add(at)

    def pairs(self) -> Iterator[tuple[Telling, Telling]]:
        """Sentences of different sites that share rare words: two with figures, or one that denies and one that does
        not."""
        affirms = [i for i in range(len(self.tellings)) if i not in self._denies]
        near = {*self._near(self._counts, self._counts), *self._near(sorted(self._denies), affirms)}
        for i, j in sorted(near):
            yield self.tellings[i], self.tellings[j]

    def _near(self, asked: Sequence[int], among: Sequence[int]) -> Iterator[tuple[int, int]]:
        spread = Counter(chain.from_iterable(self.keys[i] for i in among))
        rare = {key: list[int]() for key, count in spread.items() if count <= COMMON_KEY}
        late = asked is among  # then each is held against those before it
        for i in () if late else among:
            self._place(i, rare)
        for i in asked:
            shared = Counter(chain.from_iterable(rare[key] for key in self.keys[i] if key in rare))
            for j, count in shared.items():
                if count < FEWEST_KEYS or self.tellings[i].site == self.tellings[j].site:
                    continue
                if self._are_alike(i, j) and not (late and self.keys[i] == self.keys[j]):  # else one is a copy
                    yield min(i, j), max(i, j)
            if late:
                self._place(i, rare)

    def _place(self, i: int, rare: dict[str, list[int]]) -> None:
        for key in self.keys[i]:
            if key in rare:
                rare[key].append(i)

    def _are_alike(self, i: int, j: int) -> bool:
        one, two = self.keys[i], self.keys[j]
        return len(one & two) >= KEYS_SHARED * min(len(one), len(two))

    def tells_both(self, one: Telling, two: Telling, slot: Slot) -> bool:
        """Whether either page also tells it the other's way, so that they do not contradict each other."""
        for page, other in ((one, two), (two, one)):
            at = self.place[id(other)]
            for i, telling in enumerate(self.tellings):
                is_near = telling.source.n == page.source.n and telling is not page and self._are_alike(i, at)
                if is_near and agree(telling, other, slot):
                    return True
        return False

    def explanation(self, one: Telling, two: Telling) -> ClaimDraft | None:
        """A third page's sentence that names both sides and sets them against each other without their numbers."""
        figures = [digit_numbers(side.text) for side in (one, two)]
        named = [side.site.split()[0] for side in (one, two)]
        for telling in self.tellings:
            raw = telling.sentence.text
            if telling.site in (one.site, two.site) or not all(name in raw for name in named):
                continue
            said = digit_numbers(raw)
            if _CONTRAST.search(raw) and word_count(raw) <= LONGEST_NOTE and not all(said & seen for seen in figures):
                return _claim(telling, telling.text)
        return None


def _states(plain: str) -> bool:
    """Whether a sentence in small letters is whole, short enough to tell one thing, and neither asks nor supposes."""
    is_whole = plain.endswith((".", "!", "。", "”", '"')) and FEWEST_WORDS <= plain.count(" ") + 1 <= MOST_WORDS
    return is_whole and not _UNSAID.search(plain)


def _side(telling: Telling) -> ClaimDraft:
    speaker = speaker_of(telling.source.document, telling.sentence)
    return _claim(telling, within(telling.text, LONGEST_SIDE - word_count(speaker)) or telling.text)


def _claim(telling: Telling, text: str) -> ClaimDraft:
    """In its page's words; the quotation is the whole sentence, though less of it may be shown."""
    sentence = telling.sentence
    span = Span(telling.source.n, sentence.start, sentence.end)
    return tell(text, speaker_of(telling.source.document, sentence), "web", [span])


def _first_hand_note(one: Telling, two: Telling, own: set[int]) -> ClaimDraft | None:
    """The page that speaks of its own doing, by its title, where the other side speaks of it."""
    if one.source.n not in own or two.source.n in own or not one.own & term_set(two.source.document.text):
        return None
    title = next((s for s in one.source.sentences[:1] if s.kind == "title"), None)
    if title is None:
        return None
    span = Span(one.source.n, title.start, title.end)
    speaker = speaker_of(one.source.document, title)
    return ClaimDraft(text=plain_markup(title.text), kind="web", spans=(span,), label=f"First-hand, {speaker}")
