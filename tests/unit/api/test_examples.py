"""The whole bodies that the OpenAPI document shows are ones that the service takes."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI

from api.http import bodies
from api.http.app import SUBJECTS
from api.http.examples import EXAMPLES, SIGHTINGS, put_examples
from api.http.routes import production, studio, styles
from ledger.chain.payment import Authorization
from ledger.domain.brief_text import parse_brief, parse_sighting
from ledger.domain.terms_text import parse_terms
from ledger.domain.use_text import parse_use

# A signed order and a payment are files that this service made; nobody writes them by hand.
WITHOUT = {"CompletionBody", "X402Body"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    app = FastAPI()
    for subject in SUBJECTS:
        app.include_router(subject.router, prefix="/v1")
    made = app.openapi()
    put_examples(made)
    return made


def _operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_body_of_json_has_an_example(document: dict[str, Any]) -> None:
    shown = set()
    for where, operation in _operations(document):
        for mime, content in operation.get("requestBody", {}).get("content", {}).items():
            name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
            if mime == "application/json" and name and name not in WITHOUT:
                assert "example" in content, where
            shown |= {name} if "example" in content else set()
    assert shown == set(EXAMPLES)  # none is left of a body that has gone


def test_every_route_says_what_it_does(document: dict[str, Any]) -> None:
    assert [where for where, operation in _operations(document) if not operation.get("description")] == []


def test_every_member_of_an_answer_says_what_it_is(document: dict[str, Any]) -> None:
    silent = [
        f"{name}.{member}"
        for name, shape in document["components"]["schemas"].items()
        if name.endswith("View")
        for member, told in shape["properties"].items()
        if not told.get("description")
    ]
    assert silent == []


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name.endswith("Body")])
def test_an_example_is_read_as_the_service_reads_it(name: str) -> None:
    given = EXAMPLES[name]
    (shape,) = {
        getattr(module, name) for module in (bodies, production, studio, styles) if hasattr(module, name)
    }
    read = shape.model_validate(given)
    if "brief" in given:
        parse_brief(read.brief.plain())
    if "terms" in given:
        parse_terms(given["terms"])
    if "use" in given or name == "UseBody":
        parse_use((read if name == "UseBody" else read.use).plain())
    if "authorization" in given:
        Authorization.from_dict(given["authorization"])


def test_the_sightings_of_a_scan_are_read() -> None:
    for sighting in SIGHTINGS.values():
        parse_sighting(sighting)
