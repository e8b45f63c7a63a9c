"""What stands around an article on its page, known by the names that site builders give their elements.

trafilatura knows the commonest of these names as well, but not in the fallbacks it uses for pages of unusual shape.
"""

import re

from lxml import etree, html

MOST_SHARE = 0.3  # of a page's text; a name on something larger means something else
CANDIDATES = (
    "aside",
    "div",
    "dl",
    "figure",
    "fieldset",
    "form",
    "header",
    "ol",
    "p",
    "section",
    "table",
    "ul",
)

# Names that tell alone, wherever they stand in a class: "article__related-stories", "c-newsletter-box".
_ANYWHERE = (
    r"share-?(?:bar|buttons?|links?|tools?|icons?|widget)|social-?(?:share|sharing|media|links?|icons?|bar|buttons?)|sharedaddy"
    r"|news-?letters?|sign-?up|subscribe-?(?:form|box|cta|banner|widget|block)|email-?(?:capture|signup|scrim)"
    r"|related-?(?:posts?|articles?|stor(?:y|ies)|content|links?|reads?|reading|items?|news|videos?|coverage)"
    r"|recirc\w*|recommended|recommendations|trending|most-?(?:read|popular|viewed|shared)|popular-?(?:posts?|stories|articles)"
    r"|more-?(?:from|stories|articles|news)|featured-?(?:stories|posts|articles)|up-?next|you-?may-?(?:also-?)?like|also-?like"
    r"|outbrain|taboola|zergnet|advert(?:s|isements?|ising|orial)?|ad-?(?:slot|unit|container|wrapper|block|label)|sponsored"
    r"|breadcrumbs?|cookie-?(?:banner|bar|notice|consent|wall)|no-?consent|gdpr|disqus"
    r"|comments-?(?:area|list|section|form|wrap(?:per)?|container|block)"
    r"|author-?(?:bio|box|card|about)|about-?(?:the-)?authors?|bio-?box|follow-?us|article-?tools|post-?(?:tools|nav|navigation|share)"
    r"|print-?(?:header|footer|tools|only)|pop-?up|navbox|skip-?(?:link|to|nav)|jump-?(?:to-nav|link)|table-of-contents|pagination"
    r"|reading-?time|was-this-helpful"
)
# Names that tell only as the end of a class or in front of a BEM suffix: a "share-price" or "related-work" is content.
_WHOLE = (
    r"share|sharing|social|related|ads?|promos?|sponsors?|read-?more|subscribe|subscription|toc|modal|cookies?|consent"
    r"|comments|pager"
)
_NAMED = re.compile(rf"(?:^|[_-])(?:(?:{_ANYWHERE})(?=$|[_-])|(?:{_WHOLE})(?=$|__|--))")
_IDS = frozenset(
    {"comments", "respond", "disqus_thread", "toc", "jump-to-nav", "related-posts", "related-articles",
     "newsletter-signup", "cookie-banner", "breadcrumbs", "jp-relatedposts", "mw-navigation", "siteSub", "contentSub",
     "catlinks"}
)  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def remove_menus(tree: html.HtmlElement) -> None:
    """Take out of the tree what HTML itself calls navigation, and the page's foot."""
    etree.strip_elements(tree, "nav", with_tail=False)
    for element in list(tree.iter("footer")):
        if next(element.iterancestors("article", "main", "blockquote"), None) is None:
            element.drop_tree()


def remove_furniture(tree: html.HtmlElement) -> list[str]:
    """Take out of the tree what its own names call furniture, unless that is a large part of the page.

    Returns the words of what was taken: a wall may be among it.
    """
    taken: list[str] = []
    total = len(tree.xpath("string()"))
    verdicts: dict[str, bool] = {}
    for element in list(tree.iter(*CANDIDATES)):
        named = f"{element.get('class', '')}#{element.get('id', '')}"
        if named not in verdicts:
            verdicts[named] = _is_furniture(named)
        if verdicts[named] and element.getparent() is not None and _is_apart(element, total):
            taken.append(" ".join(" ".join(map(str, element.itertext())).split()))
            element.drop_tree()
    for element in list(tree.iter("span")):
        if element.get("class") == "mw-editsection":
            element.drop_tree()
    return taken


def _is_furniture(named: str) -> bool:
    classes, _, identity = named.rpartition("#")
    return identity in _IDS or any(_NAMED.search(_CAMEL.sub("-", name).lower()) for name in classes.split())


def _is_apart(element: html.HtmlElement, total: int) -> bool:
    """Whether the page would be whole without it."""
    if next(element.iter("h1", "main", "article"), None) is not None:
        return False
    return len(element.xpath("string()")) <= MOST_SHARE * total
