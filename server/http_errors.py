"""From an error to what HTTP says about it: one table, no framework, so the CLI may import it cheaply."""

from server.core.errors import (
    DraftRejected,
    Forbidden,
    Gone,
    InsightError,
    JobError,
    ModelError,
    ModelUnavailable,
    NotFound,
    Overloaded,
    PayloadTooLarge,
    QueueUnavailable,
    RequestError,
    SourceError,
    SourceRefused,
    StoreUnavailable,
    ThreadError,
    ThreadUnavailable,
    ThreadUnreadable,
    TooManyRequests,
    Unauthorized,
    UnknownFormat,
)
from server.core.jobs import Problem
from server.core.secrets import tell_without_secrets

# The nearest class in an error's line of descent decides; what is not named here is our fault: 500.
STATUS: dict[type[InsightError], int] = {
    RequestError: 400,
    PayloadTooLarge: 413,
    UnknownFormat: 501,  # as oEmbed has it
    NotFound: 404,
    Gone: 410,
    Unauthorized: 401,
    Forbidden: 403,
    TooManyRequests: 429,
    ThreadError: 422,
    ThreadUnavailable: 502,
    ThreadUnreadable: 502,
    SourceError: 502,
    SourceRefused: 403,
    ModelError: 502,
    DraftRejected: 502,
    ModelUnavailable: 503,
    StoreUnavailable: 503,
    JobError: 409,
    QueueUnavailable: 503,
    Overloaded: 503,
}

# What the framework itself answers with, by status: code, title, next step.
FRAMEWORK: dict[int, tuple[str, str, str]] = {
    400: ("invalid-request", "The request is not valid", "See /schema/openapi.json for the documented shape."),
    404: (NotFound.code, NotFound.title, "Check the address, or start at the front page."),
    405: (
        "method-not-allowed",
        "That method is not allowed here",
        "See /schema/openapi.json for what is.",
    ),
    413: (PayloadTooLarge.code, PayloadTooLarge.title, "Send at most 4 MiB; a capture may leave out what is not text."),
    415: ("unsupported-media-type", "That media type is not understood", "Send JSON as application/json."),
    429: ("too-many-requests", "Too many requests", "Wait a little, then try again."),
}
INTERNAL = "Try again; if it stays like this, tell the operator the time and the address, and the log holds the cause."


def status_of(error: InsightError) -> int:
    """The HTTP status of one of our errors."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem_of(error: Exception) -> Problem:
    """The RFC 9457 document of any error.

    `type` is the stable code. Addresses in the message lose the secrets that people paste with them. An error that is
    neither ours nor the framework's says nothing of its insides: its message may hold paths, queries or keys.
    """
    if isinstance(error, InsightError):
        return Problem(
            type=error.code,
            title=error.title,
            status=status_of(error),
            detail=tell_without_secrets(error.message),
            retryable=error.retryable,
        )
    status = getattr(error, "status_code", 500)
    if isinstance(status, int) and 400 <= status < 500:
        return _framework_problem(status, _said(error))
    return Problem(type=InsightError.code, title=InsightError.title, status=500, detail=INTERNAL, retryable=False)


def _said(error: Exception) -> str:
    """What the framework found wrong, field by field where it says so."""
    extra = getattr(error, "extra", None)
    faults = [fault for fault in extra if isinstance(fault, dict)] if isinstance(extra, list) else []
    named = [f"{fault.get('key') or 'body'}: {fault['message']}" for fault in faults if fault.get("message")]
    return "; ".join(named) or str(getattr(error, "detail", "") or "")


def _framework_problem(status: int, said: str) -> Problem:
    code, title, step = FRAMEWORK.get(status, FRAMEWORK[400])
    reason = f"{said.rstrip('.')}. " if said and status == 400 else ""
    return Problem(type=code, title=title, status=status, detail=reason + step, retryable=status == 429)
