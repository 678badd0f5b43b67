"""Namespaces and the properties that are read and written."""

from __future__ import annotations

from rdflib import Namespace
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from ledger.domain.policy.vocabulary import ODRL as ODRL_IRI

ODRL = Namespace(ODRL_IRI)
REPORT = Namespace("https://w3id.org/force/compliance-report#")
SOTW = Namespace("https://w3id.org/force/sotw#")
OUR = Namespace("urn:selvage:odrl:1:")
TIME = Namespace("http://www.w3.org/2006/time#")

__all__ = ["DCTERMS", "ODRL", "OUR", "RDF", "RDFS", "REPORT", "SKOS", "SOTW", "TIME"]
