"""The API as an application of its own under /c2pa/v1: the specification has other errors than ours."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http.c2pa import about, matches, repository
from api.http.c2pa.about import PREFIX, VERSION
from api.http.c2pa.errors import add_refusals
from api.http.errors import FieldProblem, ProblemBody
from api.http.oauth import OAuthError, refuse
from api.http.services import Services

SUBJECTS = (matches, repository, about)
TITLE = "C2PA Soft Binding Resolution API"


def create_resolution(services: Services) -> FastAPI:
    """The application; the caller mounts it and owns `services`."""
    app = FastAPI(title=TITLE, version=VERSION, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.services = services
    app.state.examining = BoundedSemaphore(matches.EXAMINED_AT_ONCE)
    for subject in SUBJECTS:
        app.include_router(subject.router)
    add_refusals(app)
    app.add_exception_handler(OAuthError, refuse)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(title=TITLE, version=VERSION, routes=app.routes, servers=[{"url": PREFIX}])
        components = document.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        for model in (ProblemBody, FieldProblem):
            schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas[model.__name__].pop("$defs", None)
        for operations in document["paths"].values():
            for operation in operations.values():
                _complete(operation)
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = document
    return app.openapi_schema


def _complete(operation: dict[str, Any]) -> None:
    """Without statuses that are not the specification's; what nobody is forbidden takes no token either."""
    for status in ("422", "503", "507"):
        operation["responses"].pop(status, None)
    if {"auth"} == {name for each in operation.get("security", ()) for name in each}:
        operation["security"] += [] if "403" in operation["responses"] else [{}]
