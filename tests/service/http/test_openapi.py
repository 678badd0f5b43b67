"""The OpenAPI document is complete, and a fuzzer that reads it finds no request answered otherwise."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from fuzzing import fuzzed
from hypothesis import given
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
EXAMPLES = 8
PROBLEM = "application/problem+json"
KEYLESS = ("/v1/verify", "/v1/x402/verify", "/v1/x402/settle", "/v1/briefs/suggestion")
OAUTH = ("/v1/rsl/token", "/v1/rsl/introspect")
ROOT = (
    "/robots.txt",
    "/license.xml",
    "/.well-known/tdmrep.json",
    "/.well-known/c2pa-soft-binding-resolution",
)


@pytest.fixture(scope="session")
def api_schema(house: Any) -> Any:
    return schemathesis.openapi.from_url(f"{house.url}/v1/openapi.json")


@pytest.fixture(scope="session")
def token(house: Any) -> str:
    made: str = house.token("manager")
    return made


@pytest.fixture(scope="session")
def real(mill: Any, asset: str, collection: str, use: dict[str, Any]) -> dict[str, str]:
    """One thing of each kind, for requests that go through."""
    body = {"asset": asset, "party": "north-mill", "use": {**use, "units": 123}}
    asked = mill.write("/v1/decisions", body).json()
    offer = asked["offer"]["id"] if asked["offer"] else mill.get("/v1/offers").json()["items"][0]["id"]
    operation = mill.finish(mill.write(f"/v1/offers/{offer}/acceptance"))
    invoice = operation["result"]["invoice"]
    names = {"collection": collection, "asset": asset, "offer": offer, "party": "mara"}
    return {**names, "invoice": invoice, "operation": operation["id"]}


def _known(case: Any, real: dict[str, str]) -> dict[str, str]:
    return {name: real[name] for name in case.path_parameters or {} if name in real}


# The service's own threads draw random numbers while a request is being made up, which Hypothesis mistakes.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_any_request_is_answered_as_documented(
    api_schema: Any, token: str, real: dict[str, str], mode: GenerationMode
) -> None:
    """Every operation with generated requests: good ones, about things that are there, and bad ones."""
    headers = {"Authorization": f"Bearer {token}"}
    for found in api_schema.get_all_operations():
        operation = found.ok()

        @fuzzed(EXAMPLES)
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: Any) -> None:
            # A tile that is left out of scans would be found by no test that comes later.
            if mode is GenerationMode.POSITIVE and "exclusion" not in case.operation.path:
                case.path_parameters = {**(case.path_parameters or {}), **_known(case, real)}
            case.call_and_validate(headers=headers, checks=CHECKS, timeout=30)

        try:
            check()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label  # nothing about it can be wrong


def test_every_route_documents_its_security_its_problems_and_its_purpose(house: Any) -> None:
    with house.client(None) as client:
        document = client.get("/v1/openapi.json").json()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = f"{method.upper()} {path}"
            assert operation["tags"], where
            assert operation["summary"], where
            problems = [each for status, each in operation["responses"].items() if int(status) >= 400]
            if path in OAUTH:
                assert all(PROBLEM in each["content"] or _is_oauth_error(each) for each in problems), where
                assert operation["security"] == [{"client": []}], where
                assert {"400", "401", "413"} <= operation["responses"].keys(), where
                continue
            assert all(PROBLEM in each["content"] for each in problems), where
            if path == "/v1/health" or path.startswith("/v1/public/") or path in ROOT:
                assert operation.get("security", [{"licence": []}]) == [{"licence": []}], where
                assert ("security" in operation) == path.endswith("/file"), where
                continue
            assert operation["security"] == [{"key": []}], where
            assert {"401", "403", "422"} <= operation["responses"].keys(), where
            headers = {each["name"]: each for each in operation.get("parameters", ())}
            # The facilitator's clients send no key: the authorization is taken once. No suggestion is kept.
            if method == "post" and path not in KEYLESS:
                # Asking changes no decision, so a key is only for who wants the same answer again.
                assert headers["Idempotency-Key"]["required"] is (path != "/v1/decisions"), where


def _is_oauth_error(response: dict[str, Any]) -> bool:
    schema = response["content"]["application/json"]["schema"]
    return bool(schema == {"$ref": "#/components/schemas/OAuthErrorBody"})


def test_every_reference_of_the_document_resolves(house: Any) -> None:
    with house.client(None) as client:
        document = client.get("/v1/openapi.json").json()
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*(references(each) for each in value.values()))
        return set().union(*(references(each) for each in value)) if isinstance(value, list) else set()

    assert references(document) <= known
