"""What OAuth 2.0 asks of a licence server (RFC 6749, 7662): forms, client authentication, its own errors."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl, unquote_plus

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials
from fastapi.security.http import HTTPBase
from pydantic import BaseModel, Field

from api.access import MIN_ID, Principal, authenticate
from api.errors import AuthenticationError
from api.http.errors import public_responses
from api.http.services import Provided

MAX_FORM = 16 * 1024  # bytes
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
NO_STORE = {"Cache-Control": "no-store"}  # RFC 6749, section 5.1
_STATUSES = {"invalid_client": 401, "unauthorized_client": 403, "payment_required": 402, "slow_down": 429}
_basic = HTTPBase(
    scheme="basic",
    scheme_name="client",
    auto_error=False,
    description="The id of an API key, or its first digits, and the key itself.",
)


class OAuthErrorBody(BaseModel):
    """RFC 6749, section 5.2."""

    error: str = Field(description="The protocol's own word.")
    error_description: str


class OAuthError(Exception):
    """A refusal in the words of the protocol. `status` follows from `error` unless it is given."""

    def __init__(
        self, error: str, problem: str, status: int | None = None, members: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(problem)
        self.error = error
        self.status = status or _STATUSES.get(error, 400)
        self.members = dict(members or {})


def refuse(_request: Request, error: Exception) -> Response:
    """The response of an OAuthError."""
    assert isinstance(error, OAuthError)  # noqa: S101 -- registered for this class alone
    headers = dict(NO_STORE)
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="selvage", charset="UTF-8"'
    if error.status == 429:
        headers["Retry-After"] = "60"
    body = {"error": error.error, "error_description": str(error), **error.members}
    return JSONResponse(body, error.status, headers=headers)


def oauth_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI part of a route that refuses in this manner."""
    refusals = sorted({*statuses, 400, 401, 413})
    own: dict[int | str, dict[str, Any]] = {status: {"model": OAuthErrorBody} for status in refusals}
    problems = {status: each for status, each in public_responses().items() if status not in (413, 422)}
    return {**problems, **own}


def form_schema(required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
    """The OpenAPI part of a request body, as a form or as JSON."""
    members = {name: {"type": "string"} for name in (*required, *optional)}
    schema = {"type": "object", "required": list(required), "properties": members}
    content = {each: {"schema": schema} for each in (FORM, JSON)}
    return {"requestBody": {"required": True, "content": content}}


async def _form(request: Request) -> dict[str, str]:
    """The parameters of a request, each once. Raises OAuthError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (FORM, JSON):
        raise OAuthError("invalid_request", f"send the parameters as {FORM}")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_FORM:
            raise OAuthError("invalid_request", f"the body is over {MAX_FORM // 1024} KiB", 413)
    try:
        pairs = _pairs(kind, body.decode())
    except (ValueError, RecursionError) as error:
        raise OAuthError("invalid_request", f"the body is no {kind} in UTF-8") from error
    found = dict(pairs)
    if len(found) < len(pairs):
        raise OAuthError("invalid_request", "a parameter is there twice; send each once")
    return found


Form = Annotated[dict[str, str], Depends(_form)]


def needed(form: Mapping[str, str], name: str) -> str:
    """A parameter that has to be there; one without a value is not (RFC 6749, section 3.2)."""
    if not form.get(name):
        raise OAuthError("invalid_request", f"the parameter {name} is missing")
    return form[name]


def _pairs(kind: str, text: str) -> list[tuple[str, str]]:
    if kind == FORM:
        return parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=20)
    pairs = json.loads(text, object_pairs_hook=list)
    if not isinstance(pairs, list) or not all(
        isinstance(pair, tuple) and isinstance(pair[1], str) for pair in pairs
    ):
        raise ValueError("no object of texts")
    return pairs


def _client(
    services: Provided, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_basic)]
) -> Principal:
    """The API key behind HTTP Basic; its id, or the first digits, is the client's. Raises OAuthError."""
    if sent is None or sent.scheme.lower() != "basic":
        raise OAuthError("invalid_client", "authenticate by HTTP Basic: the id of an API key, and the key")
    name, secret = _credentials(sent.credentials)
    try:
        caller = authenticate(services.ledger, secret)
    except AuthenticationError as error:
        raise OAuthError("invalid_client", str(error)) from error
    if len(name) < MIN_ID or not caller.id.startswith(name.lower()):
        raise OAuthError(
            "invalid_client", f"the client id is at least the first {MIN_ID} digits of the id of the API key"
        )
    return caller


Client = Annotated[Principal, Depends(_client)]


def _credentials(encoded: str) -> tuple[str, str]:
    """User and password, form-decoded (RFC 6749, section 2.3.1)."""
    try:
        name, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OAuthError("invalid_client", "the credentials of HTTP Basic are no Base64 of UTF-8") from error
    if not colon:
        raise OAuthError("invalid_client", "the credentials of HTTP Basic have no colon")
    return unquote_plus(name), unquote_plus(secret)
