"""The words a page really shows, so that no quotation can be taken that does not stand there.

Extraction may drop a footnote mark, a button or an advertisement from the middle of a paragraph; the sentence it leaves
is then nowhere in the page. Words are compared as whoever checks a quotation compares them: tags, white space and
typography apart.
"""

import re
import unicodedata
from bisect import bisect_left

from workers.extract.tags import strip_tags

SPELLINGS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\ufeff"),
    }
)
ANCHOR = 20  # folded characters by which an end of a paragraph is found again
LONGEST_DETOUR = 160  # folded characters a page may have more than what was extracted


def fold(text: str) -> str:
    """Letters, digits and plain punctuation, without white space."""
    return "".join(unicodedata.normalize("NFKC", text.translate(SPELLINGS)).translate(SPELLINGS).split())


class VisibleText:
    """A page's words with its tags removed, in the order of the source."""

    def __init__(self, markup: str) -> None:
        head, body = _split_head(markup)
        head_text, body_text = strip_tags(head), strip_tags(body)
        folded_head = fold(head_text)
        self._text = head_text + body_text
        self._folded = folded_head + fold(body_text)
        self._body_start = len(folded_head)
        self._places: list[int] | None = None

    def holds(self, text: str) -> bool:
        """Whether the text stands in the page in one run."""
        return fold(text) in self._folded

    def body_holds(self, text: str) -> bool:
        """The same for the page below its head, where titles are repeated that no visitor sees."""
        return self._folded.find(fold(text), self._body_start) >= 0

    def restore(self, text: str) -> str | None:
        """The run of the page that starts and ends as the text does and is little longer; None when there is none."""
        wanted = fold(text)
        start = self._folded.find(wanted[:ANCHOR]) if len(wanted) >= 2 * ANCHOR else -1
        while start >= 0:
            end = self._folded.find(wanted[-ANCHOR:], start + ANCHOR, start + len(wanted) + LONGEST_DETOUR)
            if end >= 0 and end + ANCHOR - start >= len(wanted):
                return self._run(start, end + ANCHOR)
            start = self._folded.find(wanted[:ANCHOR], start + 1)
        return None

    def _run(self, start: int, end: int) -> str | None:
        """The unfolded text of a folded run, unless it holds what only machines read: addresses, TeX."""
        run = " ".join(self._text[self._place(start) : self._place(end - 1) + 1].split())
        return run if fold(run) == self._folded[start:end] and "://" not in run and "{\\" not in run else None

    def _place(self, folded_index: int) -> int:
        """Where a folded character stands in the unfolded text."""
        if self._places is None:
            self._places, length = [], 0
            for character in self._text:
                length += len(fold(character))
                self._places.append(length)
        return bisect_left(self._places, folded_index + 1)


def _split_head(markup: str) -> tuple[str, str]:
    """The page cut at the end of its head; everything is body where there is no such end."""
    end = re.search("(?i)</head>", markup)
    return (markup[: end.end()], markup[end.end() :]) if end else ("", markup)
