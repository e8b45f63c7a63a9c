"""Small questions to an HTML tree."""

from lxml import etree, html

from server.core.errors import ThreadUnreadable

LARGEST_BYTES = 12_000_000  # five times the largest thread page of our worlds (2.2 MB)


def parse_html(body: bytes, wanted: str) -> etree._Element:
    """The page's tree, or ThreadUnreadable. Pages say UTF-8 themselves or mean it."""
    if len(body) > LARGEST_BYTES:
        raise ThreadUnreadable(f"What came instead of {wanted} is larger than {LARGEST_BYTES:,} bytes.")
    try:
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        tree = html.document_fromstring(body.decode("utf-8", "replace").replace("\x00", "").encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ThreadUnreadable(f"What came is not {wanted}: it holds no HTML.") from error
    return tree


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


def words(element: etree._Element | None) -> str:
    """All text in an element, on one line."""
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def classes(element: etree._Element) -> list[str]:
    """The element's class names."""
    return element.get("class", "").split()
