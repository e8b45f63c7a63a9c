"""Host names in ASCII, as browsers spell them: UTS #46 without its transition, which is what the URL standard asks for.

Python's own "idna" codec follows the standard of 2003: it sends "faß.de" to fass.de, where browsers go to
xn--fa-hia.de, and knows no letter younger than 2002.
"""

import unicodedata
from urllib.parse import unquote_to_bytes

LONGEST_NAME, LONGEST_LABEL = 255, 63  # Punycode is never shorter than what it stands for, and slow to write
KEPT = {"ß": "ß", "ẞ": "ß", "ς": "ς"}  # folding case would make them other names
FULL_STOPS = str.maketrans("。．｡", "...")
# Default ignorable code points, which the mapping drops. Joiners are not among them: they are right only inside some
# scripts, and no name is refused wrongly by refusing them that a person would type.
IGNORED = dict.fromkeys([0xAD, 0x34F, *range(0x180B, 0x1810), 0x200B, 0x2060, 0x2064, *range(0xFE00, 0xFE10), 0xFEFF,
                         *range(0xE0100, 0xE01F0)])  # fmt: skip
FORBIDDEN_KINDS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
FORBIDDEN = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffc\ufffd") | frozenset(map(chr, range(0x2FF0, 0x3000)))
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def to_ascii(host: str) -> str:
    """A host as it goes over the wire: percent-decoded, folded, in Punycode. ValueError when it cannot be a name.

    What is ASCII already is only put into lower case: whether it makes a good name is for the caller to say.
    """
    text = unquote_to_bytes(host).decode("utf-8")
    if len(text) > LONGEST_NAME:
        raise ValueError("too long for a name")
    if text.isascii() and "xn--" not in (text := text.lower()):
        return text
    labels = [_decode(label) for label in _fold(text).split(".")]
    if any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for label in labels for letter in label):
        for label in filter(None, labels):
            _require_one_direction(label)
    return ".".join(_encode(label) for label in labels)


def _fold(text: str) -> str:
    """The mapping of UTS #46: compatibility forms, case and ignorable letters become one spelling."""
    for _ in range(3):  # folding may give letters that normalising changes again
        text = text.translate(IGNORED).translate(FULL_STOPS)
        stops, text = text.count("."), unicodedata.normalize("NFKC", text)
        if text.count(".") != stops:
            raise ValueError("a letter that holds a full stop, such as an ellipsis")
        text = "".join(KEPT.get(letter) or letter.casefold() for letter in text)
    return unicodedata.normalize("NFKC", text)


def _decode(label: str) -> str:
    """The label in Unicode, checked. Punycode has to say what it could not have said in fewer letters."""
    if not label.startswith("xn--"):
        return _require_valid(label)
    text = _require_valid(label[4:].encode("ascii").decode("punycode"))
    if text.isascii() or _fold(text) != text or _encode(text) != label:
        raise ValueError("Punycode that is not what the standard writes")
    return text


def _encode(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _require_valid(label: str) -> str:
    """UTS #46, 4.1, as far as letters beyond ASCII go."""
    if label.isascii():
        return label
    if len(label) > LONGEST_LABEL:
        raise ValueError("too long for a label")
    kinds = [unicodedata.category(letter) for letter in label]
    if kinds[0].startswith("M") or FORBIDDEN_KINDS & set(kinds) or FORBIDDEN & set(label):
        raise ValueError("letters that no name has")
    return label


def _require_one_direction(label: str) -> None:
    """The rule of RFC 5893, 2, which keeps a label's letters from changing places with its neighbours'."""
    kinds = [unicodedata.bidirectional(letter) for letter in label]
    ends = kinds.copy()
    while ends and ends[-1] == "NSM":
        ends.pop()
    common = {"EN", "ES", "CS", "ET", "ON", "BN", "NSM"}
    if kinds[0] in ("R", "AL"):
        fine = set(kinds) <= common | RIGHT_TO_LEFT and ends[-1] in RIGHT_TO_LEFT | {"EN"}
        fine = fine and not {"EN", "AN"} <= set(kinds)
    else:
        fine = kinds[0] == "L" and set(kinds) <= common | {"L"} and ends[-1] in ("L", "EN")
    if not fine:
        raise ValueError("letters of both directions")
