"""The words that stand in a page, so that no quotation can be taken that does not stand there.

Words are compared as whoever checks a quotation compares them: tags, white space and typography apart.
"""

import html
import re
import unicodedata

SPELLINGS = {
    **dict.fromkeys("‘’‚‛`´", "'"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("‐‑‒–—−", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\ufeff", ""),
}
_SPELLED = re.compile(f"[{''.join(map(re.escape, SPELLINGS))}]")
# What opens and never closes hides the rest of the page; so each character is looked at once, however tags are left.
_UNSHOWN = re.compile(r"(?is)<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\b[^>]*(?:>|\Z)|\Z)|</?[a-z!?][^>]*(?:>|\Z)")
_HEAD_END = re.compile("(?i)</head>")


def fold(text: str) -> str:
    """Letters, digits and plain punctuation, without white space."""
    if text.isascii():  # seven of ten pieces; a tenth of the time
        return "".join(text.replace("`", "'").split())
    text = _spell(text)
    if not unicodedata.is_normalized("NFKC", text):
        text = _spell(unicodedata.normalize("NFKC", text))
    return "".join(text.split())


def _spell(text: str) -> str:
    return _SPELLED.sub(lambda match: SPELLINGS[match[0]], text)


class VisibleText:
    """A page's words with its tags removed, in the order of the source."""

    def __init__(self, markup: str) -> None:
        end = _HEAD_END.search(markup)
        head, body = (markup[: end.end()], markup[end.end() :]) if end else ("", markup)
        folded_head = fold(html.unescape(_UNSHOWN.sub("", head)))
        self._folded = folded_head + fold(html.unescape(_UNSHOWN.sub("", body)))
        self._body_start = len(folded_head)
        self._found = 0

    def holds(self, text: str) -> bool:
        """Whether the text stands in the page in one run. Asked in the page's order, it looks on from the last find."""
        folded = fold(text)
        at = self._folded.find(folded, self._found)
        if at < 0:
            at = self._folded.find(folded, 0, self._found + len(folded))
        self._found = at if at >= 0 else self._found
        return at >= 0

    def body_holds(self, text: str) -> bool:
        """The same for the page below its head, where titles are repeated that no visitor sees."""
        return self._folded.find(fold(text), self._body_start) >= 0
