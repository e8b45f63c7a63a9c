"""Make the preview image's font files from the published ones: only the characters we keep, under names of our own.

    python -m server.pages.preview.build_fonts FOLDER

FOLDER holds the unpacked packages named in SOURCES. Needs `pip install fonttools cffsubr`, which nothing else here
does. What each file is for stands in `faces.py`; sizes and reasons in docs/decisions/11-fonts-of-the-preview-image.md.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from server.pages.preview.faces import FACES, FOLDER, Face

# npm and PyPI, November 2026. All under the SIL Open Font License 1.1; OFL.txt beside the fonts carries the notices.
CHARIS = "@expo-google-fonts/charis-sil-0.4.0/700Bold/CharisSIL_700Bold.ttf"
NOTO_SERIF = "@expo-google-fonts/noto-serif-0.4.2/700Bold/NotoSerif_700Bold.ttf"
NASKH = "@expo-google-fonts/noto-naskh-arabic-0.4.5/700Bold/NotoNaskhArabic_700Bold.ttf"
NOTO = "manimgx_fonts-2026.9.26.post1/manimgx_fonts/Noto{}[wght].ttf"
NOTO_CJK = "manimgx_fonts_cjk-2026.9.26.post1/manimgx_fonts_cjk/NotoSansCJK-VF.otf.ttc"
SIMPLIFIED, KOREAN = 2, 1  # the fonts in that collection whose forms we take

LATIN = (
    *((0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x36F), (0x1E00, 0x1EFF), (0xFB00, 0xFB04)),
    *((0x2010, 0x205E), (0x2070, 0x209C), (0x20A0, 0x20C0), (0x2100, 0x214F), (0x2190, 0x2193), (0x2200, 0x2265)),
    (0x25A0, 0x25CF),
)
GREEK = ((0x370, 0x3FF), (0x1F00, 0x1FFF))
CYRILLIC = ((0x400, 0x52F),)
KERNING = ["kern", "mark", "mkmk", "ccmp", "liga", "locl"]
WEIGHT = 650  # of scripts that stand beside the bold serif; Noto's own bold is heavier than Charis'
UNITS = 500  # per em of what has thousands of glyphs: a tenth smaller than 1000, and off by 0.13 px in a headline
SKIN_TONES = range(0x1F3FB, 0x1F400)


def build(face: Face, sources: Path) -> None:
    """One file of ours."""
    out = FOLDER / face.file
    if face.name == "cjk":
        _draw(face, sources / NOTO_CJK, SIMPLIFIED, _ideographs() | _kana_and_signs(), out)
    elif face.name == "hangul":
        _draw(face, sources / NOTO_CJK, KOREAN, _of_codec("euc_kr", range(0xB0, 0xC9)), out)
    elif face.name == "emoji":
        _cut(face, sources / NOTO.format("Emoji"), _emoji(sources / NOTO.format("Emoji")), out, weight=700, features=[])
    elif face.name == "serif":
        _cut(face, sources / CHARIS, _range(*LATIN, *CYRILLIC), out, features=KERNING)
    elif face.name == "greek":
        _cut(face, sources / NOTO_SERIF, _range(*GREEK), out, features=KERNING)
    elif face.name in ("sans", "sans-bold"):
        weight = 400 if face.name == "sans" else 600
        kept = _range(*LATIN, GREEK[0], CYRILLIC[0])
        _cut(face, sources / NOTO.format("Sans"), kept, out, weight=weight, features=KERNING)
    elif face.name == "arabic":
        _cut(face, sources / NASKH, None, out)
    else:
        _cut(face, sources / NOTO.format(f"Sans{face.name.capitalize()}"), None, out, weight=WEIGHT)


# ---- scripts that need shaping: cut out of the font they are in ---------------------------------------


def _cut(
    face: Face,
    source: Path,
    characters: set[int] | None,
    out: Path,
    *,
    weight: int | None = None,
    features: list[str] | None = None,
) -> None:
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font: Any = TTFont(source)
    if weight is not None:
        font = instancer.instantiateVariableFont(font, {"wght": weight})
    options = subset.Options(hinting=False, glyph_names=False, notdef_outline=True, name_IDs=[0, 5, 13, 14])
    options.drop_tables += ["STAT", "meta", "MATH", "Silf", "Glat", "Gloc", "Feat", "Sill", "gasp", "BASE"]
    if features is not None:
        options.layout_features = features
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters if characters is not None else list(font.getBestCmap()))
    cutter.subset(font)
    _name(font, face)
    font.save(out)


# ---- scripts whose characters stand alone: drawn into a font of their own -------------------------------


def _draw(face: Face, source: Path, number: int, characters: set[int], out: Path) -> None:
    """Outlines at bold weight as subroutinised CFF. fontTools' own way from CFF2 to CFF fails on subsets (4.68)."""
    import cffsubr
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.t2CharStringPen import T2CharStringPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.ttLib import TTFont

    font: Any = TTFont(source, fontNumber=number, lazy=True)
    glyphs, names, scale = font.getGlyphSet(location={"wght": 700}), font.getBestCmap(), UNITS / font["head"].unitsPerEm
    strings = {".notdef": T2CharStringPen(UNITS, None).getCharString()}
    metrics = {".notdef": (UNITS, 0)}
    mapped: dict[int, str] = {}
    for point in sorted(characters & set(names)):
        glyph, name = glyphs[names[point]], f"u{point:04X}"
        width = round(glyph.width * scale)
        pen = T2CharStringPen(width, glyphs)
        glyph.draw(TransformPen(pen, (scale, 0, 0, scale, 0, 0)))
        strings[name], metrics[name], mapped[point] = pen.getCharString(), (width, 0), name
    builder = FontBuilder(UNITS, isTTF=False)
    builder.setupGlyphOrder(list(strings))
    builder.setupCharacterMap(mapped)
    builder.setupCFF(face.family.replace(" ", ""), {}, strings, {})
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader(ascent=round(0.88 * UNITS), descent=round(-0.12 * UNITS))
    builder.setupOS2(usWeightClass=400)
    builder.setupPost(keepGlyphNames=False)
    notices = {number: font["name"].getDebugName(number) for number in (0, 5, 13, 14)}
    builder.setupNameTable({"familyName": face.family})
    for number, text in notices.items():
        builder.font["name"].setName(text or "", number, 3, 1, 0x409)
    cffsubr.subroutinize(builder.font, keep_glyph_names=False)
    _name(builder.font, face)
    builder.font.save(out)


