"""Every error as application/problem+json (RFC 9457). `errors[]` names each part that is wrong."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.errors import KeyMissingError
from api.http.bodies import SHAPES
from api.http.limits import OverLimitError
from api.problems import Kind, Problem, describe, error_classes, known

MEDIA_TYPE = "application/problem+json"
IDEMPOTENCY_KEY = "Idempotency-Key"
_EXAMPLE = "territory: 'UK' is not an ISO 3166-1 alpha-2 country code; write GB"
_log = logging.getLogger("selvage.http")


class FieldProblem(BaseModel):
    field: str = Field(description="Dotted path of the part of the request.")
    detail: str = Field(description="What is wrong with it, and what to do next.")


class ProblemBody(BaseModel):
    """RFC 9457 problem details, with a stable `code` and the fields that are wrong."""

    type: str = Field(description="`urn:selvage:problem:` and the code.")
    title: str = Field(description="What kind of problem it is.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong here, and what to do next.", examples=[_EXAMPLE])
    code: str = Field(description="Stable; for programs.", examples=["bad-use"])
    field: str | None = Field(None, description="The first part that is wrong.", examples=["use.territory"])
    errors: list[FieldProblem] | None = Field(None, description="Every part that is wrong.")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI part of a route that may answer with these problems."""
    return public_responses(401, 403, *statuses)


def public_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same for a route that takes no key."""
    # 413, 500, 503 and 507 can happen to any request.
    schema = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    every = sorted({*statuses, 413, 422, 500, 503, 507})
    return {status: {"description": HTTPStatus(status).phrase, "content": schema} for status in every}


def add_handlers(app: FastAPI) -> None:
    """Answer every exception of `app` with a problem."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OverLimitError, _over_limit)
    # Only what is not in the table may reach the server's own handler: that one logs it as a crash.
    for error in (*error_classes(), Exception):
        app.add_exception_handler(error, _any)


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The response of a problem; a problem with a field lists it in `errors` too."""
    body = problem.to_dict()
    if problem.field:
        body["errors"] = [{"field": problem.field, "detail": problem.message}]
    return JSONResponse(body, problem.kind.status, headers=_headers(problem, headers), media_type=MEDIA_TYPE)


def _headers(problem: Problem, given: Mapping[str, str] | None) -> dict[str, str]:
    headers = dict(given or {})
    if problem.kind is Kind.NOT_AUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.code == "idempotency-in-flight":
        headers["Retry-After"] = "1"
    return headers


def _over_limit(_request: Request, error: Exception) -> Response:
    return respond(cast(OverLimitError, error).problem)


def _any(request: Request, error: Exception) -> Response:
    if not known(error):
        log_failure(request, error)
    return respond(describe(error))


def log_failure(request: Request, error: Exception) -> None:
    """Write down what failed inside; who asked is told nothing of it."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)


def _http(_request: Request, error: Exception) -> Response:
    refused = cast(HTTPException, error)
    status = HTTPStatus(refused.status_code)
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": _advice(status, str(refused.detail)),
        "code": status.phrase.lower().replace(" ", "-"),
    }
    return JSONResponse(body, int(status), headers=dict(refused.headers or {}), media_type=MEDIA_TYPE)


def _advice(status: HTTPStatus, detail: str) -> str:
    advice = {
        HTTPStatus.NOT_FOUND: "there is nothing at this path; the paths are listed in /v1/openapi.json",
        HTTPStatus.METHOD_NOT_ALLOWED: "this path takes other methods; the Allow header names them",
    }
    return advice.get(status, detail) if detail == status.phrase else detail


def _invalid(_request: Request, error: Exception) -> Response:
    found = cast(RequestValidationError, error).errors()
    if any(_is_idempotency_key(item["loc"]) and item["type"] == "missing" for item in found):
        message = f"send an {IDEMPOTENCY_KEY} header: any text of your own, new for each new request"
        return respond(describe(KeyMissingError(message, field=IDEMPOTENCY_KEY)))
    errors = [{"field": _field(item), "detail": words_of(item)} for item in found]
    first = errors[0]
    message = f"{first['field']}: {first['detail']}" + (f", and {len(errors) - 1} more" if errors[1:] else "")
    problem = Problem("bad-request", message, Kind.BAD_INPUT, first["field"])
    body = {**problem.to_dict(), "errors": errors}
    return JSONResponse(body, problem.kind.status, media_type=MEDIA_TYPE)


def words_of(item: Mapping[str, Any]) -> str:
    """What is wrong, without the regular expression a person would have to read."""
    if item["type"] == "json_invalid":
        told, place = item["ctx"]["error"], item["loc"][-1]
        return f"this is not JSON: {told} at character {place}; check quotes and commas"
    if item["type"] == "model_attributes_type" and isinstance(item["input"], bytes):
        return "this was not read as JSON; send the header Content-Type: application/json"
    if item["type"] != "string_pattern_mismatch":
        return str(item["msg"])
    shape = SHAPES.get(item["ctx"]["pattern"], f"text that matches {item['ctx']['pattern']}")
    return f"{str(item['input'])[:80]!r} is not {shape}"


def _is_idempotency_key(location: Sequence[Any]) -> bool:
    return [str(part).lower() for part in location] == ["header", IDEMPOTENCY_KEY.lower()]


def _field(item: Mapping[str, Any]) -> str:
    """Where the text is not JSON there is no part to name but the body."""
    return "body" if item["type"] == "json_invalid" else path_of(item["loc"])


def path_of(location: Sequence[Any]) -> str:
    """The dotted path of a part of a request."""
    parts = [str(part) for part in location]
    inner = parts[1:] if parts and parts[0] in ("body", "query", "path", "header") else parts
    return ".".join(inner) or parts[0]
