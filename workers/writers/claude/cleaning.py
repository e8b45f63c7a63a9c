"""Whether a model's sentence is only a sentence.

A model may obey the page it reads. So whatever could act or mislead by its form is no text for a card: links,
addresses, markup, keys, pictures instead of words, and what the model was told.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from server.core.source import Document, Evidence
from workers.prompts import load_prompts

LONGEST_TEXT = 400  # characters of a sentence
LEAKED_WORDS = 8  # in a row

_ACTIVE = re.compile(
    r"<[a-z!/?]|(?<!:)//\w|\]\s?\(|\]: |\bh[tx]{2}ps?:|\bwww\d?\.|\b[a-z][a-z0-9+.-]*://|\b(?:javascript|vbscript|mailto|data):\S|"
    r"```|&(?:#\w+|[a-z]+);|@[\w-]+\.[a-z]|\w\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?\w",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?<![\w@.-])((?:[\w-]+\.)+(xn--[\w-]+|[^\W\d_]{2,24}))(?![\w(])")
_IP = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]\w)")
# Ends of file and library names ("Node.js", "setup.py"). Those of the second kind are top-level domains too.
_FILES = frozenset(
    "js ts jsx tsx css html json toml yaml yml txt pdf exe dll cpp java php xml csv sql cfg ini conf rb".split()
)
_FILES_OR_PLACES = frozenset("ai app cc dev go io md net pl ps py rs sh so tf zip".split())
_KEY = re.compile(r"\b(?:sk|pk|rk|gh[opsu]|xox[abprs]|akia|aiza|eyj)[\w-]{12,}|[!-~]{40,}", re.IGNORECASE)
_PICTURE = re.compile("[\u20e3\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]")
_INLINE_MARKS = re.compile(r"(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)")


def clean(text: str, evidence: Evidence) -> str:
    """The text as one plain line; "" for what carries more than words, or names a host that none of the sources has."""
    seen = "".join(ch for ch in text if ch in "\n\t" or unicodedata.category(ch) not in ("Cc", "Cf", "Co", "Cs", "Cn"))
    # Browsers take full-width letters and full stops in a host for plain ones (UTS 46).
    read = unicodedata.normalize("NFKC", seen).replace("\u3002", ".")
    if len(text) > LONGEST_TEXT or any(form.search(read) for form in (_ACTIVE, _KEY, _PICTURE)):
        return ""
    if _leaks(read) or any(not _is_known(host, ending, evidence) for host, ending in _hosts(read)):
        return ""
    line = _INLINE_MARKS.sub("", re.sub(r"\s+", " ", seen)).strip()
    return re.sub(r"\s*\[\d+(?:, ?\d+)*\]", "", line).strip()


def _hosts(text: str) -> Iterator[tuple[str, str]]:
    for match in _HOST.finditer(text):
        yield match[1].lower().removeprefix("www."), match[2].lower()
    for match in _IP.finditer(text):
        yield match[0], ""


def _is_known(host: str, ending: str, evidence: Evidence) -> bool:
    """A planted address need not be a link to lead somewhere. The sources' own hosts are part of the story, and so is a
    file's name that a source has; an ending that no host has is a file's anyway."""
    if ending in _FILES and host.count(".") == 1:
        return True
    if any(host == known or known.endswith(f".{host}") or host.endswith(f".{known}") for known in _own_hosts(evidence)):
        return True
    may_be_a_file = (ending in _FILES_OR_PLACES and host.count(".") == 1) or not ending
    return may_be_a_file and any(_has(source.document, host) for source in evidence.sources)


def _has(document: Document, word: str) -> bool:
    return any(
        word in document.text[block.start : block.end].casefold() for block in document.blocks if block.kind != "order"
    )


def _own_hosts(evidence: Evidence) -> set[str]:
    return {(urlsplit(source.document.url).hostname or "").removeprefix("www.") for source in evidence.sources} - {""}


def _leaks(text: str) -> bool:
    """Whether it repeats what the model was told, which is for the model alone."""
    return any(run in _told() for run in _runs(text))


@cache
def _told() -> frozenset[tuple[str, ...]]:
    return frozenset(run for prompt in load_prompts().values() for run in _runs(prompt))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    said = re.findall(r"\w+", text.casefold())
    return (tuple(said[at : at + LEAKED_WORDS]) for at in range(len(said) - LEAKED_WORDS + 1))
