"""What a page's head says by name."""

from lxml import html


def read_metas(tree: html.HtmlElement) -> dict[str, list[str]]:
    """The page's <meta> values by lower-case name, in order."""
    metas: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("http-equiv") or f"itemprop:{meta.get('itemprop')}"
        content = " ".join((meta.get("content") or "").split())
        if name and content:
            metas.setdefault(name.strip().lower(), []).append(content)
    return metas
