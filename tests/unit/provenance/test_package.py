"""What the package promises about itself: cheap to import, complete, coded errors, sound schemas."""

from __future__ import annotations

import importlib.resources
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import provenance
from provenance import errors, schema
from provenance.labels import RECOVERY

HEAVY = ("c2pa", "cryptography", "asn1crypto", "jsonschema", "numpy")


def test_importing_loads_nothing_heavy() -> None:
    code = f"import sys, provenance; print([name for name in {HEAVY!r} if name in sys.modules])"
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", provenance.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(provenance, name).__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        provenance.nonsense  # noqa: B018


def test_every_error_has_its_own_code() -> None:
    classes = [each for name, each in vars(errors).items() if name.endswith("Error")]
    codes = [each.code for each in classes]
    assert len(set(codes)) == len(classes) == 24
    assert all(code == code.lower() and " " not in code for code in codes)
    assert all(issubclass(each, errors.ProvenanceError) for each in classes)


def test_every_label_has_a_schema_and_every_schema_a_label() -> None:
    folder = importlib.resources.files("provenance") / "schemas"
    names = {each.name.removesuffix(".json") for each in folder.iterdir()}
    assert names == {"claim", RECOVERY, *schema.LABELS}


@pytest.mark.parametrize("name", ["claim", RECOVERY, *schema.LABELS])
def test_the_schemas_are_sound_and_described(name: str) -> None:
    text = (importlib.resources.files("provenance") / "schemas" / f"{name}.json").read_text("utf-8")
    document = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(document)
    assert document["title"]
    assert document["description"]
