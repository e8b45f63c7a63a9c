"""Pages that stand where a thread should be. Each becomes the error that says what they are."""

import re
from typing import NoReturn

from server.core.errors import ThreadPrivate, ThreadUnavailable, ThreadUnreadable
from workers.extract.walls import AGE, CHALLENGE, LOGIN

SHORT = 1500  # characters of a page that may be a wall by words that people also write
PEEK = 20_000  # walls are short; a thread's page is not searched to its end

_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_LIMIT = re.compile(r"too many requests|rate limit|whoa there, pardner|try again (?:later|in a)", re.IGNORECASE)
_GONE = re.compile(r"\bnot found\b|no such item|page (?:isn|doesn)['’]?t|\b404\b|has been banned", re.IGNORECASE)
_PRIVATE = re.compile(
    r"private community|community is private|quarantined|must be invited|members only|content warning", re.IGNORECASE
)


class Gate(ThreadPrivate):
    """A login page or an age gate. Sites put it before public threads as well, when a server asks."""


def refuse_page(body: bytes, wanted: str) -> NoReturn:
    """Say why a page that holds no thread holds none. `wanted` names what was looked for."""
    shown = body[:PEEK].decode("utf-8", "replace")
    title = _TITLE.search(shown)
    words = " ".join(re.sub(r"<(?:script|style)\b.*?(?:</|\Z)|<[^<>]*>", " ", shown, flags=re.DOTALL).split())[:SHORT]
    told = f"{title[1].strip() if title else ''}\n{words}"
    if CHALLENGE.search(told):
        raise ThreadUnavailable(f"A robot check came instead of {wanted}.")
    brief = told if len(words) < SHORT else told.partition("\n")[0]
    if _LIMIT.search(brief):
        raise ThreadUnavailable(f"The site asked us to slow down instead of giving {wanted}.", retryable=True)
    if AGE.search(brief):
        raise Gate(f"An age gate came instead of {wanted}. Open the thread in your browser and use the extension.")
    if _PRIVATE.search(told):
        raise ThreadPrivate(f"The community shows {wanted} to its members only.")
    if title and LOGIN.search(title[1].strip()):
        raise Gate(f"A login page came instead of {wanted}. Use the extension where you are logged in.")
    if title and _GONE.search(title[1]):
        raise ThreadUnavailable(f"The site says that there is no such thread; {wanted} did not come.")
    raise ThreadUnreadable(f"What came is not {wanted}: another page, or one in a form we do not know.")
