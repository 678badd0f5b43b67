"""ODRL documents in and out: Turtle and JSON-LD to policies, requests and states of the world, reports back.

The only room that imports rdflib, and nothing of it is imported before a document is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.rdf.inputs import Inputs, read_inputs
    from ledger.rdf.load import Source
    from ledger.rdf.write import write_report

__all__ = ["Inputs", "Source", "read_inputs", "write_report"]

_HOMES = {"Inputs": "inputs", "read_inputs": "inputs", "Source": "load", "write_report": "write"}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"ledger.rdf.{_HOMES[name]}"), name)
