"""The blocks of marked-up text: Markdown, MDX, reStructuredText, plain, as far as their visitors see them."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from server.core.source import Block, BlockKind
from workers.extract.front_matter import FRONT_MATTER

FENCE = re.compile(r"[ \t]*(```+|~~~+|\{%-? *highlight\b)")
HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$")
ADORNMENT = re.compile(r"([=\-#*~^\"'`+.:_])\1{2,}[ \t]*$")
ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)]|#\.)[ \t]+(?=\S)")
QUOTED = re.compile(r"[ \t]*>[ \t]?")
ROW = re.compile(r"[ \t]*\|(.*)\|[ \t]*$")
ROW_RULE = re.compile(r"[ \t]*\|?[ :|\-+=]+\|?[ \t]*$")
DIRECTIVE = re.compile(r"[ \t]*\.\.(?:[ \t]|$)")
CODE_DIRECTIVE = re.compile(r"[ \t]*\.\.[ \t]+(?:code|code-block|sourcecode|parsed-literal|highlight)::")
PROSE_DIRECTIVE = re.compile(r"[ \t]*\.\.[ \t]+(?:note|warning|tip|important|hint|caution|danger|attention|seealso)::")
# Lines that a visitor of the rendered page does not read.
UNSHOWN_LINE = re.compile(
    r"[ \t]*(?:>[ \t]*\[!\w+\]"  # GitHub's "> [!NOTE]"
    r"|(?:\[?!\[[^\]]*\]\([^)]*\)(?:\]\([^)]*\))?[ \t]*)+"  # images and badges
    r"|\[[^\]]+\](?:\(#[^)]*\)|:[ \t]*\S+.*)"  # a line of a table of contents; a link's definition
    r"|\{%.*%\}|\{\{.*\}\}|:::.*"
    r"|import\s.+\bfrom\s+['\"].*|import\s+['\"].*|export\s+(?:const|default|function|let)\b.*"
    r"|[*_\-=][ *_\-=]{2,})[ \t]*$"
)
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|\{/\*.*?\*/\}", re.S)
TAG_LINES = re.compile(r"(?m)^[ \t]*</?[A-Za-z][^<>]{0,2000}>(?:[ \t]*</?[A-Za-z][^<>]{0,2000}>)*[ \t]*$")


class Line(NamedTuple):
    """A line's place in the stored text, without its line break."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())


def find_blocks(text: str, *, plain: bool = False) -> Iterator[Block]:
    """Blocks of marked-up text in order; `plain` text has paragraphs only."""
    if plain:
        for paragraph in re.finditer(r"\S(?:.*\S)?(?:\r?\n[ \t]*\S.*)*", text):
            yield _trimmed(text, paragraph.start(), paragraph.end(), "paragraph")
        return
    lines = _split_lines(_mask(text))
    number = 0
    while number < len(lines):
        number, block = _next_block(lines, number)
        if block and text[block.start : block.end].strip():
            yield _trimmed(text, block.start, block.end, block.kind)