def _name(font: Any, face: Face) -> None:
    """Under our name ("Charis", "SIL" and "Source" are reserved) and of one weight, so that none is passed over."""
    for number, text in ((1, face.family), (2, "Regular"), (4, face.family), (6, face.family.replace(" ", ""))):
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass, font["OS/2"].usWidthClass, font["OS/2"].fsSelection = 400, 5, 0x40
    font["head"].macStyle = 0
    font["head"].created = font["head"].modified = 3_800_000_000  # the same input gives the same bytes
    font.recalcTimestamp = False


# ---- which characters --------------------------------------------------------------------------------------


def _range(*spans: tuple[int, int]) -> set[int]:
    return {point for first, last in spans for point in range(first, last + 1)}


def _ideographs() -> set[int]:
    """The common ones of China, Japan and Taiwan, as their own standards sort them: the first levels of each."""
    chinese = _of_codec("gb2312", range(0xB0, 0xD8))
    japanese = _of_codec("euc_jp", range(0xB0, 0xD0))
    taiwanese = _of_codec("big5", range(0xA4, 0xC7), trail=(*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    return {point for point in chinese | japanese | taiwanese if 0x4E00 <= point <= 0x9FFF}


def _kana_and_signs() -> set[int]:
    return _of_codec("euc_jp", range(0xA1, 0xA9)) | _range((0x3000, 0x303F), (0x3041, 0x30FF), (0xFF01, 0xFF65)) | SIGNS


SIGNS = _range((0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x24FF), (0x25A0, 0x27BF))


def _of_codec(codec: str, lead: Iterable[int], trail: Iterable[int] = range(0xA1, 0xFF)) -> set[int]:
    return {ord(character) for character in _decoded(codec, lead, tuple(trail))}


def _decoded(codec: str, lead: Iterable[int], trail: tuple[int, ...]) -> Iterator[str]:
    for first in lead:
        for second in trail:
            character = bytes((first, second)).decode(codec, "ignore")
            if len(character) == 1:
                yield character


def _emoji(source: Path) -> set[int]:
    """All that the font has, less what modifies a neighbour; `drawable` leaves that out of the text as well."""
    from fontTools.ttLib import TTFont

    return {p for p in TTFont(source).getBestCmap() if p > 0x2000 and p not in SKIN_TONES and not 0xFE00 <= p <= 0xFE0F}


def main() -> None:
    """Build every file, and say what it holds."""
    wanted = set(sys.argv[2:])
    for face in FACES:
        if not wanted or face.name in wanted:
            build(face, Path(sys.argv[1]))
            print(f"{face.file:<20}{(FOLDER / face.file).stat().st_size:>10,} bytes")


if __name__ == "__main__":
    if len(sys.argv) < 2 or not re.search(r"\S", sys.argv[1]):
        sys.exit(__doc__)
    main()
