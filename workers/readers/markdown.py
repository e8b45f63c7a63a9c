"""Reddit's Markdown as plain text, for answers that lack the rendered form: the marks go, the words stay."""

import re

from workers.readers.prose import Prose, lay_out

# Each pattern's inside excludes its own opening, so that no text makes it look at a character twice.
_LINK = re.compile(
    r"!?\[([^\[\]]{1,500})\]\(\s?<?([^\s()<>]{1,2000}(?:\([^\s()<>]*\)[^\s()<>]*)?)>?(?: \"[^\"]{0,300}\")?\s?\)"
)
_BARE = re.compile(r"https?://[^\s<>()\[\]\"']{3,2000}")
_STRONG = re.compile(
    r"\*\*(?=\S)([^*\n]+)(?<=\S)\*\*|(?<!\w)__(?=\S)([^_\n]+)(?<=\S)__(?!\w)|~~(?=\S)([^~\n]+)(?<=\S)~~"
)
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])|(?<!\w)_(?=\S)([^_\n]+)(?<=\S)_(?!\w)")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_SPOILER = re.compile(r">!([^!<>]+)!<")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~^|])")
_APART = 0x10F000  # private use, far from any icon font: where an escaped character waits while marks are taken away
_ITEM = re.compile(r"\s{0,3}(?:[*+-]|\d{1,9}[.)])\s+(.*)")
_FENCE = re.compile(r"```[^\n]*\n(.*?)(?:\n```|\Z)", re.DOTALL)


def prose_of_markdown(markdown: str) -> Prose:
    """The words of a text, in paragraphs."""
    links = [match[2] for match in _LINK.finditer(markdown)] + _BARE.findall(_LINK.sub(" ", markdown))
    paragraphs: list[tuple[str, str]] = []
    for part in re.split(r"\n[ \t]*\n", markdown.replace("\r\n", "\n")):
        paragraphs += _read_block(part)
    kept = [(kind, text) for kind, text in paragraphs if text.strip("\u200b ")]
    return lay_out(kept, tuple(dict.fromkeys(links)))


def _read_block(block: str) -> list[tuple[str, str]]:
    lines = [part for part in block.split("\n") if part.strip()]
    if not lines:
        return []
    if all(part.startswith(("    ", "\t")) for part in lines):
        return [("code", "\n".join(part.removeprefix("\t").removeprefix("    ") for part in lines))]
    if fenced := _FENCE.match(block.strip()):
        return [("code", fenced[1])]
    if all(part.lstrip().startswith((">", "&gt;")) and not part.lstrip().startswith(">!") for part in lines):
        return [("quote", _words("\n".join(part.lstrip().lstrip("> ") for part in lines)))]
    if len(lines) == 1 and lines[0].lstrip().startswith("#"):
        return [("heading", _words(lines[0].strip(" #")))]
    return _items_or_paragraph(lines)


def _items_or_paragraph(lines: list[str]) -> list[tuple[str, str]]:
    items = [_ITEM.fullmatch(part) for part in lines]
    if items[0] is None:
        return [("paragraph", _words("\n".join(lines)))]
    told: list[list[str]] = []
    for part, item in zip(lines, items, strict=True):
        if item:
            told.append([item[1]])
        else:
            told[-1].append(part)
    return [("item", _words("\n".join(item))) for item in told]


def _words(text: str) -> str:
    text = _ESCAPE.sub(lambda match: chr(_APART + ord(match[1])), text)
    text = _SPOILER.sub(r"\1", _LINK.sub(r"\1", text))
    for marks in (_STRONG, _EMPHASIS, _CODE):
        text = marks.sub(lambda match: next(part for part in match.groups() if part), text)
    lines = re.split(r"  +\n", re.sub(r"[\U0010f000-\U0010f07f]", lambda match: chr(ord(match[0]) - _APART), text))
    return "\n".join(" ".join(part.split()) for part in lines).strip()
