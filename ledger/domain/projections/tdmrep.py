"""Terms in the TDM Reservation Protocol (W3C Community Group report, 10 May 2024).

Text and data mining, in the sense of Article 4 of Directive (EU) 2019/790, is analysis by machine of any
kind: the reservation is lifted only where the terms leave data mining and training of every model open,
in every country and at any time. Where not all of that is closed, a policy says that consent is to be
had.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ledger.domain.odrl import ODRL_CONTEXT, TERMS_URI
from ledger.domain.projections.ai import Standing, standing
from ledger.domain.projections.subject import Subject, pattern, visible
from ledger.domain.terms import Terms
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import AiUse

PROFILE = "http://www.w3.org/ns/tdmrep"
_MINING = (AiUse.TRAINING, AiUse.GENERATIVE, AiUse.MINING)


def to_tdmrep(terms: Terms, subject: Subject) -> list[dict[str, Any]]:
    """The content of /.well-known/tdmrep.json for the picture. Raises ProjectionError without its address."""
    address = urlsplit(subject.need("at", "TDMRep says where on a site a picture stands"))
    reserved = standing(terms, _MINING) is not Standing.OPEN
    policy = {"tdm-policy": subject.tdm_policy} if reserved and subject.tdm_policy and _askable(terms) else {}
    return [{"location": pattern(address.path or "/", subject), "tdm-reservation": int(reserved), **policy}]


def to_tdm_policy(terms: Terms, subject: Subject) -> dict[str, Any]:
    """The policy that `tdm-policy` leads to: an ODRL offer in the profile of TDMRep.

    It permits what may be asked for, on the duty to obtain consent, and nothing where all is closed.
    """
    known = {"vcard:fn": visible(subject.creator), "vcard:hasURL": subject.licences}
    return {
        "@context": [ODRL_CONTEXT, {"tdm": f"{PROFILE}#"}],
        "@type": "Offer",
        "profile": PROFILE,
        "uid": f"{TERMS_URI}{terms_hash(terms)}#tdm",
        "assigner": {"uid": subject.owner, **{name: text for name, text in known.items() if text}},
        "permission": _permission(terms, subject),
    }


def _permission(terms: Terms, subject: Subject) -> list[dict[str, Any]]:
    rule: dict[str, Any] = {"target": subject.at or subject.uri, "action": "tdm:mine"}
    if standing(terms, _MINING) is Standing.OPEN:
        return [rule]
    return [{**rule, "duty": [{"action": "obtainConsent"}]}] if _askable(terms) else []


def _askable(terms: Terms) -> bool:
    return any(standing(terms, {use}) is not Standing.CLOSED for use in _MINING)
