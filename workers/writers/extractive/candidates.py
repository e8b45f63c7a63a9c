"""Sentences that can stand on a card by themselves, as they stand in their source."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from server.core.card import ClaimDraft, ClaimKind, Span
from server.core.dates import SaidDate, find_dates
from server.core.numbers import digit_numbers
from server.core.ranking import Bm25
from server.core.source import Evidence, Sentence, Source
from server.core.speech import FIRST_PERSON, plain_markup, speaker_of, tell
from server.core.words import names, terms, word_count
from workers.writers.extractive.lexicon import (
    BACKWARD_NOUN,
    BARE_PLURAL,
    CONNECTIVES,
    DANGLES,
    DRAMA,
    ENTRY,
    FINITE,
    FRAGMENT,
    FURNITURE,
    GRANTS,
    HANGS,
    IMPERATIVE,
    LATER_VERB,
    LEANS,
    OF_THE_THREAD,
    OPENS_IDLE,
    POINTS_BACK,
    REFERS,
    RELATIVE_DATE,
    RELATIVE_TIME,
    REPLIES,
    SECOND_PERSON,
    STRICT,
    TURNS,
)

LABELLED = re.compile(  # "Token refreshing: The token …", as lists of features have it
    r"^(?:\*\*)?(?P<label>[A-Z][\w’'/-]*(?: [\w’'/-]+){0,2})(?:\*\*)?:(?:\*\*)?\s+(?=[A-Z][a-z]*\s[a-z])"
)
MOST_PASSAGES = 200  # of one page; more is a book or a digest, most of it about other things
GERUND = re.compile(r"^(?:\w+ly )?\w+ing\b")
WHOLLY_QUOTED = re.compile(r"^(?:\"[^\"]*\"|“[^”]*”|«[^»]*»|‘[^’]*’)\.?$")  # somebody else's words, and not told whose


class Candidate(msgspec.Struct, frozen=True):
    """A sentence of the evidence, trimmed of a leading connective, with what choosing it needs."""

    source: int
    index: int
    start: int
    end: int
    text: str  # as the card would show it: markup and connective gone, first letter large
    speaker: str  # who says it: a commenter, an author, a publication
    heading: str | None
    block: int
    word_count: int
    ordered: tuple[str, ...]  # its terms as they follow one another
    terms: frozenset[str]
    numbers: frozenset[float]
    names: tuple[str, ...]
    dates: tuple[SaidDate, ...]
    first_person: bool
    second_person: bool
    relative_time: bool
    points_back: bool
    is_summary: bool  # the writer's own "TL;DR"
    drama: bool  # adjectives that sell instead of tell
    position: float  # 0 at the top of its source, 1 at its end
    site: str
    kind: ClaimKind

    @property
    def reads_alone(self) -> bool:
        """Leans on nothing, and, where it is a page's, does not talk to its reader."""
        return not self.points_back and not (self.second_person and self.kind == "web")

    @property
    def labelled_count(self) -> int:
        """Words with the speaker in front."""
        return self.word_count + word_count(self.speaker)


def list_candidates(evidence: Evidence, query: Iterable[str] = ()) -> list[Candidate]:
    """Sentences of the evidence that read as whole sentences, in the order of sources and text.

    Of a long page only those that rank best for the query's terms (BM25) are looked at.
    """
    found: list[Candidate] = []
    wanted = list(query)
    for source in evidence.sources:
        for sentence in best_passages(source, wanted):
            candidate = make_candidate(source, sentence)
            if candidate:
                found.append(candidate)
    return found


def best_passages(source: Source, query: Sequence[str]) -> Sequence[Sentence]:
    """All sentences of the thread and of an ordinary page; of a longer page the best for the query, in order."""
    if source.n == 1 or len(source.sentences) <= MOST_PASSAGES:
        return source.sentences
    scores = Bm25(terms(sentence.text) for sentence in source.sentences).scores(query)
    best = sorted(range(len(scores)), key=lambda place: -scores[place])[:MOST_PASSAGES]
    return [source.sentences[place] for place in sorted(best)]


def make_candidate(source: Source, sentence: Sentence) -> Candidate | None:
    """The sentence as a candidate; None when it is no whole, clean sentence."""
    if sentence.kind not in ("paragraph", "item"):
        return None
    raw = sentence.text
    lead = CONNECTIVES.match(raw) or LABELLED.match(raw)
    offset = lead.end() if lead else 0
    heading = lead["label"] if lead and "label" in lead.groupdict() else sentence.heading
    text = plain_markup(raw[offset:])
    if lead and text:
        text = text[0].upper() + text[1:]
    if source.n == 1 and text:
        text = as_sentence(text)
    if lead and "label" in lead.groupdict() and GERUND.match(text):
        return None  # "Structured prompting: Systematically querying …" names a thing and says nothing of it
    if source.n == 1 and is_granted(source, sentence):
        return None
    english = (source.document.language or "en").lower().startswith("en")
    if not is_whole_sentence(text) or (english and not has_main_verb(text, is_item=sentence.kind == "item")):
        return None
    document = source.document
    ordered = tuple(terms(text))
    return Candidate(
        source=source.n,
        index=sentence.index,
        start=sentence.start + offset,
        end=sentence.end,
        text=text[0].upper() + text[1:],
        speaker=speaker_of(document, sentence),
        heading=heading,
        block=sentence.block,
        word_count=word_count(text),
        ordered=ordered,
        terms=frozenset(ordered),
        numbers=digit_numbers(text),
        names=tuple(names(text)),
        dates=dates_of(text, document.published_at),
        first_person=bool(FIRST_PERSON.search(text)),
        second_person=bool(SECOND_PERSON.search(text)),
        relative_time=bool(RELATIVE_TIME.search(text)),
        points_back=points_back(text, is_comment=source.n == 1),
        is_summary=bool(lead and "tl" in lead.group().lower()[:6] and "dr" in lead.group().lower()),
        drama=bool(DRAMA.search(text)),
        position=sentence.index / max(1, len(source.sentences)),
        site=document.site,
        kind="thread" if source.n == 1 else "web",
    )


