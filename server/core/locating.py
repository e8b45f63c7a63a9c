"""Where a quotation stands in a stored text.

Whoever hands over a quotation as words (a capture, an import, a model that was asked) has been through other
typography: quotation marks, dashes, white space, ellipses, soft hyphens, composed and decomposed letters. All that is
folded, and the place is told in the stored text's own code points. A quotation with a few other words is found too and
marked as such, but never where a number, a name or a denial differs: such a one stands nowhere.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

import msgspec

from server.core.words import CJK, STOPWORDS, TYPOGRAPHY

FEWEST_WORDS = 5  # below that a quotation with another word is another quotation
MOST_WORDS = 300
ALIKE = 0.85  # share of the words that have to be the same, in the same order
ANCHORS, PLACES_EACH = 4, 40  # rarest words of the quotation that are looked for, and where
MOST_TRIES = 2_000  # places of a hostile text that begin right and end within a word
GAP = 400  # code points that an ellipsis may stand for

_RUN = re.compile(r"\S+")
_SPELLING = re.compile(r" *- *-* *| ?\.(?: ?\.){2,}| {2,}|''")
_WORD = re.compile(r"\d[\d.,]*\d|[^\W_]+(?:'[^\W_]+)?")
_ELLIPSIS = re.compile(r" ?(?:\[\.\.\.\]|\(\.\.\.\)|\.\.\.) ?")
_TELLING = re.compile(
    r"\d|^(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|unable|refus\w+|den(?:y|ies|ied)|fail\w*|"
    r"\w+n't|all|every|only|most|some|few|many|more|less|fewer|least|may|might|could|would|alleged\w*|reportedly|one|two|"
    r"three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty|hundred|thousand|\w?illion|half|first|second|third|last|"
    r"increase\w*|decrease\w*|rose|fell|up|down|before|after)$"
)


_QUALIFIES = re.compile(
    r"^(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|unable|refus\w+|den(?:y|ies|ied)|fail\w*|"
    r"\w+n't|only|some|few|may|might|could|would|if|alleged\w*|reportedly|probably|perhaps)$"
)


class Place(msgspec.Struct, frozen=True):
    """`text[start:end]` is the quotation; `exact` when only typography and capitals differ."""

    start: int
    end: int
    exact: bool


class Locator:
    """A stored text, folded once for any number of quotations; a megabyte takes well under a second."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._plain, self._at = _folded(text)

    def locate(self, quote: str) -> Place | None:
        """The first place where a quotation stands; None where it does not."""
        plain = _folded(quote)[0].strip()
        if not _WORD.search(plain):
            return None
        if (start := self._find(plain)) is not None:
            return self._place(start, start + len(plain), True)
        parts = [part for part in _ELLIPSIS.split(plain) if _WORD.search(part)]
        return self._find_parts(parts) if len(parts) > 1 else self._find_alike(plain, quote)

    def _find(self, plain: str, start: int = 0, end: int | None = None) -> int | None:
        """Where it stands, from one border of words to another."""
        for _ in range(MOST_TRIES):
            found = self._plain.find(plain, start, len(self._plain) if end is None else end)
            if found < 0:
                return None
            if self._is_border(found) and self._is_border(found + len(plain)):
                return found
            start = found + 1
        return None

    def _is_border(self, at: int) -> bool:
        before, after = self._plain[at - 1 : at], self._plain[at : at + 1]
        return not (before.isalnum() and after.isalnum()) or bool(CJK.match(before) or CJK.match(after))

    def _find_parts(self, parts: Sequence[str]) -> Place | None:
        """The parts of a quotation that leaves something out, in order and near each other. What is left out may not
        deny or qualify."""
        start = first = self._find(parts[0])
        if start is None or first is None:
            return None
        end = start + len(parts[0])
        for part in parts[1:]:
            start = self._find(part, end, end + GAP + len(part))
            if start is None or any(map(_QUALIFIES.match, _WORD.findall(self._plain[end:start]))):
                return None
            end = start + len(part)
        return self._place(first, end, False)

    # ---- quotations with other words ------------------------------------------------------------------

    @cached_property
    def _words(self) -> tuple[list[str], list[int]]:
        matches = list(_WORD.finditer(self._plain))
        return [match.group() for match in matches], [match.start() for match in matches]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, word in enumerate(self._words[0]):
            found.setdefault(word, []).append(place)
        return found

    def _find_alike(self, plain: str, quote: str) -> Place | None:
        said = _WORD.findall(plain)
        if not FEWEST_WORDS <= len(said) <= MOST_WORDS:
            return None
        names = _capitals(quote)
        words, starts = self._words
        for begin in self._beginnings(said):
            window = words[begin : begin + len(said) + len(said) // 4 + 2]
            matched = SequenceMatcher(None, said, window, autojunk=False).get_matching_blocks()[:-1]
            if not matched or sum(block.size for block in matched) < ALIKE * len(said):
                continue
            last = matched[-1]
            if matched[0].a or matched[0].b or last.a + last.size != len(said):
                continue  # where it begins or ends would be a guess
            end = begin + last.b + last.size - 1
            changed = [*_between(said, [(b.a, b.size) for b in matched])]
            added = [*_between(window[: last.b + last.size], [(b.b, b.size) for b in matched])]
            place = self._place(starts[begin], starts[end] + len(words[end]), False)
            telling = names | _capitals(self.text[place.start : place.end])
            if not any(_TELLING.search(word) or word in telling for word in (*changed, *added)):
                return place
        return None

    def _beginnings(self, said: Sequence[str]) -> Iterator[int]:
        """Where the quotation would begin, judging by its rarest words; each once, in the order of the text."""
        rare = sorted((len(self._places[word]), at, word) for at, word in enumerate(said) if word in self._places)
        first = self._places.get(said[0], [])
        found: set[int] = set()
        for _, at, word in rare[:ANCHORS]:
            for place in self._places[word][:PLACES_EACH]:
                # Words may have come in or gone on the way here, so the first word is sought around its place.
                near = first[bisect_left(first, place - at - at // 4 - 2) :][:8]
                found.update(begin for begin in near if abs(place - at - begin) <= at // 4 + 2)
        yield from sorted(found)

    def _place(self, start: int, end: int, exact: bool) -> Place:
        """From positions in the folded text to those in the stored one."""
        last = self._at[end - 1]
        after = end
        while after < len(self._at) and self._at[after] == last:  # the rest of a ligature
            after += 1
        stop = self._at[after] if after < len(self._at) else len(self.text)
        while stop > last + 1 and not self.text[stop - 1].isalnum() and not unicodedata.combining(self.text[stop - 1]):
            stop -= 1
        return Place(self._at[start], stop, exact)


def locate(quote: str, text: str) -> Place | None:
    """Where a quotation stands in a text; `Locator` is cheaper for several."""
    return Locator(text).locate(quote)


def _capitals(text: str) -> set[str]:
    """Words with a capital, but for small words that open a sentence."""
    return {word.casefold() for word in _WORD.findall(text) if word[0].isupper()} - STOPWORDS


def _between(words: Sequence[str], blocks: Iterable[tuple[int, int]]) -> Iterator[str]:
    """The words between matching blocks."""
    end = 0
    for start, size in blocks:
        yield from words[end:start]
        end = start + size


def _folded(text: str) -> tuple[str, "array[int]"]:
    """The text with plain typography, and for each of its code points where it stands in the original."""
    pieces: list[str] = []
    at: array[int] = array("I")
    end = 0
    for run in _RUN.finditer(text):
        if pieces and text[end - 1] != "\u00ad":  # a soft hyphen at the end of a line joins what it parts
            pieces.append(" ")
            at.append(end)
        word, (start, end) = run.group(), run.span()
        if word.isascii():
            pieces.append(word.lower().replace("`", "'"))
            at.extend(range(start, end))
            continue
        for first, cluster in _clusters(word):
            plain = _plain_cluster(cluster)
            pieces.append(plain)
            at.extend([start + first] * len(plain))
    return _respelled("".join(pieces), at)


def _clusters(word: str) -> Iterator[tuple[int, str]]:
    """Each letter with the marks that follow it, and where it begins."""
    first = 0
    for n in range(1, len(word) + 1):
        if n == len(word) or not (unicodedata.combining(word[n]) or "\u1160" <= word[n] <= "\u11ff"):
            yield first, word[first:n]
            first = n


@lru_cache(maxsize=1 << 12)
def _plain_cluster(cluster: str) -> str:
    return unicodedata.normalize("NFKC", cluster.translate(TYPOGRAPHY)).casefold()


def _respelled(plain: str, at: "array[int]") -> tuple[str, "array[int]"]:
    """Dashes without spaces around them, ellipses of three dots, single spaces, two apostrophes as one mark."""
    pieces: list[str] = []
    places: array[int] = array("I")
    end = 0
    for match in _SPELLING.finditer(plain):
        said = match.group()
        new = "-" if "-" in said else "..." if "." in said else '"' if "'" in said else " "
        pieces += [plain[end : match.start()], new]
        places += at[end : match.start()]
        places.extend([at[match.start()]] * len(new))
        end = match.end()
    pieces.append(plain[end:])
    places += at[end:]
    return "".join(pieces), places
