"""Scopes: what a bearer may do here. A token of our own, or an API key, whose role says what it may do."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Security
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import OAuth2
from fastapi.security.utils import get_authorization_scheme_param

from api.access import Principal, Role, authenticate, digest
from api.errors import AuthenticationError
from api.http.c2pa.errors import ResolutionError
from api.http.services import Provided, Services
from ledger.store import access, manifests
from ledger.store.access import ApiKey
from ledger.store.manifests import Token

PREFIX = "c2pa_"
GOOD_FOR = timedelta(hours=1)


class Scope(StrEnum):
    """What the specification names."""

    FETCH = "fetch:manifests"
    MANIFESTS = "store:manifests"
    BINDINGS = "store:bindings"


WORDS = {
    Scope.FETCH: "Search and read manifests, also of tiles that are not registered yet.",
    Scope.MANIFESTS: "Store and remove manifests.",
    Scope.BINDINGS: "Say where soft bindings lead.",
}
OF_ROLE = {
    Role.MANAGER: frozenset(Scope),
    Role.AUDITOR: frozenset({Scope.FETCH}),
    Role.LICENSEE: frozenset({Scope.FETCH}),
}
_flows = OAuthFlows(
    clientCredentials=OAuthFlowClientCredentials(
        tokenUrl="oauth/token", scopes={scope.value: text for scope, text in WORDS.items()}
    )
)
_bearer = OAuth2(
    flows=_flows,
    scheme_name="auth",
    auto_error=False,
    description="A token of oauth/token, or an API key itself, as a bearer.",
)


@dataclass(frozen=True)
class Asker:
    """Who is asking; `owner` is the API key by its digest, None for one who showed nothing."""

    owner: str | None
    scopes: frozenset[Scope]

    @property
    def everything(self) -> bool:
        """Whether manifests of tiles that are not registered may be told."""
        return Scope.FETCH in self.scopes


def give(services: Services, caller: Principal, wanted: frozenset[Scope]) -> tuple[str, int]:
    """A token for `wanted`, of which only the digest is kept, and the seconds it is good for.

    It ends with the key it is given to.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    now = services.clock()
    with services.ledger.store.transaction() as tx:
        key = access.find_key(tx, caller.id)
        ends = _first(now + GOOD_FOR, key.expires_at if key else None)
        kept = Token(digest(token), caller.id, tuple(sorted(wanted)), ends.isoformat())
        manifests.add_token(tx, kept, now.isoformat())
    return token, int((ends - now).total_seconds())


def _asker(services: Provided, shown: Annotated[str | None, Depends(_bearer)]) -> Asker:
    scheme, token = get_authorization_scheme_param(shown)
    if not shown:
        return Asker(None, frozenset())
    if scheme.lower() != "bearer":
        raise AuthenticationError("send a token as Authorization: Bearer ...", code="key-absent")
    if token.startswith(PREFIX):
        return _of_token(services, token)
    caller = authenticate(services.ledger, token)
    return Asker(caller.id, OF_ROLE[caller.role])


Anybody = Annotated[Asker, Security(_asker, scopes=[Scope.FETCH.value])]


def _of_token(services: Services, shown: str) -> Asker:
    now = services.clock()
    with services.ledger.store.reading() as tx:
        token = manifests.find_token(tx, digest(shown))
        key = access.find_key(tx, token.key) if token else None
    if token is None or key is None or key.revoked_at or _ends(token, key) <= now:
        raise AuthenticationError("this access token is unknown, over or taken back", code="token-invalid")
    scopes = frozenset(map(Scope, token.scopes)) & OF_ROLE[Role(key.role)]
    return Asker(token.key, scopes)


def _ends(token: Token, key: ApiKey) -> datetime:
    return _first(datetime.fromisoformat(token.expires_at), key.expires_at)


def _first(ends: datetime, other: str | None) -> datetime:
    return min(ends, datetime.fromisoformat(other)) if other else ends


def needs(scope: Scope) -> Callable[[Asker], Asker]:
    """401 for one who shows nothing, 403 without the scope (RFC 6750, section 3.1)."""

    def check(asker: Annotated[Asker, Depends(_asker)]) -> Asker:
        if asker.owner is None:
            raise AuthenticationError("send a token as Authorization: Bearer ...", code="key-absent")
        if scope not in asker.scopes:
            raise ResolutionError(
                403,
                "insufficient-scope",
                f"this needs the scope {scope}",
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
            )
        return asker

    return check


Fetcher = Annotated[Asker, Security(needs(Scope.FETCH), scopes=[Scope.FETCH.value])]
Keeper = Annotated[Asker, Security(needs(Scope.MANIFESTS), scopes=[Scope.MANIFESTS.value])]
Binder = Annotated[Asker, Security(needs(Scope.BINDINGS), scopes=[Scope.BINDINGS.value])]
