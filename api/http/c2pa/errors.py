"""Refusals with the statuses of the specification: 400, 401, 403, 404, 413, 414, 415, 429 and 500."""

from __future__ import annotations

from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response

from api.errors import ApiError
from api.http.errors import MEDIA_TYPE, add_handlers, log_failure, path_of, words_of
from api.problems import Problem, describe, error_classes, known

ALLOWED = frozenset({400, 401, 403, 404, 405, 413, 414, 415, 429, 500})
TITLES = {
    400: "The request is malformed",
    414: "The value is too long for an address",
    415: "This is no type of asset that is read here",
    429: "Too many pictures are being examined",
    500: "Something failed inside",
}


class ResolutionError(ApiError):
    """A refusal with a status of the specification; `headers` go with it."""

    code = "resolution"

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message, field=field)
        self.status, self.code, self.headers = status, code, headers or {}


def add_refusals(app: FastAPI) -> None:
    """Answer every exception of `app` with a problem, in statuses of the specification."""
    add_handlers(app)
    app.add_exception_handler(RequestValidationError, _invalid)
    for error in (*error_classes(), Exception):
        app.add_exception_handler(error, _any)
    app.add_exception_handler(ResolutionError, _refused)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI part of a route that may answer with these problems."""
    schema = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    words = {401: "Not authenticated", 403: "Client not allowed to perform this operation", 404: "Not found"}
    every = sorted({*statuses, 400, 413, 500})
    return {
        status: {"description": words.get(status) or TITLES.get(status, "Refused"), "content": schema}
        for status in every
    }


def _invalid(_request: Request, error: Exception) -> Response:
    found = cast(RequestValidationError, error).errors()
    errors = [{"field": path_of(item["loc"]), "detail": words_of(item)} for item in found]
    message = f"{errors[0]['field']}: {errors[0]['detail']}"
    return _response(400, "bad-request", message, errors[0]["field"], {})


def _refused(_request: Request, error: Exception) -> Response:
    refused = cast(ResolutionError, error)
    return _response(refused.status, refused.code, str(refused), refused.field, refused.headers)


def _any(request: Request, error: Exception) -> Response:
    if not known(error):
        log_failure(request, error)
    problem = describe(error)
    headers = {"WWW-Authenticate": "Bearer"} if problem.kind.status == 401 else {}
    return _response(_status(problem), problem.code, problem.message, problem.field, headers)


def _status(problem: Problem) -> int:
    """What the specification knows: what cannot be used is 400, what failed around us is 500."""
    status = problem.kind.status
    if status in ALLOWED:
        return status
    return 500 if status > 500 else 400


def _response(
    status: int, code: str, message: str, field: str | None, headers: dict[str, str]
) -> JSONResponse:
    body: dict[str, Any] = {
        "type": f"urn:selvage:problem:{code}",
        "title": TITLES.get(status, message),
        "status": status,
        "detail": message,
        "code": code,
    }
    if field:
        body |= {"field": field, "errors": [{"field": field, "detail": message}]}
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)
