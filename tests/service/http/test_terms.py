"""The terms of a tile over HTTP, in every language."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from api.http.bodies import FormName
from ledger.domain.projections import FORMS, read_odrl
from ledger.domain.terms_text import parse_terms, terms_hash


def test_the_languages_are_those_that_are_written() -> None:
    assert get_args(get_args(FormName)[0]) == tuple(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_every_language_is_served_as_what_it_is(mill: Any, asset: str, form: str) -> None:
    found = mill.get(f"/v1/assets/{asset}/terms", params={"as": form})
    assert found.status_code == 200
    assert found.headers["content-type"] == FORMS[form].mime


def test_the_offer_is_that_of_the_collection(mill: Any, asset: str, collection: str) -> None:
    terms = parse_terms(mill.get(f"/v1/collections/{collection}").json()["terms"])
    offer = mill.get(f"/v1/assets/{asset}/terms").json()
    assert read_odrl(offer) == terms
    assert offer["uid"].endswith(terms_hash(terms))
    assert offer["permission"][0]["target"] == f"urn:selvage:asset:{asset}"


def test_addresses_lead_back_here(mill: Any, asset: str) -> None:
    page = "https://studio.example/licences"
    found = mill.get(f"/v1/assets/{asset}/terms", params={"as": "schema", "licences": page}).json()
    assert found["acquireLicensePage"] == page
    assert found["contentUrl"].endswith(f"/assets/{asset}/file")
    assert mill.get(found["contentUrl"]).headers["www-authenticate"].startswith("License ")
    assert found["license"].startswith("http")
    assert mill.get(found["license"]).json()["@type"] == "Offer"


@pytest.mark.parametrize(
    ("asset_id", "query", "status"),
    [
        (None, {"as": "cagw"}, 422),
        (None, {"licences": "javascript:alert(1)"}, 422),
        ("0" * 32, {}, 404),
    ],
)
def test_what_cannot_be_is_said(
    mill: Any, asset: str, asset_id: str | None, query: dict[str, str], status: int
) -> None:
    found = mill.get(f"/v1/assets/{asset_id or asset}/terms", params=query)
    assert found.status_code == status
    assert found.headers["content-type"] == "application/problem+json"
