"""Who is calling, and what may they do here?"""

from typing import Any

from litestar import Request
from litestar.types import Scope

from server.core.access import OPERATOR, STRANGER, Caller, opens, parse_token
from server.core.errors import Forbidden, Unauthorized
from server.core.limits import client_address
from server.core.money import THE_DAY_ALONE, Payer, hide_address
from server.parts import Parts, PartsArgument


async def find_caller(parts: PartsArgument, request: Request[Any, Any, Any]) -> Caller:
    """The owner of the key in `Authorization: Bearer`; without one the operator on this machine, a stranger elsewhere.

    Unauthorized, with the next step, for a key that is none. Other schemes are for a proxy in front of us.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return OPERATOR if parts.is_local else STRANGER
    key_id, secret = parse_token(token.strip()) or ("", "")
    key = await parts.store.load_key(key_id)
    if not opens(key, secret) or key is None:
        raise Unauthorized(
            "The access key is unknown or was revoked. Check that it was copied whole, or ask the operator for a new "
            "one (threadproof keys add NAME)."
        )
    parts.seen_keys.see(request.headers.get("authorization", ""), key.id)
    return Caller(owner=key.id, trusted=key.trusted, scopes=key.scopes, is_operator=False)


def who_pays(parts: Parts, caller: Caller, request: Request[Any, Any, Any]) -> Payer:
    """The key's owner, else whoever sits at the address that the connection comes from.

    `X-Forwarded-For` is believed of the operator's own proxies alone (THREADPROOF_TRUSTED_PROXIES): anybody can send
    it. Behind a proxy that is not named there, all who have no key share one address.
    """
    if caller.is_operator:
        return THE_DAY_ALONE
    if caller.owner is not None:
        return Payer(key=caller.owner)
    return Payer(address=hide_address(address_of(request.scope, parts), parts.clock()))


def address_of(scope: Scope, parts: Parts) -> str:
    """Whoever sent a request, as far as proxies that the operator trusts tell."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return client_address(peer_of(scope), forwarded, parts.trusted)


def peer_of(scope: Scope) -> str:
    """The address that the connection comes from; none for a socket in a folder."""
    client = scope.get("client")
    return client[0] if client else ""


def may_post(parts: Parts, caller: Caller) -> bool:
    """With a key for it, on the operator's own machine, or where the operator lets strangers post."""
    allowed = parts.settings.anonymous_posting
    if caller == STRANGER:
        return bool(allowed)
    return "post" in caller.scopes and not (caller.is_operator and allowed is False)


def check_may_post(parts: Parts, caller: Caller, *, with_capture: bool) -> None:
    """Forbidden, with the next step, for whoever may not post.

    A stranger's capture is refused even where strangers may post: it would speak for a thread that nobody has checked.
    """
    if not may_post(parts, caller):
        raise Forbidden(
            "Posting here needs an access key that allows it. Ask the operator for one (threadproof keys add NAME), or "
            "run your own server: make run. (Operators: THREADPROOF_ANONYMOUS_POSTING=true lets anyone post.)"
        )
    if with_capture and caller == STRANGER:
        raise Forbidden(
            "Without an access key this server takes no captures. Post the address alone, and the server reads the "
            "thread itself."
        )


def check_may_delete(caller: Caller, scope: str) -> None:
    """Forbidden unless it is the caller's own card, or the caller is the operator."""
    if not caller.may_delete(scope):
        raise Forbidden("Only a card's owner and the operator may delete it. Use the key it was made with.")
