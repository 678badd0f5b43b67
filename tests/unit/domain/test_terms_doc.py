"""docs/terms.md keeps its word, and the terms vectors are what other readers of the text may rely on."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import rfc8785
import yaml

from ledger.domain.errors import TermsError
from ledger.domain.money_text import DECIMALS
from ledger.domain.presets import PRESETS
from ledger.domain.terms_text import KNOWN, parse_terms, terms_hash, terms_to_dict

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "terms.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
VECTORS = json.loads((ROOT / "tests" / "vectors" / "terms.json").read_text())


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_on_the_page_is_read(text: str) -> None:
    assert parse_terms(yaml.safe_load(text))


def test_every_example_on_the_page_is_a_vector() -> None:
    assert len(EXAMPLES) >= 4
    assert set(EXAMPLES) <= {vector["yaml"] for vector in VECTORS}


@pytest.mark.parametrize("vector", VECTORS)
def test_vectors(vector: dict[str, Any]) -> None:
    terms = parse_terms(yaml.safe_load(vector["yaml"]))
    assert terms_to_dict(terms) == vector["terms"]
    assert terms_hash(terms) == vector["sha256"]
    assert hashlib.sha256(rfc8785.dumps(vector["terms"])).hexdigest() == vector["sha256"]
    assert parse_terms(vector["terms"]) == terms


def test_every_field_and_currency_is_explained() -> None:
    for name in KNOWN - {"preset"}:
        assert f"**{name}**: " in PAGE, name
    for code in DECIMALS:
        assert code in PAGE


def test_the_table_of_presets_says_what_they_are() -> None:
    rows = {
        cells[0]: cells[1:] for cells in re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.M)
    }
    for column, name in enumerate(("standard", "extended", "exclusive")):
        said = {field: cells[column] for field, cells in rows.items()}
        preset = PRESETS[name]
        assert said["territory"] == preset["territory"]
        assert said["products"] == preset["products"]
        assert said["run"].removesuffix(" pieces").replace(",", "") == str(preset["run"])
        assert said["exclusive"] == ("yes" if preset["exclusive"] else "no")
        assert said["AI training"] == preset["training"]
        assert said["price"] == preset["price"]
        royalty = preset["royalty"]
        assert said["royalty"] == (royalty if isinstance(royalty, str) else f"{royalty['per_unit']} a piece")
        assert said["resale of a claimed token"] == preset["resale"]


CONTRADICTIONS = [
    {"territory": ["worldwide", "GB"]},
    {"products": ["any", "cushion"]},
    {"training": {"use": "free", "fee": 5}},
    {"royalty": {"none": True, "per_unit": 5}},
    {"preset": "exclusive", "exclusive": False},
    {"exclusive": True, "run": "unlimited"},
    {"teritory": "GB"},
]


@pytest.mark.parametrize("change", CONTRADICTIONS)
def test_what_the_page_calls_a_contradiction_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(TermsError, match=r"contradict|outright|did you mean territory\?"):
        parse_terms({"preset": "standard", "split": {"studio": "100 %"}, **change})
