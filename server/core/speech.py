"""A source's own sentence as a card shows it: marks of formatting gone, its speaker in front, short enough."""

import re
from collections.abc import Iterable

from server.core.card import ClaimDraft, ClaimKind, Span
from server.core.source import Document, Sentence
from server.core.words import word_count

FIRST_PERSON = re.compile(
    r"\b(?:I|I'm|I've|I'd|I'll|[Ww]e|[Ww]e're|[Ww]e've|[Ww]e'll|[Mm]y|[Oo]urs?|us|me|myself|ourselves)\b"
)
FEWEST_LEFT = 8  # words of a sentence that was cut; fewer are a heading

_LINK = re.compile(
    r"!?\[([^\]\n]{1,200})\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)|"
    r"(?<=`)\s<[^>`]+>(?=`)|\[\[?\d{1,3}\]?\]"
)
_EMPHASIS = re.compile(r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)|~~")
_TELLS = re.compile(
    r"^(?:['’]s)?\s+(?:also |has |have )?(?:said|says|advis\w+|count\w*|found|finds|report\w*|estimat\w+|writes|wrote|"
    r"warn\w*|argu\w+|measur\w+|announc\w+|confirm\w*|claim\w*|replay\w*|recommend\w*|told|asked|expects?|calls?|"
    r"called)\b"
)
# Where a sentence may end early and still say what it says: before a participle, a relative clause, a bracket at its
# end or a second main clause. Never before what takes part of it back.
_DASH = re.compile(r"\s?[—–]\s?|\s-{1,3}\s")
_CUT = re.compile(
    r"(?P<loose>,\s+(?:[a-z]+ly\s+)?(?=[a-z]{2,}ing\b)|,\s+(?=(?:which|who|where|whose)\b))|;\s|"
    rf"\s(?=\([^()]*\)\.?$)|(?P<dash>{_DASH.pattern})"
)
_TAKES_BACK = re.compile(
    r"\W*(?:[a-z]+ly\s)?(?:but|however|although|though|unless|except|yet|if|only|not|or|provided|assuming|according|excluding|barring|"
    r"including|depending|alleg\w+|claim\w*|reported\w*|suggest\w*|probably|perhaps|maybe|likely)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|should|must|do|does|did|says?|said|[a-z]{3,}ed|"
    r"made|took|held|led|told|built|sent|wrote|put|found|gave|kept|got|ran|won|lost|saw|went|came|began|became|left|"
    r"[a-z]+n['’]t)\b"
)


def plain_markup(text: str) -> str:
    """Markdown's and reStructuredText's marks removed, their words kept, code spans as they are; white space folded."""
    spans = re.split(r"(`+[^`\n]+`+_?)", _LINK.sub(lambda match: match[1] or "", text))
    shown = [span.strip("`_") if span.startswith("`") else _EMPHASIS.sub("", span) for span in spans]
    return " ".join("".join(shown).replace("`", "").split())


def speaker_of(document: Document, sentence: Sentence) -> str:
    """Who says it: the commenter; the person, where the site is but an address or a repository; else the site."""
    if sentence.by:
        return sentence.by
    if document.kind == "thread":
        return document.site
    author = document.author or ""
    is_person = 1 < len(author.split()) <= 4 and author[0].isupper() and "," not in author and "@" not in author
    bare = "." in document.site or "/" in document.site
    if bare and is_person:
        return author
    repository = re.fullmatch(r"([^/\s]+)/(\S+) on GitHub", document.site)
    if repository is None:
        return document.site
    owner, name = repository.groups()
    personal = "." in name or re.fullmatch(
        r"(?:blog|site|website|web|www|docs|notes|posts|pages)s?", name, re.IGNORECASE
    )
    return owner if personal else name


def names_speaker(text: str, speaker: str) -> bool:
    """Whether a sentence opens with its speaker and a verb of telling, and so needs nobody in front."""
    rest, named = text.removeprefix("The "), speaker.removeprefix("The ")
    return rest.startswith(named) and bool(_TELLS.match(rest[len(named) :]))


def tell(text: str, speaker: str, kind: ClaimKind, spans: Iterable[Span], label: str | None = None) -> ClaimDraft:
    """The sentence as a claim with its speaker in front; in quotation marks where it speaks of itself as I or we."""
    named = label in (None, speaker) and kind == "web" and names_speaker(text, speaker)
    if FIRST_PERSON.search(text) and not text.startswith(("“", '"')):
        text = f"“{text.replace('“', '‘').replace('”', '’')}”"
    return ClaimDraft(text=text, kind=kind, spans=tuple(spans), label=None if named else label or speaker)


def within(text: str, most: int) -> str | None:
    """The sentence when it has at most so many words; else as much of it as ends where a clause does and says by itself
    what it says there; None when no such part is short enough."""
    if word_count(text) <= most:
        return text
    dashes = len(_DASH.findall(text))
    for match in reversed(list(_CUT.finditer(text))):
        head, tail = text[: match.start()].rstrip(" ,"), text[match.end() :]
        if not FEWEST_LEFT <= word_count(head) <= most or not _VERB.search(head) or not _is_closed(head):
            continue
        beside = match["dash"] and dashes > 1  # two dashes hold an aside between them
        onward = match["loose"] and "," in tail  # "X, which did Y, did Z" has its verb behind
        if not (beside or onward or _TAKES_BACK.match(text, match.start())):
            return f"{head}."
    return None


def _is_closed(text: str) -> bool:
    """Whether no quotation or bracket is left open."""
    pairs = text.count("“") == text.count("”") and text.count('"') % 2 == 0
    return pairs and text.count("(") == text.count(")") and text.count("[") == text.count("]")
