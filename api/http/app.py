"""The application: routes, errors, limits and the OpenAPI document, over services that are handed in."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http.c2pa.about import PREFIX as RESOLUTION
from api.http.c2pa.about import discovery
from api.http.c2pa.app import create_resolution
from api.http.errors import FieldProblem, ProblemBody, add_handlers
from api.http.examples import put_examples
from api.http.head import Head
from api.http.limits import BodyLimit
from api.http.oauth import OAuthError, refuse
from api.http.routes import (
    bases,
    brand,
    catalogue,
    checking,
    crawlers,
    decisions,
    evidence,
    facilitator,
    licensing,
    log,
    money,
    ordering,
    people,
    production,
    public,
    reference,
    reviews,
    rights,
    studio,
    style_pictures,
    styles,
    tending,
)
from api.http.services import Services

DESCRIPTION = """A licensing and provenance ledger for generative surface patterns.

Send an API key as `Authorization: Bearer slv_...`; `selvage key create` makes one. 403 names the role needed.

Every write takes an `Idempotency-Key`, any text of your own: the same key with the same request gets the
first answer again, with another request 422, while the first is at work 409 with `Retry-After`.

Long work is answered 202 with an operation, whose address is in `Location`: ask there, as `Retry-After`
says, until `state` is `done` or `failed`.

Every error is `application/problem+json` (RFC 9457) with a stable `code`; `errors` names each `field` that
is wrong. The licence server alone answers as OAuth does.

Lists take `limit` (at most 1000) and `offset`; `next` is the offset of the next page, null on the last one.

Money is `{minor, currency, text}`, `minor` a decimal string of whole minor units.

Requests are not counted: a route that may answer 429 says so. A body over `SELVAGE_UPLOAD_LIMIT_MIB` is 413.
"""
PREFIX = "/v1"
SUBJECTS = (
    decisions,
    catalogue,
    rights,
    ordering,
    money,
    facilitator,
    licensing,
    evidence,
    reviews,
    people,
    tending,
    production,
    studio,
    style_pictures,
    styles,
    bases,
    brand,
    public,
    checking,
    log,
)
RECURSION_LIMIT = 1000


def create_app(services: Services) -> FastAPI:
    """The service under /v1, and what crawlers read at the root. The caller owns and closes `services`."""
    _contain_recursion()
    app = FastAPI(
        title="Selvage",
        version=version("selvage"),
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    app.state.published = {}  # what crawlers are given, by path
    for subject in SUBJECTS:
        app.include_router(subject.router, prefix=PREFIX)
    app.include_router(crawlers.router)  # what crawlers look for at the root
    app.include_router(discovery)
    app.include_router(reference.router)  # the same document for people
    app.mount(RESOLUTION, create_resolution(services))
    add_handlers(app)
    app.add_exception_handler(OAuthError, refuse)
    app.add_middleware(BodyLimit, limit=services.upload_limit_bytes)
    app.add_middleware(Head)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


def _contain_recursion() -> None:
    """Bring the recursion limit back to Python's own.

    py_ecc, which web3 imports, raises it to 100,000; a body of nested brackets would then overflow the stack
    of the JSON parser and kill the process instead of raising RecursionError. It is imported here, so that
    it cannot be imported later.
    """
    import_module("ledger.chain.client")
    sys.setrecursionlimit(RECURSION_LIMIT)


def _document(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document with the problem schema, which no route returns by annotation."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for model in (ProblemBody, FieldProblem):
            schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas[model.__name__].pop("$defs", None)
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        put_examples(document)
        app.openapi_schema = document
    return app.openapi_schema