def dates_of(text: str, published_at: str | None) -> tuple[SaidDate, ...]:
    """Its dates; where it gives none, the month or year that it tells from its page's own."""
    found = tuple(find_dates(text, published_at))
    near = None if found else RELATIVE_DATE.search(text)
    if near is None or len(published_at or "") < 7:
        return found
    year, month = int((published_at or "")[:4]), int((published_at or "")[5:7])
    back = "last" in near.group().lower()
    before = f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"
    this = f"{year}-{month:02d}"
    iso = str(year - back) if near["unit"] == "year" else before if back else this
    return (SaidDate(iso, *near.span(), True),)


def points_back(text: str, *, is_comment: bool) -> bool:
    """Whether it leans on a sentence before it: opens with a pronoun, says "the above", ends in "she said"."""
    if is_comment and OF_THE_THREAD.match(text):  # what the thread is about needs no sentence before
        return bool(LEANS.search(text))
    opens = (POINTS_BACK, BACKWARD_NOUN, HANGS, DANGLES) + ((REPLIES, REFERS) if is_comment else ())
    return any(pattern.match(text) for pattern in opens) or bool(LEANS.search(text))


def as_sentence(text: str) -> str:
    """A commenter's sentence with the capital or the full stop that haste left out; the words stay theirs."""
    first = text.split(" ", 1)[0].rstrip(",;:")
    text = text[0].upper() + text[1:] if first.replace("'", "").replace("’", "").isalpha() else text
    return text if re.search(r"[.!?…:;,)\]\"”’]$", text) else f"{text}."


def is_granted(source: Source, sentence: Sentence) -> bool:
    """Whether it only concedes what the next sentence of its paragraph turns against."""
    after = source.sentences[sentence.index + 1 : sentence.index + 2]
    turned = bool(after) and after[0].block == sentence.block and bool(TURNS.match(after[0].text))
    return turned and bool(GRANTS.search(sentence.text))


def is_whole_sentence(text: str) -> bool:
    """Opens like a sentence, ends like one, and holds no furniture, address, table or half a quotation."""
    if not text or not 5 <= word_count(text) <= 60:
        return False
    if not (
        text[0].isupper()
        or text[0].isdigit()
        or text[0] in "\"“‘'«$€£"
        or (text[0].isalpha() and ord(text[0]) > 0x2E80)
        or re.match(r"[a-z]+[A-Z\-]", text)
    ):
        return False
    if not re.search(r"(?:[.!。！][\"”’')\]]*|[\"”»])$", text) or text.endswith(("...", "…", ":.", "etc.)")):
        return False
    if "?" in text or re.search(r"https?://|www\.|\||[{}<>\\]|=>|::|==|\s=\s|@\w", text) or FURNITURE.search(text):
        return False
    if FRAGMENT.search(text) or (BARE_PLURAL.search(text) and not STRICT.search(text)):
        return False
    return _is_balanced(text) and _is_prose(text) and not WHOLLY_QUOTED.match(text)


def has_main_verb(text: str, *, is_item: bool = False) -> bool:
    """Whether somebody does something in it, not only in order to, or in a clause behind. Items of a list are often
    bare names of things."""
    if IMPERATIVE.match(text):
        return True
    if not FINITE.search(text) or ENTRY.match(text):
        return False
    head, _, tail = text.partition(",")
    if GERUND.match(tail.strip()) and not (FINITE.search(head) or STRICT.search(tail)):  # "A lamp, depending on use"
        return False
    if OPENS_IDLE.match(text) and not STRICT.search(tail):
        return bool(STRICT.search(LATER_VERB.sub("", text.split(" ", 1)[1])))
    return not is_item or bool(STRICT.search(LATER_VERB.sub("", text)))


def _is_balanced(text: str) -> bool:
    pairs = text.count("“") == text.count("”") and text.count('"') % 2 == 0 and text.count("«") == text.count("»")
    return pairs and text.count("(") == text.count(")") and text.count("[") == text.count("]")


def _is_prose(text: str) -> bool:
    said = [word for word in text.split() if word[0].isalpha()] if text.split() else []
    letters = sum(ch.isalpha() or ch.isspace() for ch in text)
    capitals = sum(word[0].isupper() for word in said)
    return letters / len(text) > 0.78 and (len(said) < 8 or capitals / len(said) < 0.6)


def draft(candidate: Candidate, *, label: str | None = None, also: Iterable[Span] = ()) -> ClaimDraft:
    """The candidate as a claim citing its own run of text, then `also`."""
    own = Span(candidate.source, candidate.start, candidate.end)
    return ClaimDraft(text=candidate.text, kind=candidate.kind, spans=(own, *also), label=label)


def said_by(
    candidate: Candidate, *, label: str | None = None, also: Iterable[Span] = (), text: str | None = None
) -> ClaimDraft:
    """The same with its speaker in front; in quotation marks where it speaks of itself as I or we. `text` is as much of
    it as is shown."""
    own = Span(candidate.source, candidate.start, candidate.end)
    return tell(text or candidate.text, candidate.speaker, candidate.kind, (own, *also), label)
