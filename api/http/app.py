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
from api.http.limits import BodyLimit
from api.http.oauth import OAuthError, refuse
from api.http.routes import (
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
    reviews,
    rights,
    studio,
    styles,
    tending,
)
from api.http.services import Services

DESCRIPTION = """A licensing and provenance ledger for generative surface patterns.

Every write takes an `Idempotency-Key`. Long work is answered 202 with an operation to watch. Every error is
`application/problem+json` with a stable `code`.
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
    styles,
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
    app.mount(RESOLUTION, create_resolution(services))
    add_handlers(app)
    app.add_exception_handler(OAuthError, refuse)
    app.add_middleware(BodyLimit, limit=services.upload_limit_bytes)
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
        app.openapi_schema = document
    return app.openapi_schema
