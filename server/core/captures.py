"""What a capture must be before anybody looks into it."""

import msgspec

from server.core.errors import InvalidCapture, InvalidUrl, PayloadTooLarge
from server.core.jobs import Capture
from server.core.urls import canonical_url

MOST_BYTES = 4 * 1024 * 1024  # of the page itself, as UTF-8


def check_capture(capture: Capture, url: str, keys: tuple[str, ...]) -> None:
    """InvalidCapture unless it holds the one form it names and shows the page asked about; PayloadTooLarge.

    `keys` are the canonical URLs that `url` is known to mean.
    """
    content = capture.html if capture.via == "dom" else capture.json
    other = capture.json if capture.via == "dom" else capture.html
    if not content or other is not None:
        raise InvalidCapture(
            f'A capture via "{capture.via}" holds the page as `{"html" if capture.via == "dom" else "json"}` and '
            "nothing else. Capture the page again."
        )
    size = len(capture.html.encode("utf-8", "surrogatepass")) if capture.html else len(msgspec.json.encode(content))
    if size > MOST_BYTES:
        raise PayloadTooLarge(
            f"The capture has {size / MOST_BYTES * 4:.1f} MiB; 4 MiB is the most. Leave out what is not text."
        )
    if _key(capture.url) not in keys:
        raise InvalidCapture(f"The capture shows {capture.url}, not {url}. Capture the page you ask about.")


def _key(url: str) -> str | None:
    try:
        return canonical_url(url).key
    except InvalidUrl:
        return None
