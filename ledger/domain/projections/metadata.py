"""Terms as a ``cawg.metadata`` assertion: in JSON-LD what the XMP packet says (CAWG Metadata 1.1).

A text names its language: English for what we wrote, `und` for what people called it.
"""

from __future__ import annotations

from typing import Any

from ledger.domain.odrl import TERMS_URI
from ledger.domain.projections.plus import NAMESPACES, VOCABULARY, data_mining
from ledger.domain.projections.subject import Subject
from ledger.domain.projections.summary import first_words
from ledger.domain.terms import Terms
from ledger.domain.terms_text import terms_hash

_USED = ("dc", "xmpRights", "Iptc4xmpExt", "plus")


def to_metadata(terms: Terms, subject: Subject, source: str) -> dict[str, Any]:
    """`source` is the digital source type (IPTC), by its address."""
    told: dict[str, Any] = {
        "@context": {name: NAMESPACES[name] for name in _USED},
        "dc:title": {"@value": subject.title or subject.uri, "@language": "und"},
        "dc:relation": [f"{TERMS_URI}{terms_hash(terms)}"],
        "xmpRights:Marked": True,
        "xmpRights:UsageTerms": {"@value": first_words(terms), "@language": "en"},
        "Iptc4xmpExt:DigitalSourceType": source,
        "plus:DataMining": f"{VOCABULARY}{data_mining(terms)}",
    }
    if subject.creator:
        told["dc:creator"] = [subject.creator]
        told["dc:rights"] = {"@value": f"© {subject.creator}", "@language": "en"}
        told["plus:CopyrightOwner"] = [{"plus:CopyrightOwnerName": subject.creator}]
        told["plus:Licensor"] = [{"plus:LicensorName": subject.creator}]
    return told
