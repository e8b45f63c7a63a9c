"""Who may post here. Keys come later; until then the address we listen on decides."""

from server.core.errors import Forbidden
from server.parts import Parts


def may_post(parts: Parts) -> bool:
    """On the operator's own machine, or where the operator lets strangers post."""
    allowed = parts.settings.anonymous_posting
    return parts.is_local if allowed is None else allowed


def check_may_post(parts: Parts, *, with_capture: bool) -> None:
    """Forbidden, with the next step, for whoever may not post.

    A stranger's capture is refused even where strangers may post: it would speak for a thread that nobody has checked.
    """
    if not may_post(parts):
        raise Forbidden(
            "Posting here needs an access key. Ask the operator for one, or run your own server: make run. "
            "(Operators: THREADPROOF_ANONYMOUS_POSTING=true lets anyone post.)"
        )
    if with_capture and not parts.is_local:
        raise Forbidden(
            "Without an access key this server takes no captures. Post the address alone, and the server reads the "
            "thread itself."
        )


def check_is_operator(parts: Parts) -> None:
    """Forbidden unless only this machine can reach us."""
    if not parts.is_local:
        raise Forbidden("Only the operator may do this, on the server's own machine.")
