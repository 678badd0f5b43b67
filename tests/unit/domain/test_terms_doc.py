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

from ledger.domain.canonical import digest
from ledger.domain.errors import TermsError
from ledger.domain.money_text import DECIMALS
from ledger.domain.presets import PRESETS
from ledger.domain.terms_text import FORMAT, KNOWN, SILENCE, parse_terms, terms_hash, terms_to_dict

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "terms.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
CLAUSES = re.findall(r"```yaml clause\n(.*?)```", PAGE, re.DOTALL)
VECTORS = json.loads((ROOT / "tests" / "vectors" / "terms.json").read_text())
FIRST = json.loads((ROOT / "tests" / "vectors" / "terms_format_1.json").read_text())
BASE = {"preset": "standard", "split": {"studio": "60 %", "ann": "40 %"}}


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_on_the_page_is_read(text: str) -> None:
    assert parse_terms(yaml.safe_load(text))


@pytest.mark.parametrize("text", CLAUSES)
def test_every_clause_on_the_page_is_read_and_changes_the_terms(text: str) -> None:
    clauses = yaml.safe_load(text)
    terms = parse_terms({**BASE, **clauses})
    assert terms != parse_terms(BASE)
    assert parse_terms(terms_to_dict(terms)) == terms
    written = terms_to_dict(terms)
    assert (written.get("format") == FORMAT) >= bool(clauses.keys() & SILENCE.keys())


def test_every_later_clause_has_an_example() -> None:
    assert set(SILENCE) <= {name for text in CLAUSES for name in yaml.safe_load(text)}


@pytest.mark.parametrize("vector", FIRST)
def test_what_the_first_ledgers_wrote_reads_and_hashes_as_it_did(vector: dict[str, Any]) -> None:
    terms = parse_terms(vector["terms"])
    assert "format" not in vector["terms"]
    assert terms_to_dict(terms) == vector["terms"]
    assert terms_hash(terms) == vector["sha256"] == digest(vector["terms"])
    assert parse_terms({"format": 1, **vector["terms"]}) == terms


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


def test_every_preset_is_on_the_page() -> None:
    rows = dict(re.findall(r"^\| ([a-z-]+) \| [^|]+ \| ([^|]+) \|$", PAGE, re.M))
    assert set(PRESETS) - {"standard", "extended", "exclusive"} == rows.keys() - {"preset"}
    for name, said in rows.items():
        if name != "preset":
            amounts = re.findall(r"\d+\.\d\d", json.dumps(PRESETS[name]))
            run = f"{PRESETS[name]['run']:,}" if isinstance(PRESETS[name]["run"], int) else ""
            assert run in said or PRESETS[name]["run"] == PRESETS["standard"]["run"]
            assert all(amount in said or amount == "250.00" for amount in amounts), name


CONTRADICTIONS = [
    {"territory": ["worldwide", "GB"]},
    {"products": ["any", "cushion"]},
    {"training": {"use": "free", "fee": 5}},
    {"royalty": {"none": True, "per_unit": 5}},
    {"preset": "exclusive", "exclusive": False},
    {"exclusive": True, "run": "unlimited"},
    {"teritory": "GB"},
    {"territory": "GB", "exclusive": {"territory": "FR"}},
    {"modification": ["recolour"]},
    {"royalty": {"percent_of_net": "8 %"}},
    {"revenue": 1000},
    {"royalty": {"per_unit": 1}, "minimum_guarantee": 100},
    {"advance": 100},
    {"run": 100, "royalty": {"graduated": [{"up_to": 100, "per_unit": 1}, {"per_unit": 2}]}},
]


WORDS = "|".join(
    (
        r"contradict|outright|did you mean territory\?",
        "reaches past|stopped by|needs|last day|leave it out|past the run",
    )
)


@pytest.mark.parametrize("change", CONTRADICTIONS)
def test_what_the_page_calls_a_contradiction_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(TermsError, match=WORDS):
        parse_terms({"preset": "standard", "split": {"studio": "100 %"}, **change})
