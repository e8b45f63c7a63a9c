"""What every answer says about itself, whoever gives it."""

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECURITY_HEADERS: dict[bytes, bytes] = {
    b"content-security-policy": CSP.encode(),
    b"x-content-type-options": b"nosniff",
    # Not "no-referrer": with it browsers send "Origin: null" on our own forms, which the door would refuse.
    b"referrer-policy": b"same-origin",
    b"x-robots-tag": b"noindex",
    b"cross-origin-opener-policy": b"same-origin",
}
EXTENSION_PATHS = ("/api/", "/healthz")  # what extensions may ask across origins

_STANDING = (*SECURITY_HEADERS.items(),)
# A copy that was kept for a caller without an origin must not be handed to an extension, nor the other way round.
_FOR_EXTENSIONS = (*_STANDING, (b"vary", b"Origin"))


def standing_headers(path: str) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of every answer at a path, except those that the answer has set itself."""
    return _FOR_EXTENSIONS if path.startswith(EXTENSION_PATHS) else _STANDING
