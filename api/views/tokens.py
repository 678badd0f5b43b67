"""Licence tokens: what a client gets, what a resource server is told, what managers see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from api.views.base import View
from ledger.domain.projections.rsl import MIME
from ledger.domain.projections.rsl_reading import write_licence
from ledger.domain.tokens import LicenceToken

TOKEN_TYPE = "License"  # noqa: S105 -- the name of a type (RSL 1.0, section 5.4.3)


class IssuedView(View):
    """A token, shown once (RFC 6749, section 5.1)."""

    access_token: str = Field(description="The token.")
    token_type: str = Field(TOKEN_TYPE, description="License.")
    expires_in: int = Field(description="Seconds.")
    scope: str = Field(description="The usages it is for, parted by spaces.")

    @classmethod
    def of(cls, token: str, record: LicenceToken, good_for: timedelta) -> IssuedView:
        return cls(access_token=token, expires_in=int(good_for.total_seconds()), scope=_scope(record))


class IntrospectionView(View):
    """RFC 7662, section 2.2, with what OLP adds. Of a token that is not good, nothing but that is said."""

    active: bool = Field(description="Whether it is good.")
    token_type: str | None = Field(None, description="License.")
    scope: str | None = Field(None, description="The usages it is for, parted by spaces.")
    client_id: str | None = Field(None, description="The id of the API key it was given to.")
    sub: str | None = Field(None, description="The party it was given to.")
    iss: str | None = Field(None, description="This licence server.")
    jti: str | None = Field(None, description="The id of the token.")
    iat: int | None = Field(None, description="When it was given out, seconds since 1970.")
    exp: int | None = Field(None, description="Until when it is good, seconds since 1970.")
    license: str | None = Field(None, description="What it gives, as an RSL license element.")
    license_type: str | None = Field(None, description="Media type of `license`.")
    resource: str | None = Field(None, description="What it was asked for.")
    licences: list[str] | None = Field(None, description="The licences it rests on; none for what is free.")
    permitted: bool | None = Field(None, description="Whether it covers the resource that was asked about.")
    reason: str | None = Field(None, description="Why not.")

    @classmethod
    def of(cls, token: LicenceToken, server: str, reason: str | None) -> IntrospectionView:
        return cls(
            active=True,
            token_type=TOKEN_TYPE,
            scope=_scope(token),
            client_id=token.key,
            sub=token.party,
            iss=server,
            jti=token.id,
            iat=_epoch(token.issued_at),
            exp=_epoch(token.expires_at),
            license=_licence(token),
            license_type=MIME,
            resource=token.resource,
            licences=list(token.licences),
            permitted=reason is None,
            reason=reason,
        )

    def said(self) -> dict[str, Any]:
        """The members that have a value."""
        return {name: value for name, value in self.to_json().items() if value is not None}


class TokenView(View):
    """A licence token as managers see it; the token itself is kept nowhere."""

    id: str
    party: str
    key: str = Field(description="The id of the API key it was given to.")
    resource: str = Field(description="What it was asked for.")
    scope: str = Field(description="The usages it is for, parted by spaces.")
    license: str = Field(description="What it gives, as an RSL license element.")
    licences: list[str] = Field(description="The licences it rests on; none for what is free.")
    issued_at: str
    expires_at: str
    revoked_at: str | None
    over: bool = Field(description="Whether its time is up, or it was revoked.")

    @classmethod
    def of(cls, token: LicenceToken, now: str) -> TokenView:
        return cls(
            id=token.id,
            party=token.party,
            key=token.key,
            resource=token.resource,
            scope=_scope(token),
            license=_licence(token),
            licences=list(token.licences),
            issued_at=token.issued_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
            over=token.is_over(now),
        )


def _scope(token: LicenceToken) -> str:
    return " ".join(sorted(token.wanted.usages))


def _licence(token: LicenceToken) -> str:
    return write_licence(token.wanted, "purchase" if token.licences else "free")


def _epoch(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())
