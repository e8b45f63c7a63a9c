"""Text that stays text in Markdown, whoever wrote it."""

import re

from server.pages.words import web_address

SPECIAL = re.compile(r"([\\`*_\[\]<>&~$@])")


def plain(text: str) -> str:
    """Text that stays text: on one line, with every character escaped that Markdown or HTML might act on.

    Bare addresses and "www." too, which GitHub's dialect makes into links.
    """
    escaped = SPECIAL.sub(r"\\\1", " ".join(text.split()))
    escaped = re.sub(r"(?i)\b(https?|ftp|mailto|xmpp):", r"\1\\:", escaped)
    escaped = re.sub(r"(?i)\b(www)\.", r"\1\\.", escaped)
    return re.sub(r"^(?:([-=+#])|(\d+)\.)", lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\.", escaped)


def link(text: str, url: str) -> str:
    """A link to a web address; where the address is none, its text alone."""
    address = web_address(url)
    return f"[{plain(text)}](<{address}>)" if address else plain(text)
