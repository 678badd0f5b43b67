"""JSON-LD made safe to parse: the well-known context is our own copy, any other remote one is refused."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ledger.rdf.errors import ContextError, SyntaxRdfError

WELL_KNOWN = frozenset(
    f"{scheme}://www.w3.org/ns/{name}"
    for scheme in ("http", "https")
    for name in ("odrl.jsonld", "odrl/2/ODRL22.json", "odrl/2/", "odrl/")
)
_ADVICE = (
    "contexts are never fetched; write its terms into the document, or use http://www.w3.org/ns/odrl.jsonld"
)


def closed_document(text: str, name: str) -> str:
    """`text`, known to be shallow, with nothing left to fetch. Raises SyntaxRdfError, ContextError."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise SyntaxRdfError(name, f"is not JSON: {error}") from error
    return json.dumps(_closed(document, name))


def _closed(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_closed(each, name) for each in value]
    if not isinstance(value, dict):
        return value
    if "@import" in value:
        raise ContextError(name, f"@import of {value['@import']!r}: {_ADVICE}")
    return {
        key: _context(each, name) if key == "@context" else _closed(each, name) for key, each in value.items()
    }


def _context(value: Any, name: str) -> Any:
    if isinstance(value, str):
        if value not in WELL_KNOWN:
            raise ContextError(name, f"@context {value!r}: {_ADVICE}")
        return odrl_context()
    if isinstance(value, list):
        return [_context(each, name) for each in value]
    return _closed(value, name)


@lru_cache(maxsize=1)
def odrl_context() -> dict[str, Any]:
    """The terms of ODRL 2.2, as its JSON-LD context has them."""
    text = files("ledger.rdf").joinpath("odrl_context.json").read_text("utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found["@context"]
