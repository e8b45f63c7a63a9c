"""The fonts of the preview image: which of them has a character, and how wide it is there.

Read from the files themselves, so that what is measured is what is drawn.
"""

import struct
from functools import cache
from pathlib import Path

import msgspec

WIDEST = 4.0  # ems; the Basmala, U+FDFD, has twelve
FOLDER = Path(__file__).with_name("fonts")


class Face(msgspec.Struct, frozen=True):
    """One font file under the family name it carries.

    `joined` is how wide its text comes out at most, compared with its letters one by one (measured on prose).
    """

    name: str
    file: str
    family: str
    joined: float = 1.0

    @property
    def path(self) -> str:
        """Where the renderer finds it."""
        return str(FOLDER / self.file)


class Run(msgspec.Struct, frozen=True):
    """Part of a line that one face draws."""

    text: str
    face: Face


def _face(name: str, kind: str = "ttf", joined: float = 1.0) -> Face:
    return Face(name, f"{name}.{kind}", f"Threadproof {name.title().replace('-', ' ')}", joined)


SERIF, SANS, BOLD = _face("serif"), _face("sans"), _face("sans-bold")
# In the order in which they are asked for a character that the text's own face has not.
OTHERS = (
    *map(_face, ("greek", "hebrew", "tamil", "telugu", "gujarati", "kannada", "malayalam", "gurmukhi")),
    *map(_face, ("thai", "armenian", "georgian")),
    _face("arabic", joined=0.86),
    _face("devanagari", joined=0.98),
    _face("bengali", joined=0.96),
    _face("cjk", "otf"),
    _face("hangul", "otf"),
    _face("emoji"),
)
FACES = (SERIF, SANS, BOLD, *OTHERS)


def face_of(character: str, first: Face) -> Face | None:
    """The face that will draw a character of a text set in `first`; None where none can."""
    point = ord(character)
    return next((face for face in (first, *OTHERS) if point in advances(face)), None)


def runs(text: str, first: Face) -> list[Run]:
    """A drawable text by the faces that draw it. Spaces, figures and signs go with what they follow, if they can.

    The renderer is never left to choose: when texts of several scripts have ligatures it gives up on them and draws
    boxes (usvg 0.48, `shape_text`), and it shapes a run of several scripts as if all of it were in the first.
    """
    found: list[Run] = []
    for ch in text:
        face = found[-1].face if found and not ch.isalpha() and ord(ch) in advances(found[-1].face) else None
        face = face or face_of(ch, first) or first
        if found and found[-1].face is face:
            found[-1] = Run(found[-1].text + ch, face)
        else:
            found.append(Run(ch, face))
    return found


def width_of(text: str, first: Face) -> float:
    """In ems, every character by itself. Kerning and joined letters make a text narrower, seldom wider."""
    return sum(run_width(run) for run in runs(text, first))


def run_width(run: Run) -> float:
    """In ems."""
    widths = advances(run.face)
    return run.face.joined * sum(widths.get(ord(ch), 0.0) for ch in run.text)


@cache
def advances(face: Face) -> dict[int, float]:
    """Every character of a face with its width in ems, but for those that no line would hold."""
    data = (FOLDER / face.file).read_bytes()
    tables = _tables(data)
    units = struct.unpack_from(">H", data, tables["head"] + 18)[0]
    widths = _widths(data, tables)
    found = {point: widths[min(glyph, len(widths) - 1)] / units for point, glyph in _characters(data, tables["cmap"])}
    return {point: ems for point, ems in found.items() if ems <= WIDEST}


# ---- the few tables of an OpenType file that say this -----------------------------------------------


def _tables(data: bytes) -> dict[str, int]:
    count = struct.unpack_from(">H", data, 4)[0]
    records = [struct.unpack_from(">4sIII", data, 12 + 16 * n) for n in range(count)]
    return {tag.decode(): offset for tag, _, offset, _ in records}


def _widths(data: bytes, tables: dict[str, int]) -> tuple[int, ...]:
    """`hmtx`; glyphs past its end have the last width."""
    count = struct.unpack_from(">H", data, tables["hhea"] + 34)[0]
    return struct.unpack_from(">" + "Hh" * count, data, tables["hmtx"])[::2]


def _characters(data: bytes, cmap: int) -> list[tuple[int, int]]:
    """(character, glyph) of the fullest Unicode subtable: format 12, else format 4."""
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    offsets = {cmap + struct.unpack_from(">I", data, cmap + 8 + 8 * n)[0] for n in range(count)}
    formats = {struct.unpack_from(">H", data, offset)[0]: offset for offset in offsets}
    return _format_12(data, formats[12]) if 12 in formats else _format_4(data, formats[4])


def _format_12(data: bytes, at: int) -> list[tuple[int, int]]:
    count = struct.unpack_from(">I", data, at + 12)[0]
    groups = [struct.unpack_from(">III", data, at + 16 + 12 * n) for n in range(count)]
    return [(point, glyph + point - first) for first, last, glyph in groups for point in range(first, last + 1)]


def _format_4(data: bytes, at: int) -> list[tuple[int, int]]:
    segments = struct.unpack_from(">H", data, at + 6)[0] // 2
    columns = [at + 14, at + 16 + 2 * segments, at + 16 + 4 * segments, at + 16 + 6 * segments]
    ends, starts, deltas, ranges = (struct.unpack_from(f">{segments}H", data, column) for column in columns)
    found = []
    for n, (end, start, delta, offset) in enumerate(zip(ends, starts, deltas, ranges, strict=True)):
        for point in range(start, min(end, 0xFFFE) + 1):
            where = columns[3] + 2 * n + offset + 2 * (point - start)
            glyph = struct.unpack_from(">H", data, where)[0] if offset else point
            if glyph or not offset:
                found.append((point, (glyph + delta) & 0xFFFF))
    return found
