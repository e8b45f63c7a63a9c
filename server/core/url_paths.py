"""What follows the host in a URL, spelled as browsers send it."""

import re

# The standard's path and special-query percent-encode sets.
PATH_ENCODED = re.compile(r"[^!$-;=@-\]_a-z|~]+")
QUERY_ENCODED = re.compile(r"[^!$-&(-;=?-~]+")


def spell_path(rest: str) -> str:
    """Path and query as they are sent: dot segments walked, backslashes turned, what is no plain ASCII encoded."""
    path, mark, query = rest.partition("?")
    walked: list[str] = []
    *steps, last = path.replace("\\", "/").removeprefix("/").split("/")
    for step in steps:
        _walk(walked, step)
    if _walk(walked, last):
        walked.append("")
    return f"/{_encode('/'.join(walked), PATH_ENCODED)}{mark}{_encode(query, QUERY_ENCODED)}"


def _walk(walked: list[str], step: str) -> bool:
    """Go one step on, or back; True where it was a dot segment."""
    dots = step.lower().replace("%2e", ".")
    if dots == "..":
        del walked[-1:]
    elif dots != ".":
        walked.append(step)
    return dots in (".", "..")


def _encode(text: str, unsafe: re.Pattern[str]) -> str:
    def encode(match: re.Match[str]) -> str:
        # Half a surrogate pair stands for nothing; the standard sends U+FFFD.
        letters = match[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")
        return "".join(f"%{byte:02X}" for byte in letters)

    return unsafe.sub(encode, text)
