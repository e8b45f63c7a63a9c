"""Pages that stand where a text should be: challenges, log-ins, pay- and cookie walls. None may be read as content."""

import re

from server.core.errors import SourceUnreadable

TOO_SHORT = 200  # characters of main text
LONG_ENOUGH = 1500  # a text this long is a text, whatever else the page asks for

CHALLENGE = re.compile(
    r"(?i)just a moment|verif(?:y|ying) (?:that )?you(?:'|’)?(?: a)?re (?:not a (?:ro)?bot|human)|wait for verification"
    r"|checking your browser|are you a (?:human|robot)|attention required|making sure you(?:'|’)re not a bot"
    r"|enable javascript and cookies to continue|unusual traffic from your|pardon our interruption|press (?:&|and) hold"
    r"|you(?:'|’)ve been blocked|access denied|blocked by network security|prove your humanity"
)
LOGIN = re.compile(
    r"(?i)^(?:please )?(?:log ?in|sign ?in|login|sign up|log in or sign up)\b"
    r"|(?:log|sign) ?in to (?:continue|your|see|view)|you must be logged in|log in to your account"
)
AGE = re.compile(r"(?i)over (?:18|eighteen)|18\+|(?:confirm|verify) your age|age verification|adult content")
PAY = re.compile(
    r"(?i)subscribe to (?:continue|read|keep reading|unlock)|subscribers? only|already a subscriber"
    r"|(?:to|for) (?:continue|keep) reading"
    r"|this (?:article|content|post) is for (?:paid |paying )?(?:subscribers|members)"
    r"|unlock this (?:article|story)|start your free trial|free articles? (?:left|remaining)|create a free account to"
)
COOKIE = re.compile(
    r"(?i)\bcookies?\b|\bconsent\b|privacy (?:policy|settings|choices)|legitimate interest|our partners"
)


def refuse_walls(url: str, title: str, text: str, *, whole: str, free: bool) -> None:
    """SourceUnreadable naming what was found instead of a text. `whole` is all that the page shows."""
    reason = find_wall(title, text, whole=whole, free=free)
    if reason:
        raise SourceUnreadable(f"Not read: {reason} at {url}.")


def find_wall(title: str, text: str, *, whole: str, free: bool) -> str | None:
    """What stands in the way, in words; None when the text can be read."""
    if len(text) >= LONG_ENOUGH:
        return None
    shown = f"{title}\n{text}\n{whole[:3000]}"
    if CHALLENGE.search(title) or (len(text) < 600 and CHALLENGE.search(shown)):
        return "a bot challenge"
    if LOGIN.search(title) or (len(text) < TOO_SHORT and LOGIN.search(shown)):
        return "a login wall"
    if AGE.search(title) or (len(text) < TOO_SHORT and AGE.search(shown)):
        return "an age gate"
    if not free or PAY.search(text) or (len(text) < 600 and PAY.search(whole)):
        return "a paywall"
    if len(COOKIE.findall(text)) > 2 + len(text) // 250:
        return "a cookie wall"
    return "no main text" if len(text) < TOO_SHORT else None
