"""Policies, requests and states of the world in a few words of Turtle or JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from ledger.domain.policy import Constraint
from ledger.rdf import Inputs, Source, read_inputs

PREFIXES = """
@prefix odrl: <http://www.w3.org/ns/odrl/2/> . @prefix m: <https://mill.example/> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix sotw: <https://w3id.org/force/sotw#> .
@prefix report: <https://w3id.org/force/compliance-report#> .
@prefix time: <http://www.w3.org/2006/time#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
ANY = "m:p a odrl:Set ; odrl:permission m:rule ."
ASK = "m:r a odrl:Request ; odrl:permission [ odrl:action odrl:print ; odrl:target m:tide ] ."
LIMITED = "m:p a odrl:Set ; odrl:permission [ odrl:constraint m:c ] . m:c odrl:leftOperand odrl:count ;"


def turtle(text: str, name: str = "p.ttl") -> Source:
    return Source(name, f"{PREFIXES}\n{text}".encode())


def read(policy: str, request: str | None = None, state: str | None = None, at: str | None = None) -> Inputs:
    return read_inputs(
        (turtle(policy),),
        turtle(request, "r.ttl") if request else None,
        turtle(state, "s.ttl") if state else None,
        at,
    )


def linked(document: Any) -> Source:
    return Source("p.json", json.dumps(document).encode())


def constraint(text: str) -> Constraint:
    """The constraint of the one permission of LIMITED, as it is read."""
    (found,) = read(f"{LIMITED} {text}").policies[0].permissions[0].constraints
    assert isinstance(found, Constraint)
    return found
