"""Whether the names of a claim are known: as they stand, as an acronym, or by what else the country is called."""

import re
from collections.abc import Collection

from server.core.lexicon import ALIASES
from server.core.reading import read_terms
from server.core.words import UPPER, names, term_set

_RUN = re.compile(
    rf"(?<!\w)[{UPPER}][\w'’\-]*(?:(?:[\s\-]+|\s+(?:of|and|the|for|on|de|in)(?:\s+the)?\s+|\s*&\s*)[{UPPER}][\w'’\-]*)+"
)
_CAPITAL = re.compile(rf"(?<!\w)[{UPPER}][\w'’]*")
_ACRONYM = re.compile(rf"\b(?:[{UPPER}]{{2,6}}|(?:[{UPPER}]\.){{2,6}})")
MOST = 20_000  # code points that are searched for written-out names


def unknown_names(claim: str, known_text: str) -> bool:
    """Whether some name of a claim is nowhere in a text, under any name. A claim's first word may be one like any
    other; a word with digits ("GPT-4") is known only as it is written."""
    said = [*map(_without_article, names(f"The {claim}"))]
    known = term_set(known_text) | frozenset(read_terms(known_text))
    missing = [name for name in said if _terms(name) - known]
    if not missing:
        return False
    known |= {ALIASES[term] for term in known if term in ALIASES}
    acronyms = _acronyms(known_text)
    written_out = _shorts(known_text)
    for name in missing:
        left = {term for term in _terms(name) - known if ALIASES.get(term, "") not in known}
        left -= written_out if name.isupper() else set()
        if left and _initials(name) not in acronyms:
            return True
    return False


def known_by_initials(claim: str, strangers: Collection[str], text: str) -> set[str]:
    """Those of some terms of a claim that a text has by other letters: an acronym that it writes out, or a written-out
    name whose acronym it has."""
    short = {term for term in strangers if re.search(rf"\b{re.escape(term.upper())}\b", claim.replace(".", ""))}
    found = short & _shorts(text) if short else set()
    acronyms = _acronyms(text)
    for run in map(_without_article, _RUN.findall(claim)) if acronyms else ():
        terms = set(read_terms(run))
        if terms & set(strangers) and _initials(run) in acronyms:
            found |= terms
    return found


def _acronyms(text: str) -> set[str]:
    return {short.replace(".", "").lower() for short in _ACRONYM.findall(text[:MOST])}


def _terms(name: str) -> frozenset[str]:
    """Compounds with digits whole, others in parts."""
    return frozenset(
        term
        for word in name.split()
        for term in (term_set(word) if any(ch.isdigit() for ch in word) else read_terms(word))
    )


def _shorts(text: str) -> set[str]:
    """The initials of written-out names, each run of them: "un" for "the United Nations"."""
    found: set[str] = set()
    for match in _RUN.finditer(text[:MOST]):
        initials = _initials(match.group())[:8]
        found.update(initials[i:j] for i in range(len(initials)) for j in range(i + 2, len(initials) + 1))
    return found


def _without_article(name: str) -> str:
    return re.sub(r"^(?:The|An?) ", "", name)


def _initials(name: str) -> str:
    return "".join(part[0] for part in _CAPITAL.findall(name)).lower()
