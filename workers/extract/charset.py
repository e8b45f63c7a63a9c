"""Which characters the bytes stand for, decided as the WHATWG standards tell browsers to."""

import codecs
import re

from workers.extract.encoding_labels import REPLACEMENT, USER_DEFINED, find_codec

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
PRESCAN_BYTES = 1024
# What the prescan steps over, or into: comments ("<!-->" is one), tags with their names, other markup up to its end.
MARKUP = re.compile(
    rb"<!--(?:-?>|.*?(?:-->|\Z))|<(?P<end>/?)(?P<name>[A-Za-z][^\t\n\f\r />]*)|<[!/?][^>]*>?", re.DOTALL
)
ATTRIBUTE = re.compile(
    rb"""[\t\n\f\r /]*(?:(?P<over>>|\Z)|(?P<name>=?[^\t\n\f\r />=]*)"""
    rb"""(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"(?P<double>[^"]*)"?|'(?P<single>[^']*)'?|(?P<bare>[^\t\n\f\r >]*)))?)"""
)
IN_CONTENT = re.compile(
    rb"""charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r ;"'][^\t\n\f\r ;]*))""", re.I
)
XML = re.compile(rb"""<\?xml[^>]*?encoding[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]+)"|'([^']+)')""")
XML_UTF_16 = ((b"<\0?\0x\0", "utf-16-le"), (b"\0<\0?\0x", "utf-16-be"))


def decode_page(body: bytes, charset: str | None) -> str:
    """The page's text: by byte order mark, else the header's charset, else the page's own, else UTF-8, else Latin."""
    for mark, name in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    codec = find_codec(charset) if charset else None
    codec = codec or prescan(body)
    if codec == REPLACEMENT:
        return "\ufffd"
    if codec:
        return body.decode("cp1252" if codec == USER_DEFINED else codec, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def prescan(body: bytes) -> str | None:
    """The codec that the beginning of an HTML page asks for, by the HTML standard's steps of this name."""
    start = body[:PRESCAN_BYTES]
    for sign, codec in XML_UTF_16:
        if start.startswith(sign):
            return codec
    at = 0
    while found := MARKUP.search(start, at):
        at = found.end()
        if found["name"] is None:
            continue
        attributes, at = _read_attributes(start, at)
        if found["name"].lower() == b"meta" and not found["end"] and (named := _ask_meta(attributes)):
            return named
    declared = XML.match(start)
    return _settle(declared[1] or declared[2]) if declared else None


def _read_attributes(start: bytes, at: int) -> tuple[dict[bytes, bytes], int]:
    """A tag's attributes, the first of a name, names in lower case; and where they end."""
    attributes: dict[bytes, bytes] = {}
    while (found := ATTRIBUTE.match(start, at)) and found["over"] is None:
        at = found.end()
        attributes.setdefault(found["name"].lower(), found["double"] or found["single"] or found["bare"] or b"")
    return attributes, at


def _ask_meta(attributes: dict[bytes, bytes]) -> str | None:
    """What one meta element says. Its content counts only with http-equiv, its charset always."""
    if b"charset" in attributes:
        return _settle(attributes[b"charset"])
    if attributes.get(b"http-equiv", b"").lower() != b"content-type":
        return None
    named = IN_CONTENT.search(attributes.get(b"content", b""))
    return _settle(named[1] or named[2] or named[3] or b"") if named else None


def _settle(label: bytes) -> str | None:
    """UTF-16 that could be read as bytes is a lie; the standard has it mean UTF-8."""
    codec = find_codec(label.decode("latin-1"))
    return "utf-8" if codec in ("utf-16-le", "utf-16-be") else "cp1252" if codec == USER_DEFINED else codec
