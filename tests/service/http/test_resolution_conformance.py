"""The resolution API as strangers come to it: a fuzzer with its document, and a harness with marker bytes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
import schemathesis
from fastapi.testclient import TestClient
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

API = "/c2pa/v1"
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
EXAMPLES = 3
BYTES = ("/manifests", "/matches/byContent")  # whose bodies have no shape that could be made up
C2PA = {"Content-Type": "application/c2pa"}


@pytest.fixture(scope="module")
def token(house: Any) -> str:
    made: str = house.token("manager")
    return made


# The service's own threads draw random numbers while a request is being made up, which Hypothesis mistakes.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_any_request_is_answered_as_documented(house: Any, token: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{house.url}{API}/openapi.json")
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in BYTES:
            continue

        @fuzzed(EXAMPLES)
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: Any) -> None:
            headers = {} if case.operation.path == "/oauth/token" else {"Authorization": f"Bearer {token}"}
            case.call_and_validate(headers=headers, checks=CHECKS, timeout=30)

        try:
            check()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label


def test_every_operation_says_what_it_needs(house: Any) -> None:
    with house.client(None) as client:
        document = client.get(f"{API}/openapi.json").json()
    flow = document["components"]["securitySchemes"]["auth"]["flows"]["clientCredentials"]
    assert set(flow["scopes"]) == {"fetch:manifests", "store:manifests", "store:bindings"}
    scopes = {
        f"{method.upper()} {path}": operation.get("security", [])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert scopes["POST /manifests"] == [{"auth": ["store:manifests"]}]
    assert scopes["PUT /bindings"] == [{"auth": ["store:bindings"]}]
    assert scopes["POST /matches/byContent"] == [{"auth": ["fetch:manifests"]}]
    assert scopes["GET /manifests/{activeManifestId}"] == [{"auth": ["fetch:manifests"]}, {}]
    assert scopes["GET /services/status"] == []


class TestHarness:
    """What a black-box harness does that knows nothing of manifests: it stores marker bytes."""

    @pytest.fixture
    def client(self, house: Any, token: str) -> Iterator[TestClient]:
        from api.http.c2pa.app import create_resolution
        from api.http.services import Services

        services = Services(house.ledger, cast(Any, None), 1 << 20, timedelta(days=1), opaque_manifests=True)
        with TestClient(create_resolution(services), headers={"Authorization": f"Bearer {token}"}) as made:
            yield made

    def test_bytes_are_stored_fetched_receipted_and_removed(self, client: TestClient) -> None:
        data = f"marker:{uuid.uuid4()}".encode()
        stored = client.post("/manifests?returnReceipt=true", content=data, headers=C2PA).json()
        name = stored["manifestId"]
        assert client.get(f"/manifests/{name}").content == data
        assert client.get(f"/manifests/{name}?returnActiveManifest=true").content == data
        assert client.post(f"/manifests/{name}/receipts", json=stored["receipt"]).json()["verified"] is True
        assert client.get(f"/manifests/{name}/receipts").json()["repository"]["manifestId"] == name
        assert client.delete(f"/manifests/{name}").status_code == 204
        assert client.get(f"/manifests/{name}").status_code == 404

    def test_a_binding_without_an_algorithm_is_found_under_any(self, client: TestClient) -> None:
        first, second = (
            client.post("/manifests", content=f"marker:{uuid.uuid4()}", headers=C2PA).json()["manifestId"]
            for _ in range(2)
        )
        value = f"harness-binding-{uuid.uuid4()}"
        asked = {"params": {"value": value, "alg": "harness"}}
        assert client.post("/bindings", json={"bindingValue": value, "manifestId": first}).status_code == 204
        (found,) = client.get("/matches/byBinding", **cast(Any, asked)).json()["matches"]
        assert found["manifestId"] == first
        assert client.put("/bindings", json={"bindingValue": value, "manifestId": second}).status_code == 204
        (found,) = client.get("/matches/byBinding", **cast(Any, asked)).json()["matches"]
        assert found["manifestId"] == second
