"""The metadata assertion says what the XMP packet says."""

from __future__ import annotations

from dataclasses import replace

from ledger.domain.projections import Subject
from ledger.domain.projections.metadata import to_metadata
from ledger.domain.projections.plus import to_xmp
from ledger.domain.terms_text import parse_terms

SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
SUBJECT = Subject("urn:selvage:asset:0a", "urn:selvage:ledger:1", "Low Tide 01", "Studio")
TERMS = parse_terms(
    {"preset": "standard", "split": {"studio": "100 %"}, "certification": {"human": "studio"}}
)


def test_both_say_the_same() -> None:
    told, packet = to_metadata(TERMS, SUBJECT, SOURCE), to_xmp(TERMS, SUBJECT, SOURCE)
    for value in (
        told["dc:title"]["@value"],
        told["dc:relation"][0],
        told["xmpRights:UsageTerms"]["@value"],
        told["plus:DataMining"],
        told["dc:creator"][0],
        SOURCE,
    ):
        assert value in packet
    assert SOURCE not in to_xmp(TERMS, SUBJECT)


def test_without_a_creator_nobody_is_named() -> None:
    told = to_metadata(TERMS, replace(SUBJECT, title="", creator=""), SOURCE)
    assert not {"dc:creator", "dc:rights", "plus:Licensor", "plus:CopyrightOwner"} & set(told)
    assert told["dc:title"]["@value"] == SUBJECT.uri
