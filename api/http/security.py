"""Who is asking, and whether their role may. 401 for callers we do not know, 403 for roles that may not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

from fastapi import Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.access import Principal, Role, authenticate
from api.errors import RoleError
from api.http.services import Provided

_bearer = HTTPBearer(
    auto_error=False, description="An API key made by `selvage key create`.", scheme_name="key"
)


async def _caller(
    services: Provided, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    token = credentials.credentials if credentials else None
    if services.at_once:
        return authenticate(services.ledger, token)
    return await run_in_threadpool(authenticate, services.ledger, token)


Caller = Annotated[Principal, Depends(_caller)]


def _needs(*roles: Role) -> Callable[[Principal], Awaitable[Principal]]:
    async def check(caller: Caller) -> Principal:
        return require(caller, roles)

    return check


def require(caller: Principal, roles: Sequence[Role]) -> Principal:
    """`caller`, if it has one of the roles. Raises RoleError."""
    if caller.role not in roles:
        wanted = " or ".join(roles)
        raise RoleError(f"this needs the role {wanted}; your key {caller.name!r} has the role {caller.role}")
    return caller


TRADERS = (Role.MANAGER, Role.LICENSEE)
Manager = Annotated[Principal, Depends(_needs(Role.MANAGER))]
Staff = Annotated[Principal, Depends(_needs(Role.MANAGER, Role.AUDITOR))]
Trader = Annotated[Principal, Depends(_needs(*TRADERS))]
