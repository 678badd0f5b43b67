"""A graph as it is walked: nodes by their names, values in document order, lists flattened."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.term import Node

from ledger.domain.policy.terms import LANGUAGE_TEXT, STRING, Iri, Literal, Term
from ledger.domain.policy.vocabulary import XSD
from ledger.rdf.errors import LimitError, ShapeError
from ledger.rdf.load import NO_IRI
from ledger.rdf.names import ODRL, RDF

MAX_LIST = 10_000


class Nodes:
    """`prefix` keeps the blank nodes of several graphs apart. Messages call this graph `title`."""

    def __init__(self, graph: Graph, title: str, prefix: str) -> None:
        self.graph = graph
        self.title = title
        self.read = 0
        self._prefix = prefix
        self._blank: dict[Node, str] = {}
        self._by_uid = {uid: node for node, uid in graph.subject_objects(ODRL.uid) if isinstance(uid, URIRef)}

    def name(self, node: Node) -> str:
        """The IRI of a node, its odrl:uid, or a name of our own for a blank one.

        JSON-LD often writes IRIs as texts. Raises ShapeError for a text that is none.
        """
        if isinstance(node, RdfLiteral) and (":" not in node or NO_IRI.search(node)):
            raise ShapeError(self.title, f"the text {str(node)[:80]!r} stands where an IRI belongs")
        if isinstance(node, BNode):
            uid = self.graph.value(node, ODRL.uid, any=True)
            if isinstance(uid, URIRef):
                return str(uid)
            return self._blank.setdefault(node, f"_:{self._prefix}{len(self._blank) + 1}")
        return str(node)

    def all(self, node: Node, *properties: URIRef) -> list[Node]:
        """The values of `properties`, the members of lists among them, each once."""
        found: dict[Node, None] = {}
        for each in properties:
            for value in self.graph.objects(node, each):
                found.update(dict.fromkeys(self._members(value)))
        return [self._defined(value) for value in found]

    def one(self, node: Node, *properties: URIRef) -> Node | None:
        """The one value, or None. Raises ShapeError when there are several."""
        found = self.all(node, *properties)
        if len(found) > 1:
            what = str(properties[0]).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
            raise ShapeError(self.title, f"{self.name(node)} has {len(found)} values of {what}; it takes one")
        return found[0] if found else None

    def referring(self, property_: URIRef, node: Node) -> list[Node]:
        """Every node whose `property_` is `node`, by whichever of its names."""
        pairs = self.graph.subject_objects(property_)
        return list(dict.fromkeys(s for s, o in pairs if self._defined(o) == node))

    def subjects(self, *properties: URIRef) -> list[Node]:
        """Every node that has one of `properties`, each once."""
        return list(dict.fromkeys(s for each in properties for s in self.graph.subjects(each, None)))

    def typed(self, *types: URIRef) -> list[Node]:
        return list(dict.fromkeys(s for each in types for s in self.graph.subjects(RDF.type, each)))

    def is_a(self, node: Node, *types: URIRef) -> bool:
        return any((node, RDF.type, each) in self.graph for each in types)

    def term(self, node: Node) -> Term:
        """A value: an IRI, a literal, or what the rdf:value of a blank node is."""
        if isinstance(node, RdfLiteral):
            language = str(node.language) if node.language else None
            datatype = LANGUAGE_TEXT if language else _datatype(str(node.datatype or STRING))
            return Literal(str(node), datatype, language)
        if isinstance(node, BNode):
            inner = self.one(node, RDF.value)
            if inner is not None and not isinstance(inner, BNode):
                return self.term(inner)
        return Iri(self.name(node))

    def iri(self, node: Node, what: str) -> str:
        """The name of a node that must have one. Raises ShapeError for a literal."""
        if isinstance(node, RdfLiteral):
            raise ShapeError(
                self.title, f"{what} is the text {str(node)[:80]!r}; name it by an IRI such as odrl:use"
            )
        return self.name(node)

    def _defined(self, node: Node) -> Node:
        # {"@id": X} refers to the node whose odrl:uid is X.
        if isinstance(node, URIRef) and (node, None, None) not in self.graph:
            return self._by_uid.get(node, node)
        return node

    def _members(self, node: Node) -> Iterator[Node]:
        if node != RDF.nil and (node, RDF.first, None) not in self.graph:
            yield node
            return
        seen: set[Node] = set()
        while node != RDF.nil:
            if node in seen or len(seen) > MAX_LIST:
                raise LimitError(self.title, f"a list that is circular or longer than {MAX_LIST}")
            seen.add(node)
            first, rest = self.graph.value(node, RDF.first), self.graph.value(node, RDF.rest)
            if first is None or rest is None:
                raise ShapeError(self.title, "a list that is broken off; give rdf:first and rdf:rest")
            yield first
            node = rest


def _datatype(name: str) -> str:
    """JSON-LD whose context does not say what xsd: is means the one that everybody means."""
    return f"{XSD}{name[4:]}" if name.startswith("xsd:") else name