def _mask(text: str) -> str:
    """The text with what is not shown turned into spaces, line breaks and positions kept."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\r\n]", " ", match[0])

    fenced = [match.span() for match in re.finditer(r"(?ms)^[ \t]*(```+|~~~+).*?^[ \t]*\1", text)]

    def blank_outside_code(match: re.Match[str]) -> str:
        before = bisect_right(fenced, (match.start(), len(text))) - 1
        return match[0] if before >= 0 and match.start() < fenced[before][1] else blank(match)

    masked = FRONT_MATTER.sub(blank, text)
    return TAG_LINES.sub(blank_outside_code, COMMENT.sub(blank_outside_code, masked))


def _split_lines(text: str) -> list[Line]:
    lines, start = [], 0
    for line in text.splitlines(keepends=True):
        lines.append(Line(start, line.rstrip("\r\n")))
        start += len(line)
    return lines


def _next_block(lines: list[Line], number: int) -> tuple[int, Block | None]:
    """The block that begins at a line, if one does, and the line to go on from."""
    line = lines[number]
    if line.blank or ("|" in line.text and ROW_RULE.match(line.text)):
        return number + 1, None
    if fence := FENCE.match(line.text):
        return _take_fenced(lines, number, fence[1] if fence[1][0] in "`~" else "{% endhighlight")
    if heading := _take_heading(lines, number):
        return heading
    if DIRECTIVE.match(line.text):
        return _take_directive(lines, number)
    if UNSHOWN_LINE.match(line.text) or ADORNMENT.match(line.text):
        return number + 1, None
    if row := ROW.match(line.text):
        return number + 1, Block(line.start + row.start(1), line.start + row.end(1), "row")
    if line.indent >= 4 and not ITEM.match(line.text) and _follows_code_border(lines, number):
        return _take_indented(lines, number, "code")
    return _take_paragraph(lines, number)


def _take_fenced(lines: list[Line], number: int, fence: str) -> tuple[int, Block | None]:
    end = number + 1
    while end < len(lines) and not lines[end].text.strip().startswith(fence):
        end += 1
    inside = lines[number + 1 : end]
    return end + 1, Block(inside[0].start, inside[-1].end, "code") if inside else None


def _take_heading(lines: list[Line], number: int) -> tuple[int, Block] | None:
    """`# words`, or words with a line of marks below them, or (in reStructuredText) above and below."""
    line = lines[number]
    if marked := HEADING.match(line.text):
        return number + 1, Block(line.start + marked.start(1), line.start + marked.end(1), "heading")
    over = bool(ADORNMENT.match(line.text))
    words = number + 1 if over else number
    under = words + 1
    if under < len(lines) and not lines[words].blank and _underlines(lines[under].text.strip(), lines[words].text):
        if over and lines[under].text.strip()[0] != line.text.strip()[0]:
            return None
        if ITEM.match(lines[words].text) or QUOTED.match(lines[words].text):
            return None
        return under + 1, Block(lines[words].start, lines[words].end, "heading")
    return None


def _underlines(marks: str, words: str) -> bool:
    """Markdown underlines with any number of = or -, reStructuredText with as many marks as letters."""
    return bool(ADORNMENT.match(marks)) and (marks[0] in "=-" or len(marks) >= len(words.strip()))


def _take_directive(lines: list[Line], number: int) -> tuple[int, Block | None]:
    """A reStructuredText directive: code is kept as code, an admonition's words are read on, the rest is skipped."""
    line = lines[number]
    if PROSE_DIRECTIVE.match(line.text):
        return number + 1, None
    if CODE_DIRECTIVE.match(line.text):
        following = number + 1
        while following < len(lines) and (lines[following].blank or lines[following].text.lstrip().startswith(":")):
            following += 1
        inside = following < len(lines) and lines[following].indent > line.indent
        return _take_indented(lines, following, "code") if inside else (following, None)
    end, _ = _take_indented(lines, number + 1, "code", least=line.indent + 1)
    return end, None


def _take_indented(lines: list[Line], number: int, kind: BlockKind, least: int = 1) -> tuple[int, Block | None]:
    """Lines indented by at least so much, blank ones between them included."""
    end = number
    for following in range(number, len(lines)):
        if lines[following].blank:
            continue
        if lines[following].indent < least:
            break
        end = following + 1
    return max(end, number), Block(lines[number].start, lines[end - 1].end, kind) if end > number else None


def _follows_code_border(lines: list[Line], number: int) -> bool:
    """Whether a block of indented code may start here: after a blank line that follows no list item."""
    if number and not lines[number - 1].blank:
        return False
    before = next((lines[above] for above in range(number - 1, -1, -1) if not lines[above].blank), None)
    return before is None or not (ITEM.match(before.text) or before.indent or PROSE_DIRECTIVE.match(before.text))


def _take_paragraph(lines: list[Line], number: int) -> tuple[int, Block | None]:
    """A paragraph, list item or quotation, to the next blank line or beginning of something else."""
    line = lines[number]
    kind: BlockKind = "paragraph"
    offset = 0
    if quoted := QUOTED.match(line.text):
        kind, offset = "quote", quoted.end()
    elif item := ITEM.match(line.text):
        kind, offset = "item", item.end()
    end = number + 1
    while end < len(lines) and not _begins_block(lines[end], inside=kind):
        end += 1
    last = end - 1
    if UNSHOWN_LINE.match(line.text[offset:]) and last == number:
        return end, None
    return end, Block(line.start + offset, lines[last].end, kind)


def _begins_block(line: Line, *, inside: BlockKind) -> bool:
    if line.blank or FENCE.match(line.text) or HEADING.match(line.text) or ROW.match(line.text):
        return True
    return bool(
        ITEM.match(line.text)
        or UNSHOWN_LINE.match(line.text)
        or DIRECTIVE.match(line.text)
        or (inside != "quote" and QUOTED.match(line.text))
        or (inside == "quote" and QUOTED.match(line.text) and not line.text.lstrip("> \t"))
    )


def _trimmed(text: str, start: int, end: int, kind: BlockKind) -> Block:
    piece = text[start:end]
    return Block(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()), kind)
