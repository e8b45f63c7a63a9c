"""Text for a picture: reduced to what can be drawn, and broken into lines that fit."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

from server.pages.preview.faces import Face, advances, face_of, width_of

ELLIPSIS = "…"
MOST_LETTERS = 600  # of a text that are looked at; more than any picture shows
MOST_MARKS = 3  # upon one letter: Hebrew needs three; "Zalgo" text piles up dozens
JOINERS = "\u200c\u200d"  # they shape letters in Arabic and Indic scripts
VARIANTS = re.compile("[\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")  # which drawing of an emoji; ours has one of each
# UAX #14 in small: never at the beginning of a line, never at its end.
NOT_FIRST = frozenset(
    "、。，．・：；？！）〕］｝〉》」』】〙〗’”…‥ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.!?:;)]}%»"
)
NOT_LAST = frozenset("（〔［｛〈《「『【〘〖‘“([{«$£¥€#@เแโใไ")
FREE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff01-\uff60]")  # kana and ideographs: a line may end beside each
ALPHABETIC = re.compile("[A-Za-z\u00aa-\u052f\u1e00-\u1fff]{2}")  # words that take a hyphen where they are broken
RIGHT_TO_LEFT = frozenset({"R", "AL"})


class Fitted(msgspec.Struct, frozen=True):
    """Lines and the size, in pixels, at which they fit."""

    lines: tuple[str, ...]
    size: int


def drawable(text: str, first: Face) -> str:
    """The text on one line, without what acts or cannot be drawn; "…" stands for characters that no face has.

    Empty where most of its letters would be missing: a riddle is worse than nothing.
    """
    plain = "".join(_readable(VARIANTS.sub("", unicodedata.normalize("NFC", text[:MOST_LETTERS])), first))
    drawn = [ch if ch == " " or ch in JOINERS or face_of(ch, first) else ELLIPSIS for ch in plain]
    letters = sum(ch.isalnum() for ch in plain)
    kept = sum(one.isalnum() and one == ch for one, ch in zip(drawn, plain, strict=True))
    if kept * 2 < letters:
        return ""
    return re.sub(rf"{ELLIPSIS}(?:[ {JOINERS}]*{ELLIPSIS})+", ELLIPSIS, "".join(drawn)).strip()


def _readable(text: str, first: Face) -> Iterator[str]:
    """Characters that are neither controls (XML admits few), nor turn the line around, nor pile up.

    A mark or a joiner stays only upon a letter of the same font, which else would draw it upon a dotted circle.
    """
    marks, before, face = 0, " ", None
    for ch in text:
        kind = unicodedata.category(ch)
        if kind[0] == "M" or ch in JOINERS:
            marks += 1
            known = face is not None and ord(ch) in advances(face) and not (face is first and ch in JOINERS)
            if known and marks <= MOST_MARKS:
                yield ch
            continue
        if kind[0] == "Z" or ch in "\t\n\r\v\f\x85":
            ch = " "
        elif kind[0] == "C":
            continue
        marks, face = 0, face_of(ch, first) if ch != " " else None
        if not ch == before == " ":
            yield ch
        before = ch


def is_right_to_left(text: str) -> bool:
    """By its first letter that has a direction (UAX #9, P2)."""
    sides = (unicodedata.bidirectional(ch) for ch in text)
    return next((side in RIGHT_TO_LEFT for side in sides if side in RIGHT_TO_LEFT or side == "L"), False)


def fit(text: str, face: Face, *, width: int, height: int, sizes: Sequence[int], leading: float, most: int) -> Fitted:
    """The text in the first of the sizes (largest first) at which it fits; cut with an ellipsis when none will do."""
    for size in sizes:
        room = min(most, int(height // (size * leading)))
        lines = break_lines(text, face, width / size)
        if len(lines) <= room and _keeps_words(text, face, width / size):
            return Fitted(balance(text, face, width / size, len(lines)), size)
    size = sizes[-1]
    room = max(1, min(most, int(height // (size * leading))))
    lines = break_lines(text, face, width / size)
    if len(lines) <= room:
        return Fitted(tuple(lines), size)
    return Fitted((*lines[: room - 1], cut(" ".join(lines[room - 1 :]), face, width / size)), size)


def _keeps_words(text: str, face: Face, ems: float) -> bool:
    return all(width_of(piece.rstrip(), face) <= ems for piece in pieces(text))


def cut(text: str, face: Face, ems: float) -> str:
    """As much of the text as fits, with an ellipsis where some is missing; whole words where that costs little."""
    if width_of(text, face) <= ems:
        return text
    kept, room = "", ems - width_of(ELLIPSIS, face)
    for cluster in clusters(text):
        room -= width_of(cluster, face)
        if room < 0:
            break
        kept += cluster
    whole = kept.rpartition(" ")[0]
    if len(whole) * 3 > len(kept) * 2 and not text.startswith(f"{kept} "):
        kept = whole
    return kept.rstrip(" ,;:-–—·") + ELLIPSIS


def balance(text: str, face: Face, ems: float, count: int) -> tuple[str, ...]:
    """The same number of lines, as equally long as may be."""
    low, high, best = ems / 2, ems, break_lines(text, face, ems)
    for _ in range(6):
        middle = (low + high) / 2
        lines = break_lines(text, face, middle)
        if len(lines) <= count and (_keeps_words(text, face, middle) or not _keeps_words(text, face, ems)):
            best, high = lines, middle
        else:
            low = middle
    return tuple(best)


def break_lines(text: str, face: Face, ems: float) -> list[str]:
    """Lines no wider than that, broken where the scripts allow; a word that is too long is broken anywhere."""
    lines, line, width = [], "", 0.0
    for piece in pieces(text):
        for part in _portions(piece, face, ems):
            wide = width_of(part, face)
            if line and width + width_of(part.rstrip(), face) > ems:
                lines.append(line.rstrip())
                line, width = "", 0.0
            line, width = line + part, width + wide
    return [*lines, line.rstrip()] if line.strip() else lines


def _portions(piece: str, face: Face, ems: float) -> Iterator[str]:
    """The piece whole when a line holds it, else in runs of clusters that each fill a line."""
    if width_of(piece.rstrip(), face) <= ems:
        yield piece
        return
    portion, width, hyphen = "", 0.0, width_of("-", face)
    for cluster in clusters(piece):
        wide = width_of(cluster, face)
        joint = "-" if portion and ALPHABETIC.match(portion[-1] + cluster) else ""
        if portion and width + wide + hyphen > ems and cluster != " ":
            yield portion + joint
            portion, width = "", 0.0
        portion, width = portion + cluster, width + wide
    yield portion


def pieces(text: str) -> list[str]:
    """What a line may not be broken within: words with the space behind them, characters of scripts without spaces."""
    found = [""]
    for cluster in clusters(text):
        if found[-1] and _may_part(found[-1], cluster):
            found.append("")
        found[-1] += cluster
    return found


def _may_part(before: str, after: str) -> bool:
    if after == " ":
        return False
    if before[-1] == " ":
        return True
    if after[0] in NOT_FIRST or before[-1] in NOT_LAST:
        return False
    if before[-1] in "-–—/" and len(before) > 3:
        return after[0].isalpha()
    return not before[-1].isdigit() and bool(FREE.match(after) or FREE.match(before[-1]))


def clusters(text: str) -> list[str]:
    """Characters with the marks upon them and what a joiner joins."""
    found: list[str] = []
    for ch in text:
        joined = ch in JOINERS or unicodedata.category(ch)[0] == "M" or (found and found[-1][-1] in JOINERS)
        if joined and found and found[-1] != " ":
            found[-1] += ch
        else:
            found.append(ch)
    return found
