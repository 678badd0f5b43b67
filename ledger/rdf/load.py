"""Bytes to an RDF graph: Turtle or JSON-LD, within limits, and never anything from the network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.rdf.depth import require_shallow
from ledger.rdf.errors import LimitError, RdfError, SyntaxRdfError
from ledger.rdf.jsonld import closed_document
from ledger.rdf.quiet import to_the_letter

if TYPE_CHECKING:
    from rdflib import Graph

MAX_BYTES = 4 * 1024 * 1024
MAX_TRIPLES = 100_000
# Where relative IRIs lead: nowhere, so that no path of this machine ends up in a report.
BASE = "https://document.invalid/"
# Turtle may begin with a bracket too, but never with one around a brace.
NO_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
_JSON = re.compile(r"\s*(\{|\[\s*\{)")


@dataclass(frozen=True)
class Source:
    """A document and the name that messages give it."""

    name: str
    data: bytes


def load(sources: tuple[Source, ...]) -> Graph:
    """One graph of all `sources`. Raises RdfError, naming the source."""
    graph = _counting_graph()
    for source in sources:
        _parse(graph, source)
    return graph


def _parse(graph: Graph, source: Source) -> None:
    if len(source.data) > MAX_BYTES:
        raise LimitError(source.name, f"larger than {MAX_BYTES} bytes; leave out what is not evaluated")
    text = _text(source)
    as_json = bool(_JSON.match(text))
    require_shallow(text, source.name, as_json)
    content = closed_document(text, source.name) if as_json else text
    try:
        with to_the_letter():
            graph.parse(data=content, format="json-ld" if as_json else "turtle", publicID=BASE)
    except RdfError:
        raise
    except Exception as error:  # rdflib raises whatever its parsers stumble over
        kind = "JSON-LD" if as_json else "Turtle"
        raise SyntaxRdfError(source.name, f"is not {kind}: {_told(error)}") from error


def _text(source: Source) -> str:
    try:
        return source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SyntaxRdfError(source.name, "is not UTF-8 text; save it as UTF-8") from error


def _told(error: Exception) -> str:
    line = getattr(error, "lines", None)
    reason = str(getattr(error, "_why", None) or error).strip().splitlines() or [type(error).__name__]
    return f"line {line + 1}: {reason[0]}" if isinstance(line, int) else reason[0][:200]


def _require_iri(term: Any) -> None:
    import rdflib

    if isinstance(term, rdflib.URIRef) and NO_IRI.search(term):
        raise SyntaxRdfError(
            "name", f"{str(term)[:80]!r} is no IRI; percent-encode spaces, braces and quotes"
        )


def _counting_graph() -> Graph:
    import rdflib
    from rdflib.plugins.stores.memory import Memory

    class Counting(Memory):
        """Refuses the triple after the last that is allowed, long before a whole document is read."""

        added = 0

        def add(self, triple: Any, context: Any, quoted: bool = False) -> None:
            self.added += 1
            if self.added > MAX_TRIPLES:
                raise LimitError("triples", f"more than {MAX_TRIPLES}; leave out what is not evaluated")
            for term in triple:
                _require_iri(getattr(term, "datatype", None) or term)
            super().add(triple, context, quoted)

    return rdflib.Graph(store=Counting())
