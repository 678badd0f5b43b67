"""What a crawler without a key sees: the terms of registered tiles, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.domain.projections import FORMS


@pytest.fixture
def crawler(house: Any) -> Iterator[Any]:
    with house.client(None) as client:
        yield client


@pytest.mark.parametrize("form", FORMS)
def test_terms_are_read_without_a_key(crawler: Any, mill: Any, asset: str, form: str) -> None:
    found = crawler.get(f"/v1/public/assets/{asset}/terms", params={"as": form})
    assert (found.status_code, found.headers["content-type"]) == (200, FORMS[form].mime)
    own = mill.get(f"/v1/assets/{asset}/terms", params={"as": form})
    assert found.text == own.text


@pytest.mark.parametrize("form", ["schema", "tdmrep"])
def test_the_policies_that_terms_lead_to_are_read_without_a_key(crawler: Any, asset: str, form: str) -> None:
    found = crawler.get(f"/v1/public/assets/{asset}/terms", params={"as": form}).json()
    policy = found["license"] if form == "schema" else found[0].get("tdm-policy")
    if policy is not None:
        assert crawler.get(policy).json()["@type"] == "Offer"


def test_what_is_not_registered_is_not_there(
    crawler: Any, manager: Any, plan: dict[str, Any], asset: str
) -> None:
    made = manager.finish(manager.write("/v1/collections", {**plan, "brief": {**plan["brief"], "seed": 99}}))
    (tile,) = manager.get(f"/v1/collections/{made['result']['collection']}/assets").json()["items"]
    for name in (tile["id"], "0" * 32):
        refused = crawler.get(f"/v1/public/assets/{name}/terms")
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown-asset")
    for private in (f"/v1/assets/{asset}/file", f"/v1/assets/{asset}", "/v1/licences"):
        assert crawler.get(private).status_code == 401
