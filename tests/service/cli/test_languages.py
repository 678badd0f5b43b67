"""`selvage show terms` of a file: what its terms would say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.cli.languages import FORMS
from ledger.domain.projections import FORMS as WRITERS
from ledger.domain.terms_text import parse_terms, terms_hash

TERMS = {"preset": "training", "split": {"studio": "60 %", "ann": "40 %"}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "terms.yaml"
    path.write_text(yaml.safe_dump(TERMS))
    return path


def test_the_languages_are_those_that_are_written() -> None:
    assert tuple(WRITERS) == FORMS


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_terms_in_every_language(selvage: Any, file: Path, form: str) -> None:
    address = ("--at", "https://studio.example/tide.png")
    plain = selvage("show", "terms", file, "--as", form, *address)
    assert plain.code == 0, plain
    told = selvage("show", "terms", file, "--as", form, *address, "--json").json
    assert told["mime"] == WRITERS[form].mime
    assert told["text"].rstrip("\n") == plain.out.rstrip("\n")


def test_a_brief_with_terms_in_it_will_do(selvage: Any, tmp_path: Path) -> None:
    path = tmp_path / "brief.json"
    path.write_text(json.dumps({"name": "Low Tide", "terms": TERMS}))
    assert terms_hash(parse_terms(TERMS)) in selvage("show", "terms", path).out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--as", "rsl"), "at: RSL is about an address"),
        (("--licences", "studio.example"), "licences: 'studio.example' is no address"),
    ],
)
def test_what_is_missing_is_said(selvage: Any, file: Path, options: tuple[str, ...], told: str) -> None:
    done = selvage("show", "terms", file, *options)
    assert done.code == 2
    assert told in done.err
