"""Who wrote a page, from what it says about itself: names of people, or none."""

import re
from collections.abc import Iterator, Sequence
from html import unescape

from lxml import html

from workers.extract.blocks import words_of
from workers.extract.linked_data import LinkedArticle

METAS = ("author", "byl", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "citation_author",
         "article:author", "itemprop:author")  # fmt: skip
NO_NAMES = frozenset(
    {"by", "admin", "administrator", "author", "authors", "anonymous", "editor", "editors", "editorial", "guest",
     "null", "none", "staff", "team", "unknown", "undefined", "writer", "reporter", "correspondent", "contributor",
     "user", "webmaster", "root", "newsroom", "redaktion", "rédaction", "redacción", "redazione", "redactie",
     "redação"}
)  # fmt: skip
# Words of what people are: a part of a byline that holds one, and what follows it, names nobody.
ROLES = frozenset(
    """analyst associate chair chief co-founder columnist contributing coordinator dean deputy director engineer fellow
    founder freelance general head historian journalist lecturer manager officer partner phd photographer president
    producer professor project researcher scientist senior specialist technologist vice ceo cto university institute
    school department ministry foundation""".split()
)
MOST_SHOWN = 3
LONGEST = 60
LONGEST_BYLINE = 160
NEAR = 14  # marked elements looked at; later ones belong to comments and other articles

_BY = re.compile(
    r"(?i)^[\s:]*(?:(?:written|posted|published|reported|authored|words|story|article)\s+)?by\b:?\s*"
    r"|^(?:view all )?posts by\s+|^via\s+"
)
_BY_WITHIN = re.compile(r"(?i)\b(?:by|von|par|por|door|autore?s?:|author:)\s+(?=[^\W\d_])")
_NAMED = re.compile(r"(?i)(?:^|[_-])(?:byline|author)(?:$|[_-])|authorname|bylinename|articleauthor")
_COMMENT = re.compile(r"(?i)comment|respon(?:d|ses?)\b|discuss|repl(?:y|ies)\b|related|recirc|sidebar|footer|mention")
_PERSON = re.compile(r"[^\W\d_][\w.’'-]*(?:\s+[^\W\d_][\w.’'-]*){1,3}")
_END = re.compile(
    r"\s[|·•—–-]\s|[|·•—–@(\[\d]|\b(?:updated|published|posted|follow|on)\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d",
    re.IGNORECASE,
)


def find_author(tree: html.HtmlElement, metas: dict[str, list[str]], linked: LinkedArticle, site: str) -> str | None:
    """Up to three names, more as "Ada Keel and 7 others"; None where the page names nobody."""
    for names in _sources(tree, metas, linked):
        people = list(dict.fromkeys(name for raw in names for name in clean_names(raw, site)))
        if people:
            return join_names(people)
    return None


def _sources(tree: html.HtmlElement, metas: dict[str, list[str]], linked: LinkedArticle) -> Iterator[Sequence[str]]:
    """What names the author, the surest first; the page itself is searched only when its head is silent."""
    yield linked.authors
    for name in METAS:
        yield metas.get(name, [])
    marked = next(iter(tree.xpath("//a[@rel='author'] | //*[@itemprop='author']")), None)
    yield [words_of(marked)[:LONGEST_BYLINE]] if marked is not None else []
    yield from _bylines(tree)


def _bylines(tree: html.HtmlElement) -> Iterator[Sequence[str]]:
    """Lines that say "by", then short names in elements that are called so."""
    marked = [element for element in _marked(tree)[:NEAR] if not _in_comments(element)]
    for element in marked:
        line = _line(element)
        if said := _BY_WITHIN.search(line):
            yield [next(_linked_names(element), _END.split(line[said.end() :])[0])]
    for element in marked:
        if any(_NAMED.search(name) for name in element.get("class", "").split()):
            yield [next(_linked_names(element), "")]
            name = _END.split(_line(element))[0].strip(" ,.")
            yield [name] if _is_person(name) else []


def _marked(tree: html.HtmlElement) -> list[html.HtmlElement]:
    return list(tree.xpath("//*[contains(@class, 'yline') or contains(@class, 'uthor')]"))


def _line(element: html.HtmlElement) -> str:
    return " ".join(" ".join(map(str, element.itertext())).split())[:LONGEST_BYLINE]


def _linked_names(element: html.HtmlElement) -> Iterator[str]:
    return (name for link in element.iter("a") if _is_person(name := words_of(link)))


def _is_person(name: str) -> bool:
    """Two to four words in capitals, or short ones between them."""
    return _PERSON.fullmatch(name) is not None and all(word[0].isupper() or len(word) <= 3 for word in name.split())


def _in_comments(element: html.HtmlElement) -> bool:
    return any(
        _COMMENT.search(f"{above.get('class', '')} {above.get('id', '')}")
        for above in (element, *element.iterancestors())
        if above.tag not in ("html", "body")
    )


def clean_names(raw: str, site: str) -> list[str]:
    """The names of people in what names an author, as far as such are in it."""
    text = re.sub(r"<[^<>]*>", " ", unescape(unescape(raw)))
    if "://" in text:
        return []
    text = _BY.sub("", " ".join(text.split())).strip(" :")
    text = re.split(r"\s+[|·•–—-]\s+", text)[0]
    text = re.sub(r"^([^,;&]+), ([^,;&]+)$", _turn_round, text)  # "Vaswani, Ashish"
    names: list[str] = []
    for part in re.split(r"\s*[;,&/]\s*|\s+(?:and|und|et)\s+", text):
        words = part.casefold().split()
        if names and (
            ROLES.intersection(words) or NO_NAMES.intersection(words) or (len(words) == 1 and " " in names[0])
        ):
            break
        name = _without_stop(part.strip(" ,|:"))
        if _is_name(name, site):
            names.append(name.title() if name.isupper() and " " in name else name)
    return names


def _without_stop(name: str) -> str:
    """ "Ada Keel." is the end of a sentence, "e.V." and "Jr." are not."""
    last = name.split()[-1] if name.split() else ""
    return name.rstrip(".") if len(last.rstrip(".")) > 3 and "." not in last[:-1] else name


def _turn_round(match: re.Match[str]) -> str:
    last, first = match[1], match[2]
    if ROLES.intersection(first.casefold().split()) or NO_NAMES.intersection(first.casefold().split()):
        return last
    return f"{first} {last}" if len(last.split()) == 1 and len(first.split()) <= 2 else match[0]


def _is_name(name: str, site: str) -> bool:
    words, plain, of_site = name.split(), f"{name.casefold()} ", f"{site.casefold()} "
    return (
        1 < len(name) <= LONGEST
        and len(words) <= 5
        and not re.search(r"\d|https?:|www\.|[@<>{}]|\.(?:com|org|net|de|fr|co\.uk)\b", name)
        and not NO_NAMES.intersection(word.casefold() for word in words)
        and not of_site.startswith(plain)
        and not plain.startswith(of_site)
    )


def join_names(names: list[str]) -> str | None:
    """Up to three names in words, None for none."""
    if not names:
        return None
    if len(names) > MOST_SHOWN:
        return f"{names[0]} and {len(names) - 1} others"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
