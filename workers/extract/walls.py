"""Pages that stand where a text should be: challenges, log-ins, pay- and cookie walls, errors served as pages.

None may be read as content, and no article about them refused. So a wall is only seen in a short text, and its words
only in blocks of their own; a long text is a text, whatever else its page asks for, unless the page counts more words.
"""

import re
from collections.abc import Iterable, Sequence

from server.core.errors import SourceUnreadable
from workers.extract.wall_words import AGE, CHALLENGE, CONSENTS, COOKIES, ERROR_TITLE, LOGIN, LOGIN_NOTICE, PAY, PERSONS

TOO_SHORT = 200  # characters of main text
BRIEF = 600  # a text so short is a teaser when its page asks for money anywhere
LONG_ENOUGH = 1500  # a text this long is a text, whatever else the page asks for
LONGEST_NOTICE = 300  # characters of a block that speaks to the reader
MOST_NOTICES = 300
LAST = 3  # blocks at the end of a teaser, where the demand stands
CHARACTERS_A_PHRASE = 300  # of a consent notice, at most
PART = 0.6  # of the words a page says its article has
SEPARATORS = re.compile(r"\s+[|·•»–—-]\s+")

__all__ = ["AGE", "CHALLENGE", "LOGIN", "TOO_SHORT", "find_wall", "is_consent_notice", "refuse_walls"]


def refuse_walls(
    url: str,
    title: str,
    blocks: Sequence[str],
    *,
    below: Sequence[str] = (),
    around: Iterable[str] = (),
    free: bool = True,
    words: int = 0,
) -> None:
    """SourceUnreadable naming what was found instead of a text: see `find_wall`."""
    reason = find_wall(title, blocks, below=below, around=around, free=free, words=words)
    if reason:
        raise SourceUnreadable(f"Not read: {reason} at {url}.")


def find_wall(
    title: str,
    blocks: Sequence[str],
    *,
    below: Sequence[str] = (),
    around: Iterable[str] = (),
    free: bool = True,
    words: int = 0,
) -> str | None:
    """What stands in the way, in words; None when the text can be read.

    `blocks` are the main text, `below` the page's next ones, `around` all that are not the text; `free` and `words` are
    what the page says of its article.
    """
    length = sum(map(len, blocks))
    is_part = words > 0 and len(" ".join(blocks).split()) < PART * words
    if length >= LONG_ENOUGH:
        return "a paywall" if not free and is_part else None
    others = list(around)
    notices = [block for block in others if len(block) <= LONGEST_NOTICE][:MOST_NOTICES]
    shown = "\n".join([title, *blocks, *notices])[:3000]
    if CHALLENGE.search(title) or (length < BRIEF and CHALLENGE.search(shown)):
        return "a bot check instead of the page"
    if _is_error(title, blocks, notices, length):
        return "an error page"
    if LOGIN.search(title) or (length < TOO_SHORT and (LOGIN.search(shown) or _asks(LOGIN_NOTICE, blocks, notices))):
        return "a login wall"
    if AGE.search(title) or (length < TOO_SHORT and AGE.search(shown)):
        return "an age gate"
    content = [block for block in blocks if not is_consent_notice(block)]
    if len(content) < len(blocks) and sum(map(len, content)) < TOO_SHORT:
        return "a cookie wall"
    if _asks(PAY, [*blocks[-LAST:], *below], notices if length < BRIEF else ()) or (
        not free and not _is_whole(blocks, words)
    ):
        return "a paywall"
    if length < TOO_SHORT:
        return "a cookie wall" if any(map(is_consent_notice, others)) else "no main text"
    return None


def is_consent_notice(block: str) -> bool:
    """Whether a block asks to agree to cookies: it names them, and speaks of us to you in several phrases."""
    words = block.lower()
    if not any(cookie in words for cookie in COOKIES) or not PERSONS.search(words):
        return False
    most = max(len({match[0] for match in phrases.finditer(words)}) for phrases in CONSENTS)
    return most >= 2 + len(block) // CHARACTERS_A_PHRASE


def _asks(words: re.Pattern[str], blocks: Sequence[str], notices: Sequence[str]) -> bool:
    return any(len(block) <= LONGEST_NOTICE and words.search(block) for block in (*blocks, *notices))


def _is_error(title: str, blocks: Sequence[str], notices: Sequence[str], length: int) -> bool:
    if any(ERROR_TITLE.fullmatch(part) for part in [title, *SEPARATORS.split(title)] if part.strip()):
        return True
    return length < 2 * TOO_SHORT and any(ERROR_TITLE.fullmatch(block) for block in (*blocks[:4], *notices[:20]))


def _is_whole(blocks: Sequence[str], words: int) -> bool:
    return words > 0 and len(" ".join(blocks).split()) >= PART * words
