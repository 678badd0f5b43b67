"""Palettes, colourways and production files over HTTP."""

from __future__ import annotations

from typing import Any


def test_a_palette_is_judged(mill: Any) -> None:
    found = mill.get("/v1/palette", params={"ink": ["chalk", "ivory", "#27306b"]})
    assert found.status_code == 200
    assert [each["code"] for each in found.json()["warnings"]] == ["inks-alike"]
    refused = mill.get("/v1/palette", params={"ink": ["chalk", "chalk"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "brief-invalid")
