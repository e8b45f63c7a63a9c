"""Small questions to an HTML tree."""

import codecs

from lxml import etree, html

from server.core.errors import ThreadUnreadable

LARGEST_BYTES = 12_000_000  # five times the largest thread page of our worlds (2.2 MB)
PIECE = 65_536


def parse_html(body: bytes, wanted: str) -> etree._Element:
    """The page's tree, or ThreadUnreadable. Pages say UTF-8 themselves or mean it."""
    if len(body) > LARGEST_BYTES:
        raise ThreadUnreadable(f"What came instead of {wanted} is larger than {LARGEST_BYTES:,} bytes.")
    try:
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        tree = html.document_fromstring(_sound(body), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ThreadUnreadable(f"What came is not {wanted}: it holds no HTML.") from error
    return tree


def _sound(body: bytes) -> bytes:
    """The body itself if it is UTF-8 without NULs, in which libxml2 would stop; tried in pieces, to keep no copy."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), PIECE):
            decoder.decode(body[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return body.decode("utf-8", "replace").replace("\x00", "").encode()
    return body.replace(b"\x00", b"") if b"\x00" in body else body


def first(element: etree._Element | None, *paths: str) -> etree._Element | None:
    """The first element at the first path that leads anywhere."""
    for path in paths if element is not None else ():
        found = element.xpath(path)  # type: ignore[union-attr]
        if isinstance(found, list) and found and isinstance(found[0], etree._Element):
            return found[0]
    return None


def drop(element: etree._Element | None, path: str) -> None:
    """Take out what stands at a path, with the words behind it up to the next element."""
    for found in list(element.iterfind(path)) if element is not None else ():
        parent = found.getparent()
        if parent is not None:
            parent.remove(found)


def detach(element: etree._Element | None) -> None:
    """Take an element out of its tree, leaving the words behind it."""
    parent = element.getparent() if element is not None else None
    if element is None or parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def words(element: etree._Element | None) -> str:
    """All text in an element, on one line."""
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def classes(element: etree._Element) -> list[str]:
    """The element's class names."""
    return element.get("class", "").split()
