"""Which characters the bytes stand for, decided as the WHATWG standards tell browsers to."""

import codecs
import re

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
META = re.compile(rb"""(?i)<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""")
PRESCAN_BYTES = 1024
# The Encoding standard reads these labels as windows-1252: pages that say latin-1 use its curly quotes.
LATIN = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "l1", "ascii", "us-ascii", "iso-ir-100", "x-cp1252"})
UTF8 = frozenset({"utf8", "unicode-1-1-utf-8", "utf-16", "utf-16le", "utf-16be"})  # UTF-16 in a <meta> is a lie


def decode_page(body: bytes, charset: str | None) -> str:
    """The page's text: by byte order mark, else the header's charset, else the page's own, else UTF-8, else Latin."""
    for mark, name in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    if charset and (codec := _find_codec(charset)):
        return body.decode(codec, "replace")
    meta = META.search(body[:PRESCAN_BYTES])
    named = meta[1].decode("ascii", "ignore").lower() if meta else ""
    if named and (codec := _find_codec("utf-8" if named in UTF8 else named)):
        return body.decode(codec, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("windows-1252", "replace")


def _find_codec(label: str) -> str | None:
    name = label.strip().lower()
    if name in LATIN:
        return "windows-1252"
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Python also lists transforms ("base64", "rot13") and its own escapes among codecs.
    return found.name if getattr(found, "_is_text_encoding", True) and "escape" not in found.name else None
