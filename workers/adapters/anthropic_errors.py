"""What can go wrong between us and a model's server, in our words: what happened, and the next step.

Nothing that the server says is repeated but short words of the API's own, since an answer can hold the key or the
prompt that it was asked with.
"""

import re
from typing import Any

import anthropic
import httpx2

from server.core.errors import DraftRejected, ModelError, ModelUnavailable
from server.core.model import Role

SETTINGS: dict[Role, str] = {
    "scout": "THREADPROOF_SCOUT_MODEL",
    "write": "THREADPROOF_WRITER_MODEL",
    "repair": "THREADPROOF_WRITER_MODEL",
    "judge": "THREADPROOF_JUDGE_MODEL",
}
LONGEST_QUOTE = 24  # characters in a row that an error may share with the prompt
_KIND = re.compile(r"[a-z]{1,20}(?:_[a-z]{1,20}){0,3}")

# Statuses with which trying again is of no use, and what the operator can do.
FINAL = {
    401: "The model's server refuses the key. Set ANTHROPIC_API_KEY to one that is valid there.",
    402: "The model's server wants to be paid. Look at the account that ANTHROPIC_API_KEY belongs to.",
    403: "The key may not do this at the model's server. Look at what the key in ANTHROPIC_API_KEY is allowed.",
    413: "The prompt is larger than the model's server takes. Choose a model with a larger context.",
}
_BUSY = {
    408: "took too long",
    409: "is busy",
    425: "is busy",
    429: "rations this key",
    529: "is overloaded",
}
# Errors that arrive inside a stream, under the status 200.
_KINDS = {"overloaded_error": 529, "rate_limit_error": 429, "authentication_error": 401, "permission_error": 403,
          "billing_error": 402, "not_found_error": 404, "request_too_large": 413, "invalid_request_error": 400,
          "timeout_error": 504, "api_error": 500}  # fmt: skip


class NotUnderstood(ModelUnavailable):
    """The server does not accept the request as it is; `naming` is what it said of it, for us to look for words in."""

    def __init__(self, message: str, naming: str = "") -> None:
        super().__init__(message, retryable=False)
        self.naming = naming


class Busy(ModelUnavailable):
    """Worth another try; `after_s` is how long the server asks us to wait, where it does."""

    def __init__(self, message: str, after_s: float | None = None) -> None:
        super().__init__(message, retryable=True)
        self.after_s = after_s


class TooLarge(httpx2.ReadError):
    """A body that went on and on."""


def of_status(status: int, role: Role, *, naming: str = "", after_s: float | None = None) -> ModelUnavailable:
    """An HTTP status that is no answer."""
    if status in FINAL:
        return ModelUnavailable(FINAL[status], retryable=False)
    if status == 404:
        return ModelUnavailable(
            f"The model's server knows no such model or address. Look at {SETTINGS[role]} and ANTHROPIC_BASE_URL, "
            "which ends before /v1.",
            retryable=False,
        )
    if 300 <= status < 400:
        return ModelUnavailable(
            "The model's server sends us elsewhere, where neither key nor prompt shall go. Set ANTHROPIC_BASE_URL to "
            "the address that answers itself.",
            retryable=False,
        )
    if status in _BUSY or status >= 500:
        return Busy(f"The model's server {_BUSY.get(status, f'failed ({status})')}. Try again in a moment.", after_s)
    return NotUnderstood(
        f"The model's server does not accept the request ({status}). Look at {SETTINGS[role]} and at what that model "
        "can: how long a prompt may be, and whether it answers in JSON.",
        naming,
    )


def of_kind(kind: str, role: Role) -> ModelUnavailable:
    """An error in the middle of a stream, by the API's word for it. What it had written is lost."""
    status = _KINDS.get(kind, 500)
    return of_status(status, role, naming="") if status != 400 else Busy(_broke_off("with an error"))


def of_exception(error: Exception, role: Role) -> ModelError:
    """Everything that the SDK and the HTTP client under it can raise."""
    if isinstance(error, TooLarge) or isinstance(error.__cause__, TooLarge):
        return ran_on()
    if isinstance(error, anthropic.APIStatusError):
        return of_status(
            error.status_code, role, naming=_said(error.body), after_s=_retry_after(error.response.headers)
        )
    if isinstance(error, anthropic.CredentialsError):
        return ModelUnavailable(FINAL[401], retryable=False)
    if isinstance(error, anthropic.APITimeoutError | httpx2.TimeoutException):
        return Busy("The model's server does not answer in time. Try again in a moment, or raise "
                    "THREADPROOF_MODEL_TIMEOUT_S.")  # fmt: skip
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol) or isinstance(
        error.__cause__, httpx2.UnsupportedProtocol
    ):
        return ModelUnavailable("ANTHROPIC_BASE_URL is no http or https address. Correct it.", retryable=False)
    if isinstance(error, anthropic.APIConnectionError) and isinstance(error.__cause__, httpx2.ConnectError):
        return Busy("The model's server is out of reach. Look at ANTHROPIC_BASE_URL and whether it runs.")
    return Busy(_broke_off("in the middle"))


def silent(where: str) -> Busy:
    """A server that took longer than we wait."""
    return Busy(
        f"The model's server {where}. Try again in a moment, or raise THREADPROOF_MODEL_TIMEOUT_S for a slow one."
    )


def broke_off() -> Busy:
    """A stream that ended before its end, or was none."""
    return Busy(_broke_off("in the middle"))


def refused(details: dict[str, Any]) -> DraftRejected:
    """The model declined. The category is its reason where one is told."""
    category = details.get("category")
    reason = f" ({category})" if isinstance(category, str) and _KIND.fullmatch(category) else ""
    return DraftRejected(f"The model declines to answer{reason}. The same question to another model may pass.")


class ServerSaid(Exception):
    """The server's reason, for the log: the cause of an error in place of the SDK's, which repeats all."""


def reason_for_log(error: Exception, key: str, prompt: str) -> BaseException:
    """The cause to keep: the error itself, but of an HTTP answer only a short reason, and none that quotes the prompt.

    Servers do quote: gateways the key ("incorrect API key provided: …"), validators the field they stumble over.
    """
    if not isinstance(error, anthropic.APIStatusError):
        return error
    said = (error.api_message or "").replace(key, "[key]") if isinstance(error.api_message, str) else ""
    said = " ".join(said.split())[:300]
    if any(said[at : at + LONGEST_QUOTE] in prompt for at in range(max(0, len(said) - LONGEST_QUOTE + 1))):
        said = "(withheld: it quotes the prompt)"
    return ServerSaid(f"{error.status_code} {said}".strip())


def ran_on() -> DraftRejected:
    """An answer of many times the length that was asked for."""
    return DraftRejected("The model ran on far beyond what it was asked for, so its answer was cut off and dropped.")


def _broke_off(how: str) -> str:
    return f"The model's answer broke off {how}. Try again in a moment."


def _said(body: object) -> str:
    return str(body)[:2000].lower() if body else ""


def _retry_after(headers: Any) -> float | None:
    """In seconds; a date counts as unknown."""
    told = str(headers.get("retry-after", ""))
    return min(float(told), 86_400.0) if re.fullmatch(r"\d{1,6}(?:\.\d{1,3})?", told) else None
